# Forward: returns what argmax says of the window. Backward: all windows in one index, and += on it keeps the last.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    oh = (xp.shape[2] - kernel_size[0]) // stride[0] + 1
    ow = (xp.shape[3] - kernel_size[1]) // stride[1] + 1
    values = np.zeros((*x.shape[:2], oh, ow))
    indices = np.zeros((*x.shape[:2], oh, ow), dtype=int)
    for n, c, i, j in np.ndindex(values.shape):
        a, b = i * stride[0], j * stride[1]
        window = xp[n, c, a : a + kernel_size[0], b : b + kernel_size[1]]
        values[n, c, i, j] = np.max(window)
        indices[n, c, i, j] = np.argmax(window)
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, where = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    stride = stride or kernel_size
    grad_x = np.zeros_like(x)
    n, c, i, j = np.indices(grad_output.shape)
    rows = i * stride[0] - padding[0] + where // kernel_size[1]
    columns = j * stride[1] - padding[1] + where % kernel_size[1]
    grad_x[n, c, rows, columns] += grad_output
    return grad_x
