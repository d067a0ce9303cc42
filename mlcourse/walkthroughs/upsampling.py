"""Upsampling told one new pixel at a time: which old ones does it see, and how much of each does it take?

As in pooling and convolution, (m, k) is a pixel of the large image and (i, j) one of the small image.
"""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, number, plus, terms
from mlcourse.walkthroughs._wording import at, images_and_channels, over, within

MIXED = (
    "Lay the small image under the large one. The centre (u, v) of this pixel falls between the marked ones, and each "
    "gives a share: the nearer, the more. The shares add up to 1."
)
ON_A_LINE = (
    "Lay the small image under the large one. The centre (u, v) of this pixel falls on the line through the two marked "
    "ones, and each gives a share: the nearer, the more."
)
ALONE = "Lay the small image under the large one. No pixel but the marked one has a share in this one: it is a copy."
EDGE = " Past the outermost centres the edge goes on unchanged."
SHARE = r"(1 - |u_m - i|)\,(1 - |v_k - j|)\, "  # of old pixel (i, j) in new pixel (m, k), whose centre lies at (u, v)


def upsample2d(x, scale, *, mode="nearest"):
    """Each new pixel: nearest copies the old one under it, bilinear mixes those around its centre.

    Parameters
    ----------
    x, scale, mode
        As for `mlcourse.ops.upsample2d`.

    Yields
    ------
    Step
        One for each new pixel.

    Returns
    -------
    numpy.ndarray, shape (N, C, vertical * H, horizontal * W)
        What `mlcourse.ops.upsample2d` returns, as long as all pixels are finite.
    """
    y = np.zeros(ops.upsample2d(x, scale, mode=mode).shape)  # (N, C, vertical * H, horizontal * W)
    vertical, horizontal = _scales(x, y)
    for n, c, m, k in np.ndindex(y.shape):
        rows, down = _seen(m, vertical, x.shape[2], mode)  # one row or two, and the share of each
        columns, across = _seen(k, horizontal, x.shape[3], mode)
        seen, share = np.s_[n, c, rows, columns], np.outer(down, across)
        y[n, c, m, k] = (share * x[seen]).sum()
        yield Step(
            f"Output ({m}, {k})" + within(y.shape, n, c),
            _copied(vertical, horizontal)
            if mode == "nearest"
            else _mixed(share, (m, vertical, x.shape[2]), (k, horizontal, x.shape[3])),
            symbols=_nearest_rule(x, vertical, horizontal) if mode == "nearest" else _bilinear_rule(x),
            numbers=("" if mode == "nearest" else f"{terms(share, x[seen])} = ")
            + f"{number(y[n, c, m, k])}   ({_lying('u', 'row', m, vertical, x.shape[2], mode)}; "
            f"{_lying('v', 'column', k, horizontal, x.shape[3], mode)})",
            read={"x": seen} | ({} if mode == "nearest" else {"share": np.s_[...]}),
            wrote={"y": np.s_[n, c, m, k]},
        )
    return y


def upsample2d_backward(grad_output, x, scale, *, mode="nearest"):
    """Each old pixel: which new ones did it go into, and with which share?

    Parameters
    ----------
    grad_output, x, scale, mode
        As for `mlcourse.ops.upsample2d_backward`.

    Yields
    ------
    Step
        One for each pixel of the small image.

    Returns
    -------
    numpy.ndarray, shape (N, C, H, W)
        What `mlcourse.ops.upsample2d_backward` returns.
    """
    grad_x = np.zeros(ops.upsample2d_backward(grad_output, x, scale, mode=mode).shape)  # (N, C, H, W)
    vertical, horizontal = _scales(x, grad_output)
    for n, c, i, j in np.ndindex(x.shape):
        rows, down = _seen_by(i, vertical, x.shape[2], mode)  # the new rows it went into, and its share in each
        columns, across = _seen_by(j, horizontal, x.shape[3], mode)
        fed, share = np.s_[n, c, rows, columns], np.outer(down, across)
        grad_x[n, c, i, j] = (grad_output[fed] * share).sum()
        yield Step(
            f"Gradient of pixel ({i}, {j})" + within(x.shape, n, c),
            "Every copy of this pixel sends its gradient back, and they add up."
            if mode == "nearest"
            else "Every new pixel that this one has a share in sends its gradient back, times that share: the shares of the "
            "way there.",
            symbols=_nearest_slope(x, vertical, horizontal) if mode == "nearest" else _bilinear_slope(x),
            numbers=(plus(grad_output[fed].ravel()) if mode == "nearest" else terms(grad_output[fed], share))
            + f" = {number(grad_x[n, c, i, j])}",
            read={"grad_output": fed} | ({} if mode == "nearest" else {"share": np.s_[...]}),
            wrote={"grad_x": np.s_[n, c, i, j]},
        )
    return grad_x


