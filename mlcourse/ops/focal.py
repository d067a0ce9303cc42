"""Focal loss: cross-entropy in which what is already right counts little, so that few hard pixels are heard among many.

T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, "Focal loss for dense object detection", ICCV 2017.
"""

from mlcourse.ops._reduction import check_mask, for_each_value, matched, reduced
from mlcourse.ops.activations import sigmoid
from mlcourse.ops.cross_entropy import binary_surprise


def focal_loss(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Focal loss of ``sigmoid(logits)``: alpha_t (1 - p_t)^gamma times the cross-entropy -log p_t.

    p_t is the probability that was given to what is true. With gamma 2, a pixel with p_t 0.9 counts a hundred times less
    than in the cross-entropy, one with 0.5 four times less.

    Parameters
    ----------
    logits : array
        Of any shape: 0 for a probability of 1/2, positive for more.
    target : array
        The truth, of the shape of ``logits``: 0 or 1, or a share between; a mask may be of whole numbers or booleans.
    gamma : float
        Focus, at least 0; 0 gives the cross-entropy.
    alpha : float, optional
        From 0 to 1: the weight of target 1, where target 0 weighs 1 - alpha. Below 1/2 it takes weight from the
        foreground. Left out, both weigh 1.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    array
        Of shape () for "mean" and "sum", of the inputs' shape for "none".

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, if the target, gamma or alpha is out of range, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(focal_loss(np.log(np.array([9.0])), np.array([1]))), 5)
    0.00105
    """
    xp, target, weight = _checked(logits, target, gamma, alpha, reduction)
    return reduced(
        xp, weight * _power(xp, _missing(logits, target), gamma) * binary_surprise(xp, logits, target), reduction
    )


def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Gradient of `focal_loss` with respect to the logits.

    By the product rule: the factor (1 - p_t)^gamma times the cross-entropy's gradient, sigmoid(x) - t, and the
    cross-entropy times the factor's own gradient.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after), or of the inputs' shape for "none".
    logits, target, gamma, alpha, reduction
        What ``focal_loss`` was called with.

    Returns
    -------
    array
        Of the shape of ``logits``.

    Raises
    ------
    TypeError, ValueError
        As ``focal_loss``; also if ``grad_output`` has another shape than the loss.
    """
    xp, target, weight = _checked(logits, target, gamma, alpha, reduction)
    p, q = sigmoid(logits), sigmoid(-logits)  # q is 1 - p, with all its digits
    missing = (1 - target) * p + target * q
    slope = p * q * (1 - 2 * target)  # of `missing`
    # Divided before the power is taken: missing ** (gamma - 1) can be too large for any float.
    there = missing > 0
    relative = xp.where(there, slope / xp.where(there, missing, xp.ones_like(missing)), xp.zeros_like(missing))
    error = (1 - target) * p - target * q
    gradient = _power(xp, missing, gamma) * (error + gamma * relative * binary_surprise(xp, logits, target))
    return for_each_value(grad_output, logits.shape, reduction, logits) * weight * gradient


def _missing(logits, target):
    """1 - p_t, the probability that the truth was not given, with all digits also where it is nearly 0."""
    return (1 - target) * sigmoid(logits) + target * sigmoid(-logits)


def _power(xp, base, exponent):
    """A power of what is at least 0, and 0 where the base is next to it: there autograd would meet an infinite slope."""
    if exponent == 0 or exponent >= 1:
        return base**exponent
    large = base >= xp.finfo(base.dtype).smallest_normal
    return xp.where(large, xp.where(large, base, xp.ones_like(base)) ** exponent, xp.zeros_like(base))


def _checked(logits, target, gamma, alpha, reduction):
    xp, target = matched(reduction, logits=logits, target=target)
    check_mask(xp, target)
    if not 0 <= gamma < float("inf"):
        raise ValueError(f"gamma is {gamma!r}; expected a number of at least 0. 2 is usual, 0 gives the cross-entropy.")
    if alpha is None:
        return xp, target, 1.0
    if not 0 <= alpha <= 1:
        raise ValueError(
            f"alpha is {alpha!r}; expected the weight of target 1, from 0 to 1, or None for equal weights."
        )
    return xp, target, alpha * target + (1 - alpha) * (1 - target)
