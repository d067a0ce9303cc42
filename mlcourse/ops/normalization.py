"""Batch normalisation: each channel is given the mean and the spread that the network asks for.

S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift",
ICML 2015. For each channel, over all images and pixels::

    x_hat = (x - mean) / sqrt(var + eps)
    y     = weight * x_hat + bias

In training, mean and variance are those of the batch, so a result depends on the images beside it. In evaluation they
are averages kept while training, so that a patient's result does not depend on who else is in the batch.
"""

from numbers import Real

import numpy as np

from mlcourse.ops._arrays import detached, namespace
from mlcourse.ops.geometry import check_four_axes

_BESIDE_PIXELS = np.s_[None, :, None, None]  # (C,) -> (1, C, 1, 1)


def batch_norm2d(x, weight, bias, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Normalise each channel, then stretch it by its weight and shift it by its bias.

    Nothing is changed in place, unlike in torch: the new running statistics are returned, and go into the next call.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images.
    weight, bias : array, shape (C,)
        Spread and mean that a channel shall have; both are learnt. Start with ones and zeros.
    running_mean, running_var : array, shape (C,)
        Averages over the batches so far; not learnt. Start with zeros and ones.
    training : bool
        True: use the statistics of this batch, and update the running ones. False: use the running ones.
    momentum : float
        Share of this batch in the new running statistics, from 0 to 1. (Keras calls the share of the old ones momentum.)
    eps : float
        Added to the variance, so that a constant channel is not divided by 0 and becomes its bias.

    Returns
    -------
    y : array, shape (N, C, H, W)
    running_mean, running_var : array, shape (C,)
        In training ``(1 - momentum) * old + momentum * batch``, cut off from autograd; in evaluation those given.
        The variance that normalises divides by the count m of values, as in the paper; the one that is kept divides by
        m - 1, which is right on average. An empty batch has no statistics and changes nothing.

    Raises
    ------
    TypeError, ValueError
        If arrays do not fit together or a setting is impossible; in training also if a channel has a single value.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0, 3, 5, 7]).reshape(2, 1, 1, 2)
    >>> weight, bias, running_mean, running_var = np.array([[2.0], [1], [0], [1]])
    >>> y, running_mean, running_var = batch_norm2d(x, weight, bias, running_mean, running_var, training=True)
    >>> y.round(2).ravel().tolist()
    [-1.68, 0.11, 1.89, 3.68]
    >>> running_mean.round(4).tolist(), running_var.round(4).tolist()
    ([0.4], [1.5667])
    """
    xp, count = _checked(x, weight, bias, running_mean, running_var, training, momentum, eps)
    mean, var = _statistics(xp, x, running_mean, running_var, count)
    x_hat, _ = _normalised(xp, x, mean, var, eps)
    y = weight[_BESIDE_PIXELS] * x_hat + bias[_BESIDE_PIXELS]
    if not count:
        return y, running_mean, running_var
    new, old = float(momentum), 1 - float(momentum)
    running_mean = old * running_mean + new * detached(mean)
    running_var = old * running_var + new * count / (count - 1) * detached(var)
    return y, running_mean, running_var


def batch_norm2d_backward(grad_output, x, weight, bias, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Pass the gradient of a loss back through `batch_norm2d`.

    With g the gradient that arrives, and m the number of values of a channel::

        dL/dbias   = sum of g
        dL/dweight = sum of g * x_hat
        dL/dx      = weight / sqrt(var + eps) *  g                                            in evaluation
        dL/dx      = weight / sqrt(var + eps) * (g - (dL/dbias + x_hat * dL/dweight) / m)     in training

    In training each value also moves the mean and the variance, and by them every other value of its channel: these are
    the two terms taken off. To move all values by as much changes nothing, so a channel's gradients add up to 0.

    Parameters
    ----------
    grad_output : array, shape (N, C, H, W)
        Gradient of the loss with respect to ``y``.
    x, weight, bias, running_mean, running_var, training, momentum, eps
        What ``batch_norm2d`` was called with: the running statistics that went in, not those that came out.

    Returns
    -------
    grad_x : array, shape (N, C, H, W)
    grad_weight, grad_bias : array, shape (C,)

    Raises
    ------
    TypeError, ValueError
        As ``batch_norm2d``; also if ``grad_output`` does not have the shape of ``x``.
    """
    xp, count = _checked(x, weight, bias, running_mean, running_var, training, momentum, eps, grad_output=grad_output)
    if grad_output.shape != x.shape:
        raise ValueError(
            f"grad_output has shape {tuple(grad_output.shape)}; expected {tuple(x.shape)}, "
            "the shape of batch_norm2d's output y, which is that of x."
        )
    x_hat, deviation = _normalised(xp, x, *_statistics(xp, x, running_mean, running_var, count), eps)
    grad_bias = xp.sum(grad_output, axis=(0, 2, 3))
    grad_weight = xp.sum(grad_output * x_hat, axis=(0, 2, 3))
    grad_x = grad_output
    if count:
        grad_x = grad_x - (grad_bias[_BESIDE_PIXELS] + x_hat * grad_weight[_BESIDE_PIXELS]) / count
    return (weight / deviation)[_BESIDE_PIXELS] * grad_x, grad_weight, grad_bias


def _statistics(xp, x, running_mean, running_var, count):
    """Mean and variance that normalise, each (C,)."""
    if not count:
        return running_mean, running_var
    mean = xp.mean(x, axis=(0, 2, 3))
    return mean, xp.mean((x - mean[_BESIDE_PIXELS]) ** 2, axis=(0, 2, 3))


def _normalised(xp, x, mean, var, eps):
    """``x_hat``, and the standard deviation (C,) it was divided by."""
    deviation = xp.sqrt(var + float(eps))
    return (x - mean[_BESIDE_PIXELS]) / deviation[_BESIDE_PIXELS], deviation


def _checked(x, weight, bias, running_mean, running_var, training, momentum, eps, **more):
    """Return the library, and how many values of a channel its statistics are of: 0 where the running ones are used."""
    channelwise = {"weight": weight, "bias": bias, "running_mean": running_mean, "running_var": running_var}
    xp = namespace(x=x, **channelwise, **more)
    check_four_axes("x", x, "(N, C, H, W)")
    images, channels, height, width = x.shape
    for name, a in channelwise.items():
        if tuple(a.shape) != (channels,):
            raise ValueError(
                f"{name} has shape {tuple(a.shape)}; expected ({channels},), "
                "one number for each channel of x (its second axis)."
            )
    if xp.any(running_var < 0):
        raise ValueError(
            "running_var has a negative value; expected variances, which are never below 0. "
            "Were running_mean and running_var given in this order?"
        )
    if training is not True and training is not False:
        raise TypeError(
            f"training is {training!r}; expected True, to normalise by the statistics of this batch, "
            "or False, by the running ones."
        )
    _check_number(
        "momentum", momentum, "a number from 0 to 1, the share of this batch", lambda number: 0 <= number <= 1
    )
    _check_number("eps", eps, "a small number above 0, such as 1e-5", lambda number: 0 < number < float("inf"))
    count = images * height * width if training else 0
    if count == 1:
        raise ValueError(
            f"x has shape {tuple(x.shape)}, one value for each channel; expected at least two in training: one alone is "
            "its own mean and becomes 0 whatever it was. Give more or larger images, or set training=False."
        )
    return xp, count


def _check_number(name, value, expected, fits):
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; expected {expected}.")
    if not fits(value):
        raise ValueError(f"{name} is {value!r}; expected {expected}.")