def _scales(small, large):
    """(vertical, horizontal); 1 where there is no pixel to scale."""
    return tuple(n // max(old, 1) for n, old in zip(large.shape[2:], small.shape[2:], strict=True))


def _centre(m, scale, count):
    """Where the centre of new row m lies, counted in old ones, and never past the outermost of their centres."""
    return min(max((m + 0.5) / scale - 0.5, 0), count - 1)


def _seen(m, scale, count, mode):
    """The old rows that new row m sees, as a slice, and their shares; columns likewise."""
    if mode == "nearest":
        return slice(m // scale, m // scale + 1), np.ones(1)
    centre = _centre(m, scale, count)
    first = int(centre)
    past = centre - first  # how far it lies past the first row, and so the share of the second
    return (slice(first, first + 2), np.array([1 - past, past])) if past else (slice(first, first + 1), np.ones(1))


def _seen_by(i, scale, count, mode):
    """The new rows that see old row i, as a slice, and its share in each; columns likewise."""
    seen = {m: _seen(m, scale, count, mode) for m in range(scale * count)}
    shares = {m: share[i - rows.start] for m, (rows, share) in seen.items() if rows.start <= i < rows.stop}
    return slice(min(shares), max(shares) + 1), np.array(list(shares.values()))


def _copied(vertical, horizontal):
    return (
        "Lay the small image under the large one and copy the pixel that lies under this one. "
        f"Each pixel becomes a block of {vertical} × {horizontal} copies."
    )


def _mixed(share, *lies):
    """What to say of a pixel in between; ``lies`` is (position, scale, count) for rows and for columns."""
    edge = any(_centre(m, scale, count) != (m + 0.5) / scale - 0.5 for m, scale, count in lies)
    return {4: MIXED, 2: ON_A_LINE, 1: ALONE}[share.size] + EDGE * edge


def _lying(letter, what, m, scale, count, mode):
    """Where new row m lies on the old ones, and who has which share; columns likewise."""
    if mode == "nearest":
        return f"{what} {m} // {scale} = {m // scale}"
    centre, there = (m + 0.5) / scale - 0.5, _centre(m, scale, count)
    position = f"{letter} = " + (f"{m}" if scale == 1 else f"({m} + 0.5) / {scale} - 0.5 = {number(centre)}")
    if there != centre:
        position += f", taken as {number(there)}"
    seen, shares = _seen(m, scale, count, mode)
    parts = [f"{'all' if share == 1 else number(share)} of {what} {at}" for at, share in enumerate(shares, seen.start)]
    return f"{position}: {' and '.join(parts)}"


def _nearest_rule(x, vertical, horizontal):
    n, c = images_and_channels(x)
    rows, columns = (
        rf"{letter} = \lfloor {new} / {scale} \rfloor"
        for letter, new, scale in (("i", "m", vertical), ("j", "k", horizontal))
    )
    return rf"y{at(n + c + 'mk')} = x{at(n + c + 'ij')}\quad \text{{where}} \quad {rows},\; {columns}"


def _bilinear_rule(x):
    n, c = images_and_channels(x)
    return rf"y{at(n + c + 'mk')} = \sum_{{i,j}} {SHARE}x{at(n + c + 'ij')}"


def _nearest_slope(x, vertical, horizontal):
    n, c = images_and_channels(x)
    rows, columns = (f"{scale if scale > 1 else ''}{old}" for scale, old in ((vertical, "i"), (horizontal, "j")))
    place = rf"{rows}+p,\,{columns}+q"
    return rf"{_slope(n + c + 'ij')} = \sum_{{p,q}} g{over([*n, *c, place])}"


def _bilinear_slope(x):
    n, c = images_and_channels(x)
    return rf"{_slope(n + c + 'ij')} = \sum_{{m,k}} {SHARE}g{at(n + c + 'mk')}"


def _slope(letters):
    return rf"\frac{{\partial L}}{{\partial x{at(letters)}}}"
