# The largest of each row of the window first, then the largest of those; back again along both steps; right.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    H, W = x.shape[2:]
    stride = stride or kernel_size

    def spans(size, k, s, p):
        return [(max(a, 0), min(a + k, size)) for a in range(-p, size + p - k + 1, s)]

    across = spans(W, kernel_size[1], stride[1], padding[1])
    columns = np.stack([a + x[..., a:b].argmax(axis=-1) for a, b in across], axis=-1)
    of_rows = np.take_along_axis(x, columns, axis=-1)
    down = spans(H, kernel_size[0], stride[0], padding[0])
    rows = np.stack([a + of_rows[:, :, a:b].argmax(axis=2) for a, b in down], axis=2)
    values = np.take_along_axis(of_rows, rows, axis=2)
    return values, rows * W + np.take_along_axis(columns, rows, axis=2)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    H, W = x.shape[2:]
    maps = zip(indices.reshape(-1, indices[0, 0].size), grad_output.reshape(-1, indices[0, 0].size))
    return np.array([np.bincount(i, weights=g, minlength=H * W) for i, g in maps]).reshape(x.shape)
