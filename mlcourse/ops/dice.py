"""Dice: how much two masks share. What is background in both does not count, however much of it there is.

Probabilities make soft counts: what both masks have is sum(p t), all that was predicted is sum(p).
"""

from mlcourse.ops._overlap import checked, for_each_score, one_each, quotient, quotient_slope
from mlcourse.ops._reduction import reduced


def dice_score(p, target, *, smooth=1.0, batch=False, reduction="mean"):
    """Dice score, (2 sum(p t) + smooth) / (sum(p) + sum(t) + smooth): 1 for equal masks.

    L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26, 1945.

    Parameters
    ----------
    p : array, shape (N, C, ...)
        Predicted mask, or probabilities from 0 to 1.
    target : array, shape (N, C, ...)
        The true mask; whole numbers 0 and 1 and booleans are welcome.
    smooth : float
        At least 0. It gives two empty masks the score 1, and two small ones that do not meet more than 0: 0.2 for two
        pixels each, with smooth 1. With 0, two empty masks score 1 by agreement.
    batch : bool
        Whether all images are counted together as if they were one, which lets large objects outvote small ones. Left
        out, each image and channel has a score of its own.
    reduction : {"mean", "sum", "none"}
        Over images and channels (over channels with ``batch``).

    Returns
    -------
    array
        Of shape () for "mean" and "sum"; for "none" (N, C), with ``batch`` (C,).

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, if one has a number outside 0 to 1, or another argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(dice_score(np.array([[[1.0, 1, 0, 0]]]), np.array([[[0, 0, 1, 1]]]))), 3)
    0.2
    """
    xp, target, axes = checked(p, target, batch, reduction, smooth=smooth)
    return reduced(xp, one_each(quotient(xp, *_dice(xp, p, target, axes, smooth)), axes), reduction)


def dice_loss(p, target, *, smooth=1.0, batch=False, reduction="mean"):
    """Dice loss, 1 - `dice_score`.

    F. Milletari, N. Navab, S.-A. Ahmadi, "V-Net: fully convolutional neural networks for volumetric medical image
    segmentation", 3DV 2016, who have squares in the denominator; here, as is more usual, they are plain sums.

    Parameters
    ----------
    p, target, smooth, batch, reduction
        As for `dice_score`.

    Returns
    -------
    array
        As `dice_score`.

    Raises
    ------
    TypeError, ValueError
        As `dice_score`.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(dice_loss(np.array([[[1.0, 1, 0, 0]]]), np.array([[[0, 0, 1, 1]]]))), 3)
    0.8
    """
    xp, target, axes = checked(p, target, batch, reduction, smooth=smooth)
    return reduced(xp, 1 - one_each(quotient(xp, *_dice(xp, p, target, axes, smooth)), axes), reduction)


def dice_loss_backward(grad_output, p, target, *, smooth=1.0, batch=False, reduction="mean"):
    """Gradient of `dice_loss` with respect to the probabilities.

    -(2 t - score) / (sum(p) + sum(t) + smooth): two values for a whole image, one for pixels of the object and one for
    those of the background, both larger the smaller the masks are.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after); for "none" of the loss's shape.
    p, target, smooth, batch, reduction
        What ``dice_loss`` was called with.

    Returns
    -------
    array
        Of the shape of ``p``.

    Raises
    ------
    TypeError, ValueError
        As `dice_score`; also if ``grad_output`` has another shape than the loss.
    """
    xp, target, axes = checked(p, target, batch, reduction, smooth=smooth)
    arriving = for_each_score(xp, grad_output, p, axes, (0, 1), reduction)
    return -arriving * quotient_slope(xp, *_dice(xp, p, target, axes, smooth), 2 * target, 1)


def _dice(xp, p, target, axes, smooth):
    """What stands above and below the fraction, as do the next two functions."""
    both = xp.sum(p * target, axis=axes, keepdims=True)
    return 2 * both + smooth, xp.sum(p, axis=axes, keepdims=True) + xp.sum(target, axis=axes, keepdims=True) + smooth
