"""What the walkthroughs of overlap need: which pixels are counted together, and what is said of counts and scores."""

import numpy as np

from mlcourse.trace import number
from mlcourse.walkthroughs._wording import of, within


def pixels(shape, counted):
    """List where the pixels lie that are counted together: of one channel of one image, or of all images.

    Parameters
    ----------
    shape : tuple of int
        (N, C, ...).
    counted : tuple of int
        Where their score lies: image and channel, or channel alone.

    Returns
    -------
    list of tuple of int
    """
    images = range(shape[0]) if len(counted) == 1 else counted[:1]
    return [(n, counted[-1], *place) for n in images for place in np.ndindex(*shape[2:])]


def place(shape, pixel):
    """Say which pixel is meant: "(0, 1), channel 1, image 0".

    Parameters
    ----------
    shape, pixel : tuple of int

    Returns
    -------
    str
    """
    return f"({', '.join(map(str, pixel[2:]))}){within(shape, *pixel[:2])}"


def which(shape, counted):
    """Say which score is meant, where there are several: ", channel 1, image 0".

    Parameters
    ----------
    shape : tuple of int
        Of the masks.
    counted : tuple of int
        As in `pixels`.

    Returns
    -------
    str
    """
    return within(shape, *counted) if len(counted) == 2 else of(shape[1], counted[0], "channel")


def counts_text(so_far, p, t, now):
    """Write how one pixel made the three counts grow.

    Parameters
    ----------
    so_far, now : tuple of float
        What is shared, predicted and true.
    p, t : float
        Of the pixel.

    Returns
    -------
    str
    """
    grown = f"{number(p)} × {number(t)}", number(p), number(t)
    return ", ".join(
        f"{name} {number(before)} + {more} = {number(after)}"
        for name, before, more, after in zip(("shared", "predicted", "true"), so_far, grown, now, strict=True)
    )


def pixel_says(p, t):
    """Say which counts a pixel adds to.

    Parameters
    ----------
    p, t : float

    Returns
    -------
    str
    """
    if t not in (0, 1):
        return "This target is a share, partly object. Shared is the product of both."
    if t == 0 and p == 0:
        return "Background in both masks: it adds nothing, however many such pixels there are."
    if t == 0:
        return "A pixel of the background. What was predicted of it adds to the prediction alone."
    if p == 0:
        return "A pixel of the object, missed: it adds to the truth alone."
    return "A pixel of the object. " + ("It is in both masks." if p == 1 else "As much as was predicted is shared.")


def score_says(shared, predicted, true, smooth):
    """Say what a score comes from.

    Parameters
    ----------
    shared, predicted, true, smooth : float

    Returns
    -------
    str
    """
    if predicted + true == 0:
        if smooth == 0:
            return "Both masks are empty: 0 over 0. Nothing was to be found and nothing was, so by agreement it is 1."
        return "Both masks are empty. Above and below stands smooth alone: the score is 1."
    if shared == predicted == true:
        return "All that was predicted is true, and all that is true was predicted: the score is 1."
    if shared == 0:
        return "The masks share nothing. " + (
            "What stands above is smooth alone; without it the score would be 0." if smooth else "The score is 0."
        )
    says = "Twice what is shared, since it stands in both, over what was predicted and what is true."
    return says + (" The smaller the masks, the more smooth changes." if smooth else "")


def score_text(shared, predicted, true, smooth, score):
    """Write a score in numbers.

    Parameters
    ----------
    shared, predicted, true, smooth, score : float

    Returns
    -------
    str
    """
    if predicted + true + smooth == 0:
        return f"{number(score)}   (0 / 0, by agreement)"
    added = f" + {number(smooth)}"
    return f"(2 × {number(shared)}{added}) / ({number(predicted)} + {number(true)}{added}) = {number(score)}"
