# Asks of each pixel which windows it lies in, and keeps a dict of lists; right.
# %% name="max_pool2d"
from collections import defaultdict


def windows_over(position, size, k, s, p):
    return [i for i in range((size + 2 * p - k) // s + 1) if i * s <= position + p < i * s + k]


def buckets(x, k, s, p):
    s = s or k
    found = defaultdict(list)
    for n, c, row, column in np.ndindex(x.shape):
        for i in windows_over(row, x.shape[2], k[0], s[0], p[0]):
            for j in windows_over(column, x.shape[3], k[1], s[1], p[1]):
                found[n, c, i, j].append((x[n, c, row, column], row, column))
    # pixels came in reading order, and max() keeps the first
    return {window: max(pixels, key=lambda pixel: pixel[0]) for window, pixels in found.items()}


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    best = buckets(x, kernel_size, stride, padding)
    shape = np.max(list(best), axis=0) + 1
    values = np.array([best[at][0] for at in np.ndindex(*shape)])
    indices = np.array([best[at][1] * x.shape[3] + best[at][2] for at in np.ndindex(*shape)])
    return values.reshape(shape), indices.reshape(shape)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    grad_x = 0 * x
    for (n, c, i, j), (_, row, column) in buckets(x, kernel_size, stride, padding).items():
        grad_x[n, c, row, column] += grad_output[n, c, i, j]
    return grad_x
