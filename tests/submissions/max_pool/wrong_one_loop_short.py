# Forward: counts to one before the last window. Backward: adds 1 for each window won and never looks at grad_output.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    a = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    oh = (a.shape[2] - kernel_size[0]) // stride[0] + 1
    ow = (a.shape[3] - kernel_size[1]) // stride[1] + 1
    values = np.zeros((*a.shape[:2], oh, ow))
    indices = np.zeros((*a.shape[:2], oh, ow), dtype=int)
    for n in range(a.shape[0]):
        for c in range(a.shape[1]):
            i = 0
            while i < oh - 1:
                j = 0
                while j < ow - 1:
                    r, s = i * stride[0], j * stride[1]
                    w = a[n, c, r : r + kernel_size[0], s : s + kernel_size[1]]
                    p, q = np.argwhere(w == w.max())[0]
                    values[n, c, i, j] = w.max()
                    indices[n, c, i, j] = (r + p - padding[0]) * x.shape[3] + s + q - padding[1]
                    j += 1
                i += 1
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    a = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        r, s = i * stride[0], j * stride[1]
        w = a[n, c, r : r + kernel_size[0], s : s + kernel_size[1]]
        p, q = np.argwhere(w == w.max())[0]
        grad_x[n, c, r + p - padding[0], s + q - padding[1]] += 1.0
    return grad_x
