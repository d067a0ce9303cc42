# Uses the stride for the size of the output only: window (i, j) begins in row i and column j, both ways.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    if stride is None:
        stride = kernel_size
    n, c, h, w = x.shape
    kh, kw = kernel_size
    out_h = (h + 2 * padding[0] - kh) // stride[0] + 1
    out_w = (w + 2 * padding[1] - kw) // stride[1] + 1
    values = np.full((n, c, out_h, out_w), -np.inf)
    indices = np.full((n, c, out_h, out_w), -1)
    for i in range(out_h):
        for j in range(out_w):
            for row in range(i - padding[0], i - padding[0] + kh):
                for col in range(j - padding[1], j - padding[1] + kw):
                    if 0 <= row < h and 0 <= col < w:
                        better = x[:, :, row, col] > values[:, :, i, j]
                        values[:, :, i, j][better] = x[:, :, row, col][better]
                        indices[:, :, i, j][better] = row * w + col
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    kh, kw = kernel_size
    big = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    grad = np.zeros(big.shape)
    for n in range(big.shape[0]):
        for c in range(big.shape[1]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    at = big[n, c, i : i + kh, j : j + kw].argmax()
                    grad[n, c, i + at // kw, j + at % kw] += grad_output[n, c, i, j]
    return grad[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
