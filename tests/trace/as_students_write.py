"""Convolutions and their backward passes as different students write them; the wrong ones are in `mistakes`.

``x`` is 3 x 4, ``w`` is 2 x 3, so ``y`` and ``g`` are 2 x 2. Everything here is followed line by line in the tests.
"""

# ruff: noqa: B905, E701

import functools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def patch_and_sum(x, w):
    """The docstring is not shown."""
    kh, kw = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    # Lay the kernel on every place.
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            patch = x[i : i + kh, j : j + kw]  # the pixels under it
            # Multiply and
            # add up.
            y[i, j] = (patch * w).sum()
    return y


def four_loops(x, w):
    y = np.zeros((2, 2))
    # Every output.
    for i in range(2):
        for j in range(2):
            total = 0.0
            for p in range(2):
                for q in range(3):
                    total += x[i + p, j + q] * w[p, q]
            y[i, j] = total
    return y


def while_loops(x, w):
    y, i, rows = np.zeros((2, 2)), 0, 2
    while i < rows:
        j = 0
        while j < 2:
            y[i][j] = np.sum(x[i : i + 2][:, j : j + 3] * w)
            j += 1
        i = i + 1
    return y


def one_tap_at_a_time(x, w):
    y = np.zeros((2, 2))
    for p, q in np.ndindex(w.shape):
        y += w[p, q] * x[p : p + 2, q : q + 2]
    return y


def windows_and_einsum(x, w):
    windows = sliding_window_view(x, w.shape)
    return np.einsum("ijpq,pq->ij", windows, w)


def windows_one_by_one(x, w):
    windows = sliding_window_view(x, w.shape)
    y = np.zeros(windows.shape[:2])
    for i, j in np.ndindex(y.shape):
        y[i, j] = np.vdot(windows[i, j], w)
    return y


def padded_first(x, w):
    x = np.pad(x, ((1, 0), (1, 1)))
    y = np.zeros((3, 4))
    for i in range(3):
        for j in range(4):
            y[i, j] = (x[i : i + 2, j : j + 3] * w).sum()
    return y[1:, 1:-1]


def generator_expression(x, w):
    y = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            y[i, j] = sum(x[i + p, j + q] * w[p, q] for p in range(2) for q in range(3) if w[p, q] != 0)
    return y


def lists_of_lists(x, w):
    image, kernel = x.tolist(), w.tolist()
    y = [[0.0, 0.0], [0.0, 0.0]]
    for i in range(len(y)):
        for j in range(len(y[i])):
            for p in range(2):
                for q in range(3):
                    y[i][j] += image[i + p][j + q] * kernel[p][q]
    return np.array(y)


def dot(a, b):
    total = 0
    for v, k in zip(a.ravel(), b.ravel()):
        total += v * k
    return total


def with_a_helper(x, w):
    y = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            y[i, j] = dot(x[i : i + 2, j : j + 3], w)
    return y


def recursive(x, w):
    if len(x) == 2:
        return np.array([[(x[:, j : j + 3] * w).sum() for j in range(2)]])
    above = recursive(x[:-1], w)
    below = recursive(x[1:], w)
    return np.concatenate([above, below])


def out_argument(x, w):
    y, product = np.zeros((2, 2)), np.zeros_like(w)
    for i, j in np.ndindex(2, 2):
        np.multiply(x[i : i + 2, j : j + 3], w, out=product)
        np.sum(product, out=y[i, j, ...])
    return y


def through_nditer(x, w):
    y = np.zeros((2, 2))
    with np.nditer(y, flags=["multi_index"], op_flags=["readwrite"]) as places:
        for cell in places:
            i, j = places.multi_index
            cell[...] = (x[i : i + 2, j : j + 3] * w).sum()
    return y


def rows_of_the_output(x, w):
    y = np.zeros((2, 2))
    for i, row in enumerate(y):
        for j in range(len(row)):
            row[j] = (x[i : i + 2, j : j + 3] * w).sum()
    return y


def columns_and_matmul(x, w):
    columns = []
    for i in range(2):
        for j in range(2):
            columns.append(x[i : i + 2, j : j + 3].ravel())
    return (np.array(columns) @ w.ravel()).reshape(2, 2)


def gather(x, w):
    i, j = np.arange(2)[:, None, None, None], np.arange(2)[None, :, None, None]
    p, q = np.arange(2)[:, None], np.arange(3)
    return (x[i + p, j + q] * w).sum((2, 3))


class Layer:
    looks = 0

    def __init__(self, w):
        self.w = w

    @property
    def size(self):
        Layer.looks += 1
        return self.w.shape

    def forward(self, x):
        self.y = np.zeros((2, 2))
        for i, j in np.ndindex(2, 2):
            self.y[i, j] = (x[i : i + self.size[0], j : j + 3] * self.w).sum()
        return self.y


def with_a_class(x, w):
    return Layer(w).forward(x)


def keep(function):
    @functools.wraps(function)
    def kept(*arrays):
        return function(*arrays)

    return kept


@keep
@keep
def decorated(x, w):
    # One place after the other.
    return np.array([[(x[i : i + 2, j : j + 3] * w).sum() for j in range(2)] for i in range(2)])


def inner_function(x, w):
    y, at = np.zeros(4), 0

    def add(patch):
        nonlocal at
        y[at] = (patch * w).sum()
        at += 1

    for i, j in np.ndindex(2, 2):
        add(x[i : i + 2, j : j + 3])
    return y.reshape(2, 2)


def prints_and_draws(x, w):
    rng, places = np.random.default_rng(0), iter([0, 1, 2, 3])
    y = np.zeros(4)
    for _ in range(4):
        at = next(places)
        print("now", at)
        y[at] = x[rng.integers(3), rng.integers(4)] * w[rng.integers(2), 0]
    y[next(iter([3]))] += x[rng.integers(1), 0]
    return y, rng.random()


def backward_scatter(g, x, w):
    grad_x, grad_w = np.zeros_like(x), np.zeros_like(w)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            grad_w += g[i, j] * x[i : i + 2, j : j + 3]
            grad_x[i : i + 2, j : j + 3] += g[i, j] * w
    return grad_x, grad_w


def backward_add_at(g, x, w):
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(g.shape):
        rows, columns = np.arange(i, i + 2)[:, None], np.arange(j, j + 3)
        np.add.at(grad_x, (rows, columns), g[i, j] * w)
    return grad_x


def backward_full(g, x, w):
    around = np.pad(g, ((1, 1), (2, 2)))
    turned = w[::-1, ::-1]
    grad_x = np.zeros(x.shape)
    for m, n in np.ndindex(x.shape):
        grad_x[m, n] = (around[m : m + 2, n : n + 3] * turned).sum()
    return grad_x


def backward_gather(g, x, w):
    grad_x = np.zeros(x.shape)
    for m in range(3):
        for n in range(4):
            for p in range(2):
                for q in range(3):
                    i, j = m - p, n - q
                    if i < 0 or i >= 2: continue  # fmt: skip
                    if 0 <= j < 2 and g[i, j] != 0: grad_x[m, n] += g[i, j] * w[p, q]  # fmt: skip
    return grad_x
