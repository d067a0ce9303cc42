"""Pooling told one window at a time, and on the way back: who gets the gradient."""

import numpy as np

from mlcourse import ops
from mlcourse.ops.geometry import window_geometry
from mlcourse.trace import Step, factor, number, plus
from mlcourse.walkthroughs._wording import at, images_and_channels, pixel_met, place, within


def max_pool2d(x, kernel_size, *, stride=None, padding=0):
    """Lay a window on every placement, keep the largest number under it, and remember where it was.

    Parameters
    ----------
    x, kernel_size, stride, padding
        As for `mlcourse.ops.max_pool2d`.

    Yields
    ------
    Step
        One for each window.

    Returns
    -------
    y : numpy.ndarray, shape (N, C, oH, oW)
    indices : numpy.ndarray of int64, shape (N, C, oH, oW)
        What `mlcourse.ops.max_pool2d` returns.
    """
    lies = window_geometry(x, kernel_size, stride, padding)
    x = _in_minus_infinity(x, lies)  # (N, C, H + top + bottom, W + left + right)
    y = np.zeros((*x.shape[:2], *lies.output))  # (N, C, oH, oW)
    indices = np.zeros(y.shape, dtype=np.int64)
    (top, _), (left, _) = lies.padding
    for n, c, i, j in np.ndindex(y.shape):
        window, won = np.s_[n, c, *lies.under(i, j)], None
        for m, k in _pixels(lies, i, j):  # those of the image under the window, in reading order
            if won is None or x[n, c, m, k] > x[n, c, *won] or np.isnan(x[n, c, m, k]):
                won = m, k
        row, column = won[0] - top, won[1] - left  # in the image without padding
        y[n, c, i, j], indices[n, c, i, j] = x[n, c, *won], row * lies.size[1] + column
        yield Step(
            f"Output ({i}, {j})" + within(x.shape, n, c),
            _election(x[window], len(_pixels(lies, i, j))),
            symbols=_max_rule(x, lies),
            numbers=f"max({plus(x[window].ravel(), number, sign=', ')}) = {number(y[n, c, i, j])}"
            f"   (index of pixel ({row}, {column}): {row} × {lies.size[1]} + {column} = {indices[n, c, i, j]})",
            read={"x": window},
            wrote={"y": np.s_[n, c, i, j], "indices": np.s_[n, c, i, j]},
        )
    return y, indices


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Each window: which pixel had won? To it goes the whole gradient.

    Parameters
    ----------
    grad_output, x, kernel_size, stride, padding
        As for `mlcourse.ops.max_pool2d_backward`.

    Yields
    ------
    Step
        One to begin with, and one for each window.

    Returns
    -------
    numpy.ndarray, shape (N, C, H, W)
        What `mlcourse.ops.max_pool2d_backward` returns.
    """
    lies = window_geometry(x, kernel_size, stride, padding)
    _, indices = ops.max_pool2d(x, kernel_size, stride=stride, padding=padding)  # kept from the forward pass
    grad_x = np.zeros(x.shape)
    if x.size:
        yield Step(
            "Before the first window",
            "Every gradient starts at 0. A pixel that wins no window keeps it: it did not matter.",
            symbols=rf"{_slope(x)} = 0",
            wrote={"grad_x": np.s_[...]},
        )
    for n, c, i, j in np.ndindex(grad_output.shape):
        m, k = divmod(indices[n, c, i, j], lies.size[1])  # row and column of the pixel that won
        before = grad_x[n, c, m, k]
        grad_x[n, c, m, k] = before + grad_output[n, c, i, j]
        yield Step(
            f"Window ({i}, {j}): to pixel ({m}, {k})" + within(x.shape, n, c),
            "This window's winner was the marked pixel, and the output is a copy of it. "
            "So all of the gradient goes there, and none to the pixels that lost."
            + (" It won another window before: what it gets adds up." if _won_before(indices[n, c], i, j) else ""),
            symbols=_routing_rule(x),
            numbers=f"{factor(before)} + {factor(grad_output[n, c, i, j])} = {number(grad_x[n, c, m, k])}"
            f"   (index {indices[n, c, i, j]} = {m} × {lies.size[1]} + {k})",
            read={"grad_output": np.s_[n, c, i, j], "indices": np.s_[n, c, i, j], "x": np.s_[n, c, m, k]},
            wrote={"grad_x": np.s_[n, c, m, k]},
        )
    return grad_x


def avg_pool2d(x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Lay a window on every placement and take the mean of what lies under it.

    Parameters
    ----------
    x, kernel_size, stride, padding, count_include_pad
        As for `mlcourse.ops.avg_pool2d`.

    Yields
    ------
    Step
        One for each window.

    Returns
    -------
    numpy.ndarray, shape (N, C, oH, oW)
        What `mlcourse.ops.avg_pool2d` returns.
    """
    lies = window_geometry(x, kernel_size, stride, padding)
    count = _counts(lies, count_include_pad)  # (oH, oW), the pixels that each mean is taken over
    x = lies.pad(x)  # (N, C, H + top + bottom, W + left + right)
    y = np.zeros((*x.shape[:2], *lies.output))  # (N, C, oH, oW)
    for n, c, i, j in np.ndindex(y.shape):
        window = np.s_[n, c, *lies.under(i, j)]
        y[n, c, i, j] = x[window].sum() / count[i, j]
        yield Step(
            f"Output ({i}, {j})" + within(x.shape, n, c),
            "Add up the marked pixels and divide by how many they are." + _zeros(lies, i, j, count),
            symbols=_mean_rule(x, lies, count[i, j]),
            numbers=f"({plus(x[window].ravel())}) / {number(count[i, j])} = {number(y[n, c, i, j])}",
            read={"x": window} | ({} if _all_equal(count) else {"count": np.s_[i, j]}),
            wrote={"y": np.s_[n, c, i, j]},
        )
    return y


