"""Pooling: one number for each window of an image, its largest or its mean, one channel at a time; and the gradients.

D. Scherer, A. Müller, S. Behnke, "Evaluation of pooling operations in convolutional architectures for object
recognition", ICANN 2010, compares the two.
"""

import numpy as np

from mlcourse.ops._arrays import like, namespace, zeros
from mlcourse.ops.geometry import check_grad_output, window_geometry


def max_pool2d(x, kernel_size, *, stride=None, padding=0):
    """Keep the largest number of every window, and where it was.

    Padding never wins, not even against minus infinity. Of equal numbers the first in reading order wins. A NaN wins
    over every number, and of several the last; all as in torch.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images.
    kernel_size, stride, padding
        See `mlcourse.ops.geometry.window_geometry`.

    Returns
    -------
    values : array, shape (N, C, oH, oW)
        In the library, dtype and on the device of ``x``.
    indices : array of int64, shape (N, C, oH, oW)
        The pixel that won, row * W + column in the image without padding.

    Raises
    ------
    TypeError, ValueError
        If ``x`` is no such array or the geometry is impossible.

    Examples
    --------
    >>> import numpy as np
    >>> values, indices = max_pool2d(np.array([[[[1.0, 5, 2, 2], [3, 4, 0, 2]]]]), 2)
    >>> values
    array([[[[5., 2.]]]])
    >>> indices
    array([[[[1, 2]]]])
    """
    xp = namespace(x=x)
    lies = window_geometry(x, kernel_size, stride, padding)
    x_padded, pixels = lies.pad(x), _pixels(lies, x)
    values = zeros(xp, (*x.shape[:2], *lies.output), like=x)
    indices = zeros(xp, values.shape, like=pixels) - 1  # -1: no pixel met so far
    for p, q in lies.taps:
        met = lies.met_by(p, q)
        value, pixel = x_padded[:, :, *met], pixels[*met]
        wins = (pixel >= 0) & ((value > values) | xp.isnan(value) | (indices < 0))
        values, indices = xp.where(wins, value, values), xp.where(wins, pixel, indices)
    return values, indices


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0):
    """Pass the gradient of a loss back through `max_pool2d`: all of it to the pixel that won.

    A pixel that won in several windows gets the sum; one that won in none did not matter and gets 0.

    Parameters
    ----------
    grad_output : array, shape (N, C, oH, oW)
        Gradient of the loss with respect to the values that ``max_pool2d`` returned.
    x, kernel_size, stride, padding
        What ``max_pool2d`` was called with.

    Returns
    -------
    array, shape (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As ``max_pool2d``; also if ``grad_output`` does not have the shape of the values.
    """
    xp = namespace(x=x, grad_output=grad_output)
    lies = window_geometry(x, kernel_size, stride, padding)
    check_grad_output(grad_output, (*x.shape[:2], *lies.output), "max_pool2d", "kernel_size, stride and padding")
    _, indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    pixels, nothing = _pixels(lies, x), zeros(xp, (), like=x)
    grad_padded = zeros(xp, (*x.shape[:2], *lies.padded), like=x)
    for p, q in lies.taps:
        met = lies.met_by(p, q)
        grad_padded[:, :, *met] += xp.where(indices == pixels[*met], grad_output, nothing)
    return grad_padded[:, :, *lies.inside()]


def avg_pool2d(x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Take the mean of every window: a convolution, one channel at a time, whose weights are all 1 / (kH kW).

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images.
    kernel_size, stride, padding
        See `mlcourse.ops.geometry.window_geometry`.
    count_include_pad : bool
        Whether the zeros of the padding count as pixels: they pull the mean towards 0 at the edge. torch counts them
        unless told otherwise, Keras does not.

    Returns
    -------
    array, shape (N, C, oH, oW)
        In the library, dtype and on the device of ``x``.

    Raises
    ------
    TypeError, ValueError
        If ``x`` is no such array or the geometry is impossible.

    Examples
    --------
    >>> import numpy as np
    >>> avg_pool2d(np.array([[[[1.0, 5, 2, 2], [3, 4, 0, 2]]]]), 2)
    array([[[[3.25, 1.5 ]]]])
    """
    xp = namespace(x=x)
    lies = window_geometry(x, kernel_size, stride, padding)
    return _sums(xp, x, lies) / _counts(xp, x, lies, count_include_pad)


def avg_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, count_include_pad=True):
    """Pass the gradient of a loss back through `avg_pool2d`: every pixel of a window gets the same share.

    Parameters
    ----------
    grad_output : array, shape (N, C, oH, oW)
        Gradient of the loss with respect to the output of ``avg_pool2d``.
    x, kernel_size, stride, padding, count_include_pad
        What ``avg_pool2d`` was called with. Of ``x`` only the shape matters.

    Returns
    -------
    array, shape (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As ``avg_pool2d``; also if ``grad_output`` does not have the shape of the output.
    """
    xp = namespace(x=x, grad_output=grad_output)
    lies = window_geometry(x, kernel_size, stride, padding)
    settings = "kernel_size, stride and padding"
    check_grad_output(grad_output, (*x.shape[:2], *lies.output), "avg_pool2d", settings)
    share = grad_output / _counts(xp, x, lies, count_include_pad)
    grad_padded = zeros(xp, (*x.shape[:2], *lies.padded), like=x)
    for p, q in lies.taps:
        grad_padded[:, :, *lies.met_by(p, q)] += share
    return grad_padded[:, :, *lies.inside()]


def _pixels(lies, x):
    """Position row * W + column of every pixel of the padded image; -1 for padding."""
    pixels = np.full(lies.padded, -1, dtype=np.int64)
    pixels[lies.inside()] = np.arange(lies.size[0] * lies.size[1]).reshape(lies.size)
    return like(pixels, x)


def _sums(xp, x, lies):
    """What lies in each window, added up: (..., oH, oW)."""
    x_padded = lies.pad(x)
    sums = zeros(xp, (*x.shape[:-2], *lies.output), like=x)
    for p, q in lies.taps:
        sums = sums + x_padded[..., *lies.met_by(p, q)]
    return sums


def _counts(xp, x, lies, count_include_pad):
    """How many pixels each window's mean is taken over."""
    if not isinstance(count_include_pad, bool | np.bool_):
        raise TypeError(f"count_include_pad is {count_include_pad!r}; expected True or False.")
    if count_include_pad:
        return lies.kernel[0] * lies.kernel[1]
    return _sums(xp, zeros(xp, lies.size, like=x) + 1, lies)
