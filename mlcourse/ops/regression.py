"""Losses for numbers: how far is the prediction from the target?"""

from mlcourse.ops._reduction import for_each_value, matched, reduced


def mse_loss(prediction, target, *, reduction="mean"):
    """Squared error, (prediction - target)^2.

    Parameters
    ----------
    prediction, target : array
        Of the same shape; nothing is broadcast, since that hides mistakes.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    array
        Of shape () for "mean" and "sum", of the inputs' shape for "none".

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(mse_loss(np.array([1.3]), np.array([5.0]))), 4)
    13.69
    """
    xp, target = matched(reduction, prediction=prediction, target=target)
    return reduced(xp, (prediction - target) ** 2, reduction)


def mse_loss_backward(grad_output, prediction, target, *, reduction="mean"):
    """Gradient of `mse_loss` with respect to the prediction: 2 (prediction - target), times what arrives.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after), or of the inputs' shape for "none".
    prediction, target, reduction
        What ``mse_loss`` was called with.

    Returns
    -------
    array
        Of the shape of ``prediction``. The target's gradient is its negative.

    Raises
    ------
    TypeError, ValueError
        As ``mse_loss``; also if ``grad_output`` has another shape than the loss.
    """
    _, target = matched(reduction, prediction=prediction, target=target)
    return for_each_value(grad_output, prediction.shape, reduction, prediction) * 2 * (prediction - target)


def l1_loss(prediction, target, *, reduction="mean"):
    """Absolute error, |prediction - target|: ten times as wrong costs ten times as much, not a hundred times.

    Parameters
    ----------
    prediction, target : array
        Of the same shape; nothing is broadcast, since that hides mistakes.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    array
        Of shape () for "mean" and "sum", of the inputs' shape for "none".

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(l1_loss(np.array([1.3]), np.array([5.0]))), 4)
    3.7
    """
    xp, target = matched(reduction, prediction=prediction, target=target)
    return reduced(xp, xp.abs(prediction - target), reduction)


def l1_loss_backward(grad_output, prediction, target, *, reduction="mean"):
    """Gradient of `l1_loss` with respect to the prediction: its sign alone, however far it is off.

    Where the prediction is right the curve has a corner; the gradient is 0 there, as in torch.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after), or of the inputs' shape for "none".
    prediction, target, reduction
        What ``l1_loss`` was called with.

    Returns
    -------
    array
        Of the shape of ``prediction``. The target's gradient is its negative.

    Raises
    ------
    TypeError, ValueError
        As ``l1_loss``; also if ``grad_output`` has another shape than the loss.
    """
    xp, target = matched(reduction, prediction=prediction, target=target)
    return for_each_value(grad_output, prediction.shape, reduction, prediction) * xp.sign(prediction - target)
