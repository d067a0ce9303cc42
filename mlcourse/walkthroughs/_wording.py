"""What the walkthroughs' titles and rules need where there are several images, filters or channels."""


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
