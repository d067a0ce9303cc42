# Padding is masked in a np.ma array, so that it cannot win; plain arrays come back, one in Fortran order; right.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    sv, sh = kernel_size if stride is None else stride
    frame = np.ma.masked_all((*x.shape[:2], x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]))
    frame[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]] = x
    rows = (frame.shape[2] - kernel_size[0]) // sv + 1
    columns = (frame.shape[3] - kernel_size[1]) // sh + 1
    values = np.ma.zeros((*x.shape[:2], rows, columns))
    indices = np.zeros(values.shape, dtype=int, order="F")
    for i in range(rows):
        for j in range(columns):
            window = frame[:, :, i * sv : i * sv + kernel_size[0], j * sh : j * sh + kernel_size[1]]
            window = window.reshape(*x.shape[:2], -1)
            at = window.argmax(axis=2, fill_value=-np.inf)
            values[:, :, i, j] = window.max(axis=2)
            row = i * sv - padding[0] + at // kernel_size[1]
            indices[:, :, i, j] = row * x.shape[3] + j * sh - padding[1] + at % kernel_size[1]
    return values.filled(np.nan), indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)[1]
    grad_x = np.zeros(x.shape, order="F")
    for i in range(indices.shape[2]):
        for j in range(indices.shape[3]):
            row, column = np.unravel_index(indices[:, :, i, j], x.shape[2:])
            n, c = np.indices(row.shape)
            grad_x[n, c, row, column] += grad_output[:, :, i, j]  # a window has one winner, so none comes twice
    return grad_x