def avg_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Each pixel: which windows lay on it? Of each it gets the same share as the others there.

    Parameters
    ----------
    grad_output, x, kernel_size, stride, padding, count_include_pad
        As for `mlcourse.ops.avg_pool2d_backward`.

    Yields
    ------
    Step
        One for each pixel of the image.

    Returns
    -------
    numpy.ndarray, shape (N, C, H, W)
        What `mlcourse.ops.avg_pool2d_backward` returns.
    """
    lies = window_geometry(x, kernel_size, stride, padding)
    count = _counts(lies, count_include_pad)  # (oH, oW), the pixels that each mean was taken over
    grad_x = np.zeros(x.shape)
    (top, _), (left, _) = lies.padding
    for n, c, m, k in np.ndindex(x.shape):
        i, j, _, _ = lies.fed(m + top, k + left)  # the windows (i, j) that lay on this pixel
        shares = grad_output[n, c, i, j] / count[i, j]
        grad_x[n, c, m, k] = shares.sum()
        yield Step(
            f"Gradient of pixel ({m}, {k})" + within(x.shape, n, c),
            "Every window that lay on this pixel shares its gradient out equally among the pixels it counted."
            if len(i)
            else "No window lay on this pixel: it fed nothing, so its gradient is 0.",
            symbols=_share_rule(x, lies, count),
            numbers=(_shares(grad_output[n, c, i, j], count[i, j]) + f" = {number(grad_x[n, c, m, k])}").removeprefix(
                " = "
            ),
            read={"grad_output": np.s_[n, c, i, j]} | ({} if _all_equal(count) else {"count": np.s_[i, j]}),
            wrote={"grad_x": np.s_[n, c, m, k]},
        )
    return grad_x


def _in_minus_infinity(x, lies):
    """The padded image for a maximum: what is added never wins."""
    x_padded = np.full((*x.shape[:2], *lies.padded), -np.inf)
    x_padded[:, :, *lies.inside()] = x
    return x_padded


def _pixels(lies, i, j):
    """Row and column, in the padded image, of every pixel of the image itself under window (i, j)."""
    (rows, columns), (inner_rows, inner_columns) = lies.under(i, j), lies.inside()
    return [
        (m, k)
        for m in range(max(rows.start, inner_rows.start), min(rows.stop, inner_rows.stop))
        for k in range(max(columns.start, inner_columns.start), min(columns.stop, inner_columns.stop))
    ]


def _counts(lies, count_include_pad):
    counted = np.ones(lies.padded) if count_include_pad else lies.pad(np.ones(lies.size))
    return np.reshape([counted[*lies.under(i, j)].sum() for i, j in np.ndindex(*lies.output)], lies.output)


def _all_equal(count):
    return (count == count[0, 0]).all()


def _won_before(indices, i, j):
    earlier = indices.ravel()[: i * indices.shape[1] + j]
    return indices[i, j] in earlier


def _election(window, pixels):
    """What to say of a maximum: of equal ones the first wins, the padding never does."""
    says = "Keep the largest of the marked numbers, and its place: row × width + column, counted in the image."
    if (window == window.max()).sum() > 1:
        says += " Of equal ones the first in reading order wins."
    return says + (" The padding is minus infinity, so it never wins." if pixels < window.size else "")


def _zeros(lies, i, j, count):
    if len(_pixels(lies, i, j)) == np.prod(lies.kernel):
        return ""
    if count[i, j] == np.prod(lies.kernel):
        return " The zeros of the padding count as pixels and pull the mean towards 0."
    return " The zeros of the padding are not counted."


def _shares(gradients, counts):
    return plus(list(zip(gradients, counts, strict=True)), lambda part: f"{factor(part[0])} / {number(part[1])}")


def _slope(x):
    n, c = images_and_channels(x)
    return rf"\frac{{\partial L}}{{\partial x{at(n + c + 'mk')}}}"


def _max_rule(x, lies):
    n, c = images_and_channels(x)
    return rf"y{at(n + c + 'ij')} = \max_{{p,q}} x{pixel_met(n + c, lies)}"


def _routing_rule(x):
    n, c = images_and_channels(x)
    won = r"\quad \text{where} \quad (m,\,k) \text{ won window } (i,\,j)"
    return rf"{_slope(x)} \leftarrow {_slope(x)} + g{at(n + c + 'ij')}{won}"


def _mean_rule(x, lies, count):
    n, c = images_and_channels(x)
    return rf"y{at(n + c + 'ij')} = \frac{{1}}{{{number(count)}}} \sum_{{p,q}} x{pixel_met(n + c, lies)}"


def _share_rule(x, lies, count):
    n, c = images_and_channels(x)
    below = number(count[0, 0]) if _all_equal(count) else r"\text{count}_{ij}"
    (top, _), (left, _) = lies.padding
    pixel = rf"m{f'+{top}' * bool(top)},\,k{f'+{left}' * bool(left)}"
    where = rf"\quad \text{{where}} \quad ({place(lies)}) = ({pixel})"
    return rf"{_slope(x)} = \sum_{{i,j}} \frac{{g{at(n + c + 'ij')}}}{{{below}}}{where}"
