"""Convolutions and their backward passes gone wrong in the ways in which students' own go wrong.

Of the same sizes as in `as_students_write`: ``x`` is 3 x 4, ``w`` is 2 x 3, ``g`` is 2 x 2.
"""

# ruff: noqa: E722, F821, SIM105

import numpy as np


def kernel_transposed(x, w):
    y = np.zeros((2, 2))
    for i, j in np.ndindex(2, 2):
        y[i, j] = (x[i : i + 2, j : j + 3] * w.T).sum()
    return y


def off_by_one(x, w):
    y = np.zeros((2, 2))
    for i in range(2):
        for j in range(3):
            # Here it stops.
            y[i, j] = x[i, j + 1] * w[0, 0]
    return y


def height_for_width(x, w):
    height, width = x.shape
    y = np.zeros((height - 1, height - 2))
    for i, j in np.ndindex(height - 1, height - 2):
        y[i, j] = (x[i : i + 2, j : j + 3] * w).sum()
    return y


def changes_its_input(x, w):
    x -= x.mean()
    y = x[:2, :2]
    for p, q in np.ndindex(2, 3):
        y += w[p, q] * x[p : p + 2, q : q + 2]
    w *= 0
    return y


def plus_forgotten(g, x, w):
    grad_x = np.zeros_like(x)
    for i, j in np.ndindex(g.shape):
        grad_x[i : i + 2, j : j + 3] = g[i, j] * w
    return grad_x


def returns_nothing(x, w):
    y = np.zeros((2, 2))
    y[0, 0] = (x[:2, :3] * w).sum()


def errors_swallowed(x, w):
    y = np.zeros((3, 4))
    for i, j in np.ndindex(3, 4):
        for p, q in np.ndindex(2, 3):
            try:
                y[i, j] += x[i + p, j + q] * w[p, q]
            except IndexError:
                pass
    return y


def misspelt(x, w):
    # YOUR CODE HERE
    y = np.zeros((2, 2))
    y[0, 0] = 1
    return totl


def helper_without_return(x, w):
    weights = fill(w)
    return x[:2, :3] * weights


def fill(a):
    a.fill(2)


def helper_fails(x, w):
    y = np.zeros((2, 2))
    total = y[0, 0]
    total = times(x, w)
    return total


def times(a, b):
    return a * b


def endless(x, w):
    i = 0
    while i < 2:
        x[0, 0] += 1
    return x


def endless_and_deaf(x, w):
    while True:
        try:
            while True:
                x = x + 1
                x = x - 1
        except:
            pass


def endless_without_arrays(x, w):
    return sum(1 for _ in iter(int, 1))


def endless_recursion(x, w):
    x[0, 0] += 1
    return endless_recursion(x, w)


def fails_after_its_error(x, w):
    try:
        x[9] = 1
    finally:
        x[0] = 0
    return x


def raises(x, w):
    x[0, 0] = 1
    if w.shape[0] != w.shape[1]:
        raise ValueError("only square kernels")
    return x
