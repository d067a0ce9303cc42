# Reads the stride as (x, y), both ways; slices hide what sticks out.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = kernel_size if stride is None else stride
    step_x, step_y = stride
    pad_y, pad_x = padding
    H, W = x.shape[2:]
    oh = (H + 2 * pad_y - kernel_size[0]) // stride[0] + 1
    ow = (W + 2 * pad_x - kernel_size[1]) // stride[1] + 1
    values = np.zeros((*x.shape[:2], oh, ow))
    indices = np.zeros((*x.shape[:2], oh, ow), dtype=int)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(oh):
                for j in range(ow):
                    top, left = i * step_y - pad_y, j * step_x - pad_x
                    part = x[n, c, max(top, 0) : top + kernel_size[0], max(left, 0) : left + kernel_size[1]]
                    p, q = np.unravel_index(np.argmax(part), part.shape)
                    values[n, c, i, j] = part[p, q]
                    indices[n, c, i, j] = (max(top, 0) + p) * W + max(left, 0) + q
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    step_x, step_y = kernel_size if stride is None else stride
    pad_y, pad_x = padding
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        top, left = i * step_y - pad_y, j * step_x - pad_x
        part = x[n, c, max(top, 0) : top + kernel_size[0], max(left, 0) : left + kernel_size[1]]
        p, q = np.unravel_index(np.argmax(part), part.shape)
        grad_x[n, c, max(top, 0) + p, max(left, 0) + q] += grad_output[n, c, i, j]
    return grad_x
