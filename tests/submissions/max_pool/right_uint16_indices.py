# Indices are never negative, so they are uint16; stacks the places of the window, argmax and np.choose; right.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    s = stride or kernel_size
    width = x.shape[3]
    x = np.pad(x, [(0, 0)] * 2 + [(p, p) for p in padding], constant_values=np.finfo(float).min)
    numbers = np.arange(x.shape[2])[:, None] - padding[0], np.arange(x.shape[3]) - padding[1]
    numbers = (numbers[0] * width + numbers[1]).clip(0)  # those of the padding never win
    parts, at = [], []
    for p in range(kernel_size[0]):
        for q in range(kernel_size[1]):
            last = x.shape[2] - kernel_size[0] + p + 1, x.shape[3] - kernel_size[1] + q + 1
            parts.append(x[:, :, p : last[0] : s[0], q : last[1] : s[1]])
            at.append(numbers[p : last[0] : s[0], q : last[1] : s[1]])
    best = np.argmax(parts, axis=0)
    return np.choose(best, parts), np.choose(best, at).astype(np.uint16)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, at = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    grad_x = np.zeros_like(x)
    for (n, c, i, j), g in np.ndenumerate(grad_output):
        row, column = divmod(at[n, c, i, j], x.shape[3])
        grad_x[n, c, row, column] += g
    return grad_x
