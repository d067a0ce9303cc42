"""Cross-entropy: the surprise at what was true, -log of the probability it had been given.

Logits are the numbers a network ends with before the sigmoid (one class) or softmax (several). The two functions that
take logits lose no digits where a probability is nearly 0 or 1; the one that takes probabilities must cut its logarithm.
"""

from math import exp

import array_api_compat

from mlcourse.ops._arrays import detached, namespace
from mlcourse.ops._reduction import check_mask, check_range, check_reduction, for_each_value, matched, reduced
from mlcourse.ops.activations import sigmoid

LEAST_LOG = -100.0  # log(0) is cut here, as torch does
LEAST_SLOPE = 1e-12  # and p (1 - p), by which the gradient is divided, here


def binary_cross_entropy(p, target, *, reduction="mean"):
    """Binary cross-entropy, -(t log p + (1 - t) log(1 - p)), with natural logarithms.

    A logarithm below -100 counts as -100, so that a certain and wrong prediction costs 100 instead of infinity.

    Parameters
    ----------
    p : array
        Predicted probability of class 1, from 0 to 1, of any shape. What a network ends with before its sigmoid goes to
        `binary_cross_entropy_with_logits` instead.
    target : array
        The truth, of the shape of ``p``: 0 or 1, or a share between; a mask may be of whole numbers or booleans.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    array
        Of shape () for "mean" and "sum", of the inputs' shape for "none".

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, if one has a number outside 0 to 1, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> binary_cross_entropy(np.array([0.3, 0.9]), np.array([1, 1]), reduction="none").round(3).tolist()
    [1.204, 0.105]
    """
    xp, target = _probabilities(p, target, reduction)
    return reduced(xp, -(target * _log(xp, p) + (1 - target) * _log(xp, 1 - p)), reduction)


def binary_cross_entropy_backward(grad_output, p, target, *, reduction="mean"):
    """Gradient of `binary_cross_entropy` with respect to the probability: (p - t) / (p (1 - p)), times what arrives.

    It grows without bound where the prediction is certain and wrong; p (1 - p) below 1e-12 counts as 1e-12.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after), or of the inputs' shape for "none".
    p, target, reduction
        What ``binary_cross_entropy`` was called with.

    Returns
    -------
    array
        Of the shape of ``p``.

    Raises
    ------
    TypeError, ValueError
        As ``binary_cross_entropy``; also if ``grad_output`` has another shape than the loss.
    """
    xp, target = _probabilities(p, target, reduction)
    product = p * (1 - p)
    slope = (p - target) / xp.where(product > LEAST_SLOPE, product, xp.full_like(product, LEAST_SLOPE))
    return for_each_value(grad_output, p.shape, reduction, p) * slope


def binary_cross_entropy_with_logits(logits, target, *, reduction="mean"):
    """Binary cross-entropy of ``sigmoid(logits)``, exact for logits of any size.

    Written max(x, 0) - x t + log(1 + exp(-|x|)): the sigmoid's exponential and the logarithm undo each other, and no
    exponential is of a positive number.

    Parameters
    ----------
    logits : array
        Of any shape: 0 for a probability of 1/2, positive for more.
    target : array
        The truth, of the shape of ``logits``: 0 or 1, or a share between; a mask may be of whole numbers or booleans.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    array
        Of shape () for "mean" and "sum", of the inputs' shape for "none".

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, if the target has a number outside 0 to 1, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> logits = np.array([-1000.0, 0, 1000])
    >>> binary_cross_entropy_with_logits(logits, np.array([1, 1, 1]), reduction="none").round(3).tolist()
    [1000.0, 0.693, 0.0]
    """
    xp, target = matched(reduction, logits=logits, target=target)
    check_mask(xp, target)
    return reduced(xp, binary_surprise(xp, logits, target), reduction)


def binary_cross_entropy_with_logits_backward(grad_output, logits, target, *, reduction="mean"):
    """Gradient of `binary_cross_entropy_with_logits` with respect to the logits: sigmoid(x) - t, times what arrives.

    The sigmoid's slope and the logarithm's cancel, so what is certain and wrong still pulls, with a force of 1.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after), or of the inputs' shape for "none".
    logits, target, reduction
        What ``binary_cross_entropy_with_logits`` was called with.

    Returns
    -------
    array
        Of the shape of ``logits``.

    Raises
    ------
    TypeError, ValueError
        As ``binary_cross_entropy_with_logits``; also if ``grad_output`` has another shape than the loss.
    """
    xp, target = matched(reduction, logits=logits, target=target)
    check_mask(xp, target)
    return for_each_value(grad_output, logits.shape, reduction, logits) * binary_error(logits, target)


