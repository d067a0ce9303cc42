# Puts a window's pixels on a heap, as (minus the number, its index); reads gradients off a Counter; right.
# %% name="max_pool2d"
import heapq
from collections import Counter
from itertools import product


def first_of_window(image, rows, columns):
    heap = []
    for r, c in product(rows, columns):
        if 0 <= r < len(image) and 0 <= c < len(image[0]):
            heapq.heappush(heap, (-image[r][c], r * len(image[0]) + c))
    value, index = heapq.heappop(heap)
    return -value, index


def all_windows(x, k, s, p):
    s = s or k
    for n, c in product(range(x.shape[0]), range(x.shape[1])):
        image = x[n, c].tolist()
        for top in range(-p[0], x.shape[2] + p[0] - k[0] + 1, s[0]):
            for left in range(-p[1], x.shape[3] + p[1] - k[1] + 1, s[1]):
                yield (n, c), *first_of_window(image, range(top, top + k[0]), range(left, left + k[1]))


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    _, values, indices = zip(*all_windows(x, kernel_size, stride, padding))
    rows = len(range(-padding[0], x.shape[2] + padding[0] - kernel_size[0] + 1, (stride or kernel_size)[0]))
    return [np.array(a).reshape(*x.shape[:2], rows, -1) for a in (values, indices)]


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    got = Counter()
    for g, (image, _, index) in zip(grad_output.flat, all_windows(x, kernel_size, stride, padding)):
        got[image + divmod(index, x.shape[3])] += g
    return np.array([float(got[at]) for at in np.ndindex(x.shape)]).reshape(x.shape)
