# Halves the window until one pixel is left, remembers halves with lru_cache under a name of its own; right.
# %% name="max_pool2d"
from functools import lru_cache


def winners_of(image):
    H, W = image.shape

    @lru_cache(maxsize=None)
    def max_pool2d_with_indices(top, left, height, width):
        if height > 1:
            half = height // 2
            one = max_pool2d_with_indices(top, left, half, width)
            other = max_pool2d_with_indices(top + half, left, height - half, width)
        elif width > 1:
            half = width // 2
            one = max_pool2d_with_indices(top, left, 1, half)
            other = max_pool2d_with_indices(top, left + half, 1, width - half)
        elif 0 <= top < H and 0 <= left < W:
            return image[top, left], top * W + left
        else:
            return -np.inf, -1
        return one if one[0] >= other[0] else other

    return max_pool2d_with_indices


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    if stride is None:
        return max_pool2d(x, kernel_size, stride=kernel_size, padding=padding)
    out = [(n + 2 * p - k) // s + 1 for n, p, k, s in zip(x.shape[2:], padding, kernel_size, stride)]
    values, indices = np.empty((*x.shape[:2], *out)), np.empty((*x.shape[:2], *out), dtype=int)
    for n, c in np.ndindex(x.shape[:2]):
        winner = winners_of(x[n, c])
        for i, j in np.ndindex(*out):
            top, left = i * stride[0] - padding[0], j * stride[1] - padding[1]
            values[n, c, i, j], indices[n, c, i, j] = winner(top, left, *kernel_size)
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)[1]

    def share(n, c, m, k):
        return grad_output[n, c][indices[n, c] == m * x.shape[3] + k].sum()

    return np.array([share(*at) for at in np.ndindex(x.shape)]).reshape(x.shape)