def cross_entropy_with_logits(logits, target, *, reduction="mean"):
    """Cross-entropy of ``softmax(logits)`` over the classes, at each pixel.

    Parameters
    ----------
    logits : array, shape (N, C, ...)
        One number for each of C classes.
    target : array, shape (N, ...) or (N, C, ...)
        The number of the true class, from 0; or one-hot: 1 at the true class and 0 elsewhere, or probabilities.
    reduction : {"mean", "sum", "none"}
        Over images and pixels.

    Returns
    -------
    array
        Of shape () for "mean" and "sum", (N, ...) for "none".

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, if a class is not there, or the reduction is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(cross_entropy_with_logits(np.array([[0.0, 1000.0, 0.0]]), np.array([1]))), 3)
    0.0
    """
    xp, one_hot = _classes(logits, target, reduction)
    return reduced(xp, -xp.sum(one_hot * _log_softmax(xp, logits), axis=1), reduction)


def cross_entropy_with_logits_backward(grad_output, logits, target, *, reduction="mean"):
    """Gradient of `cross_entropy_with_logits` with respect to the logits: softmax - one-hot, times what arrives.

    Parameters
    ----------
    grad_output : array or float
        Gradient of what comes after: of shape () (1.0 when nothing comes after), or (N, ...) for "none".
    logits, target, reduction
        What ``cross_entropy_with_logits`` was called with.

    Returns
    -------
    array, shape (N, C, ...)

    Raises
    ------
    TypeError, ValueError
        As ``cross_entropy_with_logits``; also if ``grad_output`` has another shape than the loss.
    """
    xp, one_hot = _classes(logits, target, reduction)
    shape = (logits.shape[0], *logits.shape[2:])
    above = for_each_value(grad_output, shape, reduction, logits)
    if reduction == "none":
        above = xp.expand_dims(above, axis=1)
    total = xp.sum(one_hot, axis=1, keepdims=True)  # 1, unless the target is no probability
    return above * (total * xp.exp(_log_softmax(xp, logits)) - one_hot)


def binary_surprise(xp, logits, target):
    """Cross-entropy of each pixel, from its logit."""
    # The linear part first: for a right answer it is 0, and the small rest keeps its digits.
    linear = xp.maximum(logits, xp.zeros_like(logits)) - logits * target
    return linear + xp.log1p(xp.exp(xp.minimum(logits, -logits)))


def binary_error(logits, target):
    """sigmoid(x) - t, with all digits also where the sigmoid is nearly 1."""
    return (1 - target) * sigmoid(logits) - target * sigmoid(-logits)


def _log(xp, p):
    """Logarithm cut at -100, without asking for that of 0."""
    seen = p > exp(LEAST_LOG)
    return xp.where(seen, xp.log(xp.where(seen, p, xp.ones_like(p))), xp.full_like(p, LEAST_LOG))


def _log_softmax(xp, logits):
    """The largest logit of each pixel is taken off first: it changes no probability, and exp can no longer overflow."""
    shifted = logits - detached(xp.max(logits, axis=1, keepdims=True))
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True))


def _probabilities(p, target, reduction):
    xp, target = matched(reduction, p=p, target=target)
    check_range(xp, "For logits, call binary_cross_entropy_with_logits.", p=p)
    check_mask(xp, target)
    return xp, target


def _classes(logits, target, reduction):
    """The library, and the target one-hot, of the shape and dtype of the logits."""
    xp = namespace(logits=logits)
    check_reduction(reduction)
    if logits.ndim < 2 or logits.shape[1] < 1:
        raise ValueError(
            f"logits has shape {tuple(logits.shape)}; expected (N, C, ...) with a number for each of C classes."
        )
    if tuple(getattr(target, "shape", ())) == tuple(logits.shape):
        _, one_hot = matched(reduction, logits=logits, target=target)
        check_range(xp, "A one-hot target has 1 at the true class and 0 elsewhere.", target=one_hot)
        return xp, one_hot
    shape, count = (logits.shape[0], *logits.shape[2:]), logits.shape[1]
    if not array_api_compat.is_array_api_obj(target) or array_api_compat.array_namespace(target) is not xp:
        namespace(logits=logits, target=target)  # says what is wrong with it
    if tuple(target.shape) != shape:
        raise ValueError(
            f"target has shape {tuple(target.shape)}; expected {shape} (the number of the class of each pixel) or "
            f"{tuple(logits.shape)} (one-hot), for logits of shape {tuple(logits.shape)}."
        )
    if not xp.isdtype(target.dtype, "integral"):
        raise TypeError(
            f"target has dtype {target.dtype}; expected whole numbers, those of the classes from 0 to {count - 1}."
        )
    if 0 not in shape and not (xp.min(target) >= 0 and xp.max(target) < count):
        wrong = int(xp.min(target)) if xp.min(target) < 0 else int(xp.max(target))
        raise ValueError(f"target names class {wrong}; the logits are for {count} classes, 0 to {count - 1}.")
    classes = xp.arange(count, device=array_api_compat.device(target), dtype=target.dtype)
    classes = xp.reshape(classes, (1, count, *(1 for _ in shape[1:])))
    return xp, xp.astype(xp.expand_dims(target, axis=1) == classes, logits.dtype)
