"""Generalised Dice: one score for all classes, to which a small class contributes as much as a large one."""

from mlcourse.ops._overlap import checked, for_each_score, one_each, quotient, quotient_slope
from mlcourse.ops._reduction import reduced


def generalized_dice_loss(p, target, *, batch=False, reduction="mean"):
    """Generalised Dice loss, 1 - 2 sum_c w_c sum(p t) / sum_c w_c (sum(p) + sum(t)), with w_c = 1 / area_c^2.

    C. H. Sudre, W. Li, T. Vercauteren, S. Ourselin, M. J. Cardoso, "Generalised Dice overlap as a deep learning loss
    function for highly unbalanced segmentations", DLMIA 2017. Small classes weigh as much as large ones; so give the
    background a channel too. A class that is not in the image has no area, and weighs 0.

    Parameters
    ----------
    p, target : array, shape (N, C, ...)
        As for `dice_score`; one channel a class.
    batch : bool
        Whether areas are counted over all images together.
    reduction : {"mean", "sum", "none"}
        Over images.

    Returns
    -------
    array
        Of shape () for "mean" and "sum"; for "none" (N,), with ``batch`` (). 0 where no class is in the image.

    Raises
    ------
    TypeError, ValueError
        As `dice_score`.

    Examples
    --------
    >>> import numpy as np
    >>> lesion = np.array([0, 0, 0, 1])
    >>> float(generalized_dice_loss(np.array([[lesion, 1 - lesion]]) * 1.0, np.array([[lesion, 1 - lesion]])))
    0.0
    """
    xp, target, axes = checked(p, target, batch, reduction)
    above, below, _ = _generalized(xp, p, target, axes)
    return reduced(xp, 1 - one_each(quotient(xp, above, below), (1, *axes)), reduction)


def generalized_dice_loss_backward(grad_output, p, target, *, batch=False, reduction="mean"):
    """Gradient of `generalized_dice_loss` with respect to the probabilities: -w_c (2 t - score) / below.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after); for "none" of the loss's shape.
    p, target, batch, reduction
        What ``generalized_dice_loss`` was called with.

    Returns
    -------
    array
        Of the shape of ``p``.

    Raises
    ------
    TypeError, ValueError
        As `dice_score`; also if ``grad_output`` has another shape than the loss.
    """
    xp, target, axes = checked(p, target, batch, reduction)
    above, below, weight = _generalized(xp, p, target, axes)
    arriving = for_each_score(xp, grad_output, p, axes, (0,), reduction)
    return -arriving * quotient_slope(xp, above, below, 2 * weight * target, weight)


def _generalized(xp, p, target, axes):
    area = xp.sum(target, axis=axes, keepdims=True)
    there = area > 0
    weight = xp.where(there, 1 / xp.where(there, area, xp.ones_like(area)) ** 2, xp.zeros_like(area))
    both = xp.sum(p * target, axis=axes, keepdims=True)
    size = xp.sum(p, axis=axes, keepdims=True) + area
    return 2 * xp.sum(weight * both, axis=1, keepdims=True), xp.sum(weight * size, axis=1, keepdims=True), weight
