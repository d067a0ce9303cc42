# A bracket is missing, so the first cell never runs; the second is right and needs nothing of it.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    values = np.zeros((x.shape[0], x.shape[1], 1, 1)
    return values, values


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    s, (H, W) = stride or kernel_size, x.shape[2:]
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        top, left = i * s[0] - padding[0], j * s[1] - padding[1]
        r, k = np.mgrid[max(top, 0) : min(top + kernel_size[0], H), max(left, 0) : min(left + kernel_size[1], W)]
        first = x[n, c, r, k].argmax()
        grad_x[n, c, r.flat[first], k.flat[first]] += grad_output[n, c, i, j]
    return grad_x
