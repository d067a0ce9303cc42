"""Max-unpooling told one number at a time: each goes back to the pixel that had won its window.

As in pooling, (m, k) is a pixel of the large image and (i, j) a window, so a number of the small one.
"""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, number
from mlcourse.walkthroughs._wording import at, images_and_channels, within

EMPTY = (
    "The large image begins with zeros. Pooling kept one number of each window and threw the others away, so a pixel that "
    "no index names gets nothing back and stays 0."
)


def max_unpool2d(x, indices, size):
    """Start with zeros, then put each number on the pixel that its index names.

    Parameters
    ----------
    x, indices, size
        As for `mlcourse.ops.max_unpool2d`.

    Yields
    ------
    Step
        One to begin with, and one for each number.

    Returns
    -------
    numpy.ndarray, shape (N, C, rows, columns)
        What `mlcourse.ops.max_unpool2d` returns.
    """
    y = np.zeros(ops.max_unpool2d(x, indices, size).shape)  # (N, C, rows, columns)
    if y.size:
        yield Step("Before the first number", EMPTY, symbols=rf"y{_large(x)} = 0", wrote={"y": np.s_[...]})
    taken = set()
    for n, c, i, j in np.ndindex(x.shape):
        m, k = divmod(int(indices[n, c, i, j]), y.shape[3])  # row and column of the pixel it came from
        y[n, c, m, k] = x[n, c, i, j]
        yield Step(
            f"Number ({i}, {j}): to pixel ({m}, {k})" + within(x.shape, n, c),
            "The index tells where this number stood before pooling. Back it goes."
            + (" It replaces the number of another window: the last one stays." if (n, c, m, k) in taken else ""),
            symbols=rf"y{_large(x)} = x{_small(x)}{_where()}",
            numbers=f"{number(y[n, c, m, k])}   ({_divided(indices[n, c, i, j], y.shape[3])})",
            read={"x": np.s_[n, c, i, j], "indices": np.s_[n, c, i, j]},
            wrote={"y": np.s_[n, c, m, k]},
        )
        taken.add((n, c, m, k))
    return y


def max_unpool2d_backward(grad_output, x, indices, size):
    """Each number: to which pixel did it go? The gradient of that pixel is its own.

    Parameters
    ----------
    grad_output, x, indices, size
        As for `mlcourse.ops.max_unpool2d_backward`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray, shape (N, C, H, W)
        What `mlcourse.ops.max_unpool2d_backward` returns.
    """
    grad_x = np.zeros(ops.max_unpool2d_backward(grad_output, x, indices, size).shape)  # (N, C, H, W)
    for n, c, i, j in np.ndindex(x.shape):
        m, k = divmod(int(indices[n, c, i, j]), grad_output.shape[3])  # row and column of the pixel it was put on
        replaced = indices[n, c, i, j] in indices[n, c].ravel()[i * x.shape[3] + j + 1 :]  # by a later number
        grad_x[n, c, i, j] = 0 if replaced else grad_output[n, c, m, k]
        yield Step(
            f"Gradient of number ({i}, {j}): from pixel ({m}, {k})" + within(x.shape, n, c),
            "A later number replaced this one on its pixel. It did not matter, so its gradient is 0."
            if replaced
            else "The marked pixel is a copy of this number, so it hands its gradient over unchanged. "
            "The pixels that stayed 0 have nobody to hand theirs to.",
            symbols=rf"\frac{{\partial L}}{{\partial x{_small(x)}}} = "
            + ("0" if replaced else f"g{_large(x)}{_where()}"),
            numbers=f"{number(grad_x[n, c, i, j])}   ({_divided(indices[n, c, i, j], grad_output.shape[3])})",
            read={"indices": np.s_[n, c, i, j]} | ({} if replaced else {"grad_output": np.s_[n, c, m, k]}),
            wrote={"grad_x": np.s_[n, c, i, j]},
        )
    return grad_x


def _divided(index, columns):
    return f"index {index} = {index // columns} × {columns} + {index % columns}"


def _large(x):
    n, c = images_and_channels(x)
    return at(n + c + "mk")


def _small(x):
    n, c = images_and_channels(x)
    return at(n + c + "ij")


def _where():
    return r"\quad \text{where} \quad (m,\,k) \text{ won window } (i,\,j)"
