"""Losses for numbers: how far is the prediction from the target?"""

from mlcourse.ops._arrays import namespace


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
    xp = _checked(prediction, target, reduction)
    squares = (prediction - target) ** 2
    if reduction == "none":
        return squares
    return xp.mean(squares) if reduction == "mean" else xp.sum(squares)


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
    _checked(prediction, target, reduction)
    expected = tuple(prediction.shape) if reduction == "none" else ()
    came = tuple(getattr(grad_output, "shape", ()))
    if came != expected:
        hint = "ones of that shape" if reduction == "none" else "1.0"
        raise ValueError(
            f'grad_output has shape {came}; expected {expected}, that of the loss with reduction="{reduction}". '
            f"Give {hint} if nothing comes after the loss."
        )
    if type(grad_output) not in (int, float):
        namespace(prediction=prediction, grad_output=grad_output)
    count = max(_size(prediction), 1) if reduction == "mean" else 1
    return grad_output * (2 / count) * (prediction - target)


def _checked(prediction, target, reduction):
    xp = namespace(prediction=prediction, target=target)
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction is {reduction!r}; expected "mean", "sum" or "none".')
    if prediction.shape != target.shape:
        hint = " Reshape one: prediction.reshape(target.shape)." if _size(prediction) == _size(target) else ""
        raise ValueError(
            f"prediction has shape {tuple(prediction.shape)}, target {tuple(target.shape)}; expected the same.{hint}"
        )
    return xp


def _size(a):
    size = 1
    for n in a.shape:
        size *= n
    return size
