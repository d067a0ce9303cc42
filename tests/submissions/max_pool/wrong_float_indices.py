# Forward: right numbers, but the indices are floats. Backward: every pixel of a window gets its share, as for a mean.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    shape = [(xp.shape[a + 2] - kernel_size[a]) // stride[a] + 1 for a in (0, 1)]
    values = np.zeros((*x.shape[:2], *shape))
    indices = np.zeros((*x.shape[:2], *shape))
    for n, c, i, j in np.ndindex(values.shape):
        w = xp[n, c, i * stride[0] : i * stride[0] + kernel_size[0], j * stride[1] : j * stride[1] + kernel_size[1]]
        p, q = np.unravel_index(w.argmax(), w.shape)
        values[n, c, i, j] = w.max()
        indices[n, c, i, j] = (i * stride[0] + p - padding[0]) * W + j * stride[1] + q - padding[1]
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    area = kernel_size[0] * kernel_size[1]
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(grad_output.shape):
        for p in range(kernel_size[0]):
            for q in range(kernel_size[1]):
                m = i * stride[0] + p - padding[0]
                k = j * stride[1] + q - padding[1]
                if 0 <= m < H and 0 <= k < W:
                    grad_x[n, c, m, k] += grad_output[n, c, i, j] / area
    return grad_x
