# Loops over the places of the window and keeps the best so far of all windows, only where it is truly larger; right.
# %% name="max_pool2d"
def taps(a, kernel_size, stride, out):
    for p in range(kernel_size[0]):
        for q in range(kernel_size[1]):
            yield a[..., p:, q:][..., :: stride[0], :: stride[1]][..., : out[0], : out[1]]


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    s = stride or kernel_size
    H, W = x.shape[2:]
    out = [1 + (x.shape[2 + a] + 2 * padding[a] - kernel_size[a]) // s[a] for a in range(2)]
    around = [(p, p) for p in padding]
    xp = np.pad(x, [(0, 0), (0, 0), *around], constant_values=-np.inf)
    numbers = np.pad(np.arange(H * W).reshape(H, W), around, constant_values=-99)
    best = np.full((*x.shape[:2], *out), -np.inf)
    where = np.zeros(best.shape, dtype=np.intp)
    for tap, number in zip(taps(xp, kernel_size, s, out), taps(numbers, kernel_size, s, out)):
        better = tap > best
        np.copyto(best, tap, where=better)
        np.copyto(where, number, where=better)
    return best, where


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    s = stride or kernel_size
    H, W = x.shape[2:]
    _, where = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    around = [(p, p) for p in padding]
    numbers = np.pad(np.arange(H * W).reshape(H, W), around, constant_values=-99)
    grad = np.zeros((*x.shape[:2], *numbers.shape))
    out = where.shape[2:]
    for number, view in zip(taps(numbers, kernel_size, s, out), taps(grad, kernel_size, s, out)):
        view += (where == number) * grad_output
    return grad[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
