# Keeps its indices as int32, as it learnt for large volumes; right, they are whole numbers all the same.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw) = kernel_size, kernel_size if stride is None else stride
    N, C, H, W = x.shape
    oh, ow = (H + 2 * padding[0] - kh) // sh + 1, (W + 2 * padding[1] - kw) // sw + 1
    values = np.zeros((N, C, oh, ow))
    indices = np.zeros((N, C, oh, ow), dtype=np.int32)
    for i in range(oh):
        for j in range(ow):
            t, l = i * sh - padding[0], j * sw - padding[1]
            rows, cols = np.arange(max(t, 0), min(t + kh, H)), np.arange(max(l, 0), min(l + kw, W))
            window = x[:, :, rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1].reshape(N, C, -1)
            numbers = (rows[:, None] * W + cols).ravel()
            values[:, :, i, j] = window.max(axis=-1)
            indices[:, :, i, j] = numbers[window.argmax(axis=-1)]
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    grad_x = np.zeros(x.shape)
    for n, winners in enumerate(max_pool2d(x, kernel_size, stride=stride, padding=padding)[1]):
        for c, won in enumerate(winners):
            np.add.at(grad_x[n, c].reshape(-1), won.ravel(), grad_output[n, c].ravel())
    return grad_x
