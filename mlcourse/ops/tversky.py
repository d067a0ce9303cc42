"""Tversky: overlap in which what is missed and what is wrongly marked have prices of their own."""

from mlcourse.ops._overlap import checked, for_each_score, one_each, quotient, quotient_slope
from mlcourse.ops._reduction import reduced


def tversky_loss(p, target, *, alpha=0.5, beta=0.5, smooth=1.0, batch=False, reduction="mean"):
    """Tversky loss, 1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth), with soft counts.

    S. S. M. Salehi, D. Erdogmus, A. Gholipour, "Tversky loss function for image segmentation using 3D fully
    convolutional deep networks", MLMI 2017. With alpha = beta = 1/2 it is the Dice loss with twice this ``smooth``.

    Parameters
    ----------
    p, target
        As for `dice_score`.
    alpha : float
        Weight of false positives, sum(p (1 - t)), at least 0.
    beta : float
        Weight of false negatives, sum((1 - p) t), at least 0: the larger, the less is missed and the more is wrongly
        marked.
    smooth, batch, reduction
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
    >>> half_found = np.array([[[1.0, 0, 0, 0]]]), np.array([[[1, 1, 0, 0]]])
    >>> [round(float(tversky_loss(*half_found, alpha=1 - beta, beta=beta, smooth=0)), 3) for beta in (0.5, 0.7)]
    [0.333, 0.412]
    """
    xp, target, axes = checked(p, target, batch, reduction, alpha=alpha, beta=beta, smooth=smooth)
    return reduced(xp, 1 - one_each(quotient(xp, *_tversky(xp, p, target, axes, alpha, beta, smooth)), axes), reduction)


def tversky_loss_backward(grad_output, p, target, *, alpha=0.5, beta=0.5, smooth=1.0, batch=False, reduction="mean"):
    """Gradient of `tversky_loss` with respect to the probabilities, by the quotient rule.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after); for "none" of the loss's shape.
    p, target, alpha, beta, smooth, batch, reduction
        What ``tversky_loss`` was called with.

    Returns
    -------
    array
        Of the shape of ``p``.

    Raises
    ------
    TypeError, ValueError
        As `tversky_loss`; also if ``grad_output`` has another shape than the loss.
    """
    xp, target, axes = checked(p, target, batch, reduction, alpha=alpha, beta=beta, smooth=smooth)
    arriving = for_each_score(xp, grad_output, p, axes, (0, 1), reduction)
    # One more unit of p adds t to TP and 1 - t to FP, and takes t from FN.
    slopes = target, target + alpha * (1 - target) - beta * target
    return -arriving * quotient_slope(xp, *_tversky(xp, p, target, axes, alpha, beta, smooth), *slopes)


def _tversky(xp, p, target, axes, alpha, beta, smooth):
    found = xp.sum(p * target, axis=axes, keepdims=True)
    wrong = xp.sum(p * (1 - target), axis=axes, keepdims=True)
    missed = xp.sum((1 - p) * target, axis=axes, keepdims=True)
    return found + smooth, found + alpha * wrong + beta * missed + smooth
