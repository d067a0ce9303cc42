"""Where a kernel lies on an image: the one place that knows stride, padding and dilation."""

import operator
from dataclasses import dataclass

import numpy as np

from mlcourse.ops._arrays import pad


@dataclass(frozen=True)
class Geometry:
    """How a kernel is laid on an image, in pixels; every pair is (vertical, horizontal).

    Attributes
    ----------
    size, kernel, stride, dilation : (int, int)
        Image size, kernel size, step between placements, distance between two weights' pixels.
    padding : ((int, int), (int, int))
        Zeros added: ``((top, bottom), (left, right))``.
    """

    size: tuple
    kernel: tuple
    stride: tuple
    padding: tuple
    dilation: tuple

    @property
    def padded(self):
        """Size of the padded image."""
        return tuple(n + sum(around) for n, around in zip(self.size, self.padding, strict=True))

    @property
    def reach(self):
        """Pixels from the kernel's first weight to its last, both counted."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def output(self):
        """Size of the output: floor((padded - reach) / stride) + 1 in each direction."""
        return tuple((n - r) // s + 1 for n, r, s in zip(self.padded, self.reach, self.stride, strict=True))

    @property
    def taps(self):
        """Positions (p, q) in the kernel, in reading order."""
        return list(np.ndindex(*self.kernel))

    def under(self, i, j):
        """Slices (rows, columns) of the padded image that lie under the kernel where it makes output (i, j)."""
        starts = (i * self.stride[0], j * self.stride[1])
        return tuple(slice(a, a + r, d) for a, r, d in zip(starts, self.reach, self.dilation, strict=True))

    def met_by(self, p, q):
        """Slices (rows, columns) of the padded image that weight (p, q) meets, one pixel for each output."""
        starts = (p * self.dilation[0], q * self.dilation[1])
        return tuple(slice(a, a + s * (m - 1) + 1, s) for a, s, m in zip(starts, self.stride, self.output, strict=True))

    def fed(self, m, n):
        """Outputs that pixel (m, n) of the padded image feeds, and the weights it meets there.

        Returns
        -------
        i, j, p, q : numpy.ndarray of int
            Output (i[t], j[t]) meets the pixel with weight (p[t], q[t]).
        """
        (rows, across) = (
            [((a - p * d) // s, p) for p in range(k) if (a - p * d) % s == 0 and 0 <= (a - p * d) // s < count]
            for a, k, s, d, count in zip((m, n), self.kernel, self.stride, self.dilation, self.output, strict=True)
        )
        met = [(i, j, p, q) for i, p in rows for j, q in across]
        return tuple(np.array(met, dtype=int).reshape(-1, 4).T)

    def pad(self, x):
        """Put the zeros around ``x`` (..., H, W)."""
        return pad(x, self.padding)

    def inside(self):
        """Slices (rows, columns) of the padded image that are the image itself."""
        return tuple(slice(before, before + n) for n, (before, _) in zip(self.size, self.padding, strict=True))


def geometry(x, w, stride=1, padding=0, dilation=1, groups=1):
    """Check that kernels ``w`` can be laid on images ``x`` and say how they lie.

    Parameters
    ----------
    x : array, shape (N, C_in, H, W)
    w : array, shape (C_out, C_in / groups, kH, kW)
    stride, dilation : int or (int, int)
        (vertical, horizontal), at least 1.
    padding : int, (int, int), "valid", "same" or ((int, int), (int, int))
        Zeros around the image: the same on all sides, (top and bottom, left and right), none, as many as give an
        output of ceil(size / stride) with the odd pixel at the end (as Keras), or each side by itself.
    groups : int
        Channels and filters are split into so many independent parts.

    Returns
    -------
    Geometry

    Raises
    ------
    TypeError
        If a setting is not a whole number, or of a form not listed above.
    ValueError
        If a shape or a setting is impossible.
    """
    check_four_axes("x", x, "(N, C_in, H, W)")
    check_four_axes("w", w, "(C_out, C_in / groups, kH, kW)")
    groups = whole("groups", groups, least=1)
    if x.shape[1] != w.shape[1] * groups:
        raise ValueError(
            f"x has {x.shape[1]} channels, but w of shape {tuple(w.shape)} with groups={groups} expects "
            f"{w.shape[1]} * {groups} = {w.shape[1] * groups}. Channels are the second axis of x and of w."
        )
    if w.shape[0] % groups:
        raise ValueError(
            f"w has {w.shape[0]} filters, which groups={groups} does not divide; expected a multiple of {groups}."
        )
    size, kernel = tuple(x.shape[2:]), kernel_of(w)
    stride, dilation = pair("stride", stride, least=1), pair("dilation", dilation, least=1)
    lies = Geometry(size, kernel, stride, margins(padding, size, kernel, stride, dilation), dilation)
    check_fit(lies, "kernel or dilation")
    return lies


def window_geometry(x, kernel_size, stride=None, padding=0):
    """Check that windows without weights can be laid on images ``x`` and say how they lie.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    kernel_size : int or (int, int)
        Window size, (vertical, horizontal).
    stride : int or (int, int), optional
        Left out, the windows lie side by side: ``kernel_size``.
    padding : int, (int, int), "valid", "same" or ((int, int), (int, int))
        As for `geometry`; on each side at most half the window, so that none lies on padding alone.

    Returns
    -------
    Geometry

    Raises
    ------
    TypeError, ValueError
        As `geometry`; also if ``padding`` is too large.
    """
    check_four_axes("x", x, "(N, C, H, W)")
    size, kernel = tuple(x.shape[2:]), pair("kernel_size", kernel_size, least=1)
    if 0 in size:
        raise ValueError(f"x has shape {tuple(x.shape)}; expected images of at least one row and one column.")
    stride = kernel if stride is None else pair("stride", stride, least=1)
    around = margins(padding, size, kernel, stride, (1, 1))
    if any(side > k // 2 for sides, k in zip(around, kernel, strict=True) for side in sides):
        raise ValueError(
            f"padding is {around} with kernel_size {kernel}; expected at most half of it on each side, "
            f"{tuple(k // 2 for k in kernel)}. Further out a window could lie on padding alone, with no pixel in it. "
            "Pad less, or take a larger window."
        )
    lies = Geometry(size, kernel, stride, around, (1, 1))
    check_fit(lies, "window")
    return lies


def check_four_axes(name, a, axes):
    """Refuse an array that is not ``axes``, and say which axes are missing."""
    if a.ndim != 4:
        hint = {2: f" Add the missing ones: {name}[None, None].", 3: f" Add the first one: {name}[None]."}
        raise ValueError(f"{name} has shape {tuple(a.shape)}; expected four axes {axes}.{hint.get(a.ndim, '')}")


def kernel_of(w):
    """Size (kH, kW) of the kernels ``w``, at least one row and one column."""
    if 0 in w.shape[2:]:
        raise ValueError(f"w has shape {tuple(w.shape)}: a kernel needs at least one row and one column.")
    return tuple(w.shape[2:])


def check_fit(lies, what):
    """Refuse a kernel that reaches over the end of the padded image; ``what`` could be smaller."""
    for axis, n, r in zip(("rows", "columns"), lies.padded, lies.reach, strict=True):
        if r > n:
            raise ValueError(
                f"The kernel does not fit: it reaches over {r} {axis}, the image has {n} with padding {lies.padding} "
                f"(image {lies.size}, kernel {lies.kernel}, dilation {lies.dilation}). "
                f"Take a smaller {what}, or pad more."
            )


def check_grad_output(grad_output, shape, function, settings):
    """Refuse a gradient that does not have the shape of the output it belongs to."""
    if tuple(grad_output.shape) != shape:
        raise ValueError(
            f"grad_output has shape {tuple(grad_output.shape)}; expected {shape}, the shape of {function}'s output. "
            f"Were {settings} the same there?"
        )


def margins(padding, size, kernel, stride, dilation):
    """Turn any accepted ``padding`` into ``((top, bottom), (left, right))``."""
    padding = padding.tolist() if isinstance(padding, np.ndarray) else padding
    if isinstance(padding, str):
        if padding == "valid":
            return (0, 0), (0, 0)
        if padding == "same":
            totals = [
                max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
                for n, k, s, d in zip(size, kernel, stride, dilation, strict=True)
            ]
            return tuple((total // 2, total - total // 2) for total in totals)
        raise ValueError(f'padding is "{padding}"; expected "valid", "same" or numbers.')
    if isinstance(padding, tuple | list):
        written_out = [around for around in padding if isinstance(around, tuple | list)]
        if len(padding) != 2 or (written_out and [len(around) for around in written_out] != [2, 2]):
            raise TypeError(
                f"padding is {padding!r}; expected a whole number, a pair (vertical, horizontal) "
                "or ((top, bottom), (left, right))."
            )
        if written_out:
            return tuple(tuple(whole("padding", side, least=0) for side in around) for around in padding)
    vertical, horizontal = pair("padding", padding, least=0)
    return (vertical, vertical), (horizontal, horizontal)


def pair(name, value, *, least):
    """Turn an int or a pair of ints into a pair."""
    value = value.tolist() if isinstance(value, np.ndarray) else value
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise TypeError(f"{name} is {value!r}; expected a whole number or a pair (vertical, horizontal).")
        return tuple(whole(name, v, least=least) for v in value)
    return (whole(name, value, least=least),) * 2


def whole(name, value, *, least):
    """Turn any kind of whole number into an int, or say why not."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        hint = " Divide with //, which gives whole numbers." if isinstance(value, float) else ""
        raise TypeError(f"{name} is {value!r}; expected a whole number or a pair of them.{hint}") from None
    if number < least:
        raise ValueError(f"{name} is {value!r}; expected at least {least}.")
    return number
