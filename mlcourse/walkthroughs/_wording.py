"""What the walkthroughs' titles and rules need: which of several images, filters or channels, and where a kernel lies."""

from math import prod

from mlcourse.trace import number


def of(count, position, what):
    """Say which filter, channel or image is meant, where there are several: ", filter 2".

    Parameters
    ----------
    count, position : int
    what : str

    Returns
    -------
    str
    """
    return f", {what} {position}" if count > 1 else ""


def within(shape, n, c):
    """Say which channel and image of (N, C, H, W) are meant, where there are several: ", channel 1, image 0".

    Parameters
    ----------
    shape : tuple of int
    n, c : int

    Returns
    -------
    str
    """
    return of(shape[1], c, "channel") + of(shape[0], n, "image")


def images_and_channels(x):
    """The letters n, c, each where there are several images, channels, else "".

    Parameters
    ----------
    x : array, shape (N, C, H, W)

    Returns
    -------
    n, c : str
    """
    return tuple(letter if count > 1 else "" for letter, count in zip("nc", x.shape[:2], strict=True))


def several(x, w):
    """The letters n, o, c, each where there are several images, filters, channels, else "".

    Parameters
    ----------
    x : array, shape (N, C_in, H, W)
    w : array, shape (C_out, C_in, kH, kW)

    Returns
    -------
    n, o, c : str
    """
    return tuple(letter if count > 1 else "" for letter, count in zip("noc", (len(x), *w.shape[:2]), strict=True))


def at(letters):
    """Write letters as a LaTeX index: ``_{ij}``, and with commas from three on, ``_{n,i,j}``.

    Parameters
    ----------
    letters : str

    Returns
    -------
    str
        Empty for "".
    """
    return over(letters) if len(letters) > 2 else f"_{{{letters}}}" if letters else ""


def over(letters):
    """Write what a sum runs over: ``_{i,j}``.

    Parameters
    ----------
    letters : iterable of str

    Returns
    -------
    str
    """
    return f"_{{{','.join(letters)}}}"


def pixel_met(letters, lies):
    """Write the index of the pixel that weight (p, q) meets where it makes output (i, j).

    Parameters
    ----------
    letters : str
        Those before row and column.
    lies : mlcourse.ops.geometry.Geometry

    Returns
    -------
    str
    """
    return over([*letters, place(lies)])


def place(lies):
    """Write where output (i, j) and weight (p, q) meet: ``i+p, j+q``, with stride and dilation where they are not 1.

    Parameters
    ----------
    lies : mlcourse.ops.geometry.Geometry

    Returns
    -------
    str
    """
    (sv, sh), (dv, dh) = lies.stride, lies.dilation
    times = {1: ""}
    return rf"{times.get(sv, sv)}i+{times.get(dv, dv)}p,\,{times.get(sh, sh)}j+{times.get(dh, dh)}q"


def pixel(cell, shape):
    """Say which pixel is meant: by row and column, channel and image, where the axes are those of images.

    Parameters
    ----------
    cell, shape : tuple of int
        Where it lies, in an array of that shape.

    Returns
    -------
    str
        Such as "pixel (0, 1), channel 1"; "the pixel" where there is one and no axes of images.
    """
    if len(shape) == 4:
        n, c, i, j = cell
        return f"pixel ({i}, {j})" + within(shape, n, c)
    return "the pixel" if prod(shape) == 1 else f"pixel ({', '.join(map(str, cell))})"


def near_one(p, rest):
    """Write a number just below 1 such that 1 minus it comes out: ``(1 - 1e-08)``; any other as it is.

    Parameters
    ----------
    p, rest : number
        The number, and 1 - p to its last digit.

    Returns
    -------
    str
    """
    text = number(p)
    return text if abs(1 - float(text) - rest) <= 1e-4 * rest else f"(1 - {number(rest)})"


def percent(part):
    """Write a share of a whole: ``73.4 %``, and no 0 % or 100 % unless it is that.

    Parameters
    ----------
    part : float
        From 0 to 1.

    Returns
    -------
    str
    """
    if 0 < part < 0.001 or 0.999 < part < 1:
        return "less than 0.1\N{NO-BREAK SPACE}%" if part < 0.001 else "more than 99.9\N{NO-BREAK SPACE}%"
    return f"{number(round(100 * part, 1))}\N{NO-BREAK SPACE}%"
