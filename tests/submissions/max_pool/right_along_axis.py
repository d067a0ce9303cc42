# Windows side by side in one long axis, np.apply_along_axis with a while loop for each; right.
# %% name="max_pool2d"
def first_largest(window):
    at, best = 0, 0
    while at < len(window):
        if window[at] > window[best]:
            best = at
        at += 1
    return best


def side_by_side(x, kernel_size, stride, padding):
    xp = np.full((*x.shape[:2], x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]), -np.inf)
    xp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]] = x
    rows = np.arange(0, xp.shape[2] - kernel_size[0] + 1, stride[0])[:, None] + np.arange(kernel_size[0])
    columns = np.arange(0, xp.shape[3] - kernel_size[1] + 1, stride[1])[:, None] + np.arange(kernel_size[1])
    windows = xp[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return windows.reshape(*windows.shape[:4], -1), rows[:, 0] - padding[0], columns[:, 0] - padding[1]


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    windows, top, left = side_by_side(x, kernel_size, stride or kernel_size, padding)
    best = np.apply_along_axis(first_largest, -1, windows)
    values = np.apply_along_axis(max, -1, windows)
    return values, (top[:, None] + best // kernel_size[1]) * x.shape[3] + left + best % kernel_size[1]


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    out = np.zeros(x.size)
    _, indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    offsets = np.arange(0, x.size, x.shape[2] * x.shape[3]).reshape(*x.shape[:2], 1, 1)
    addresses = (offsets + indices).reshape(-1)
    k = 0
    while k < len(addresses):
        out[addresses[k]] += grad_output.reshape(-1)[k]
        k += 1
    return out.reshape(x.shape)
