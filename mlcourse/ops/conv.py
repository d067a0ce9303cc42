"""Convolution (as networks mean it: cross-correlation, the kernel is not flipped) and its gradients.

Written out, with one channel and stride 1::

    y[i, j] = sum over p, q of  x[i + p, j + q] * w[p, q]

Every placement of the kernel is one column of numbers, all columns stand side by side, and a single matrix
product multiplies them with all filters (K. Chellapilla, S. Puri, P. Simard, "High performance convolutional
neural networks for document processing", IWFHR 2006). The naive loops are ``mlcourse.walkthroughs.conv2d``.
"""

from mlcourse.ops._arrays import namespace, zeros
from mlcourse.ops.geometry import geometry


def conv2d(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Lay every kernel on every placement of every image, multiply and add up.

    Parameters
    ----------
    x : array, shape (N, C_in, H, W)
        Images.
    w : array, shape (C_out, C_in / groups, kH, kW)
        Kernels.
    b : array, shape (C_out,), optional
        Bias, one number a filter.
    stride, padding, dilation, groups
        See `mlcourse.ops.geometry.geometry`.

    Returns
    -------
    array, shape (N, C_out, oH, oW)
        In the library, dtype and on the device of ``x``.

    Raises
    ------
    TypeError, ValueError
        If arrays do not fit together or the geometry is impossible.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[3.0, 0, 1], [1, 5, 8], [2, 7, 2]])
    >>> w = np.array([[1.0, 0, -1]] * 3)
    >>> conv2d(x[None, None], w[None, None]).item()
    -5.0
    """
    xp, lies = _checked(x, w, b, stride, padding, dilation, groups)
    filters, (rows, columns) = w.shape[0], lies.output
    patches = _patches(xp, x, lies, groups)  # (groups, C_in/groups * kH * kW, N * oH * oW)
    y = xp.matmul(_as_rows(xp, w, groups), patches)  # (groups, C_out/groups, N * oH * oW)
    y = xp.reshape(y, (filters, x.shape[0], rows, columns))
    y = xp.permute_dims(y, (1, 0, 2, 3))  # (N, C_out, oH, oW)
    return y if b is None else y + xp.reshape(b, (1, filters, 1, 1))


def conv2d_backward(grad_output, x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Pass the gradient of a loss back through `conv2d`.

    With one channel and stride 1, and g the gradient that arrives::

        dL/dw[p, q] = sum over i, j of  g[i, j] * x[i + p, j + q]       (x correlated with g)
        dL/dx[m, n] = sum over p, q of  g[m - p, n - q] * w[p, q]       (g convolved with w, "full")
        dL/db       = sum over i, j of  g[i, j]

    Parameters
    ----------
    grad_output : array, shape (N, C_out, oH, oW)
        Gradient of the loss with respect to the output of ``conv2d``.
    x, w, b, stride, padding, dilation, groups
        What ``conv2d`` was called with.

    Returns
    -------
    grad_x : array, shape (N, C_in, H, W)
    grad_w : array, shape (C_out, C_in / groups, kH, kW)
    grad_b : array, shape (C_out,)
        Also where no bias was given.

    Raises
    ------
    TypeError, ValueError
        As ``conv2d``; also if ``grad_output`` does not have the shape of the output.
    """
    xp, lies = _checked(x, w, b, stride, padding, dilation, groups, grad_output=grad_output)
    images, filters, (rows, columns) = x.shape[0], w.shape[0], lies.output
    expected = (images, filters, rows, columns)
    if tuple(grad_output.shape) != expected:
        raise ValueError(
            f"grad_output has shape {tuple(grad_output.shape)}; expected {expected}, the shape of conv2d's output. "
            "Were stride, padding, dilation and groups the same there?"
        )
    g = xp.permute_dims(grad_output, (1, 0, 2, 3))
    g = xp.reshape(g, (groups, filters // groups, images * rows * columns))
    patches = _patches(xp, x, lies, groups)  # (groups, C_in/groups * kH * kW, N * oH * oW)
    grad_w = xp.reshape(xp.matmul(g, xp.matrix_transpose(patches)), w.shape)
    grad_patches = xp.matmul(xp.matrix_transpose(_as_rows(xp, w, groups)), g)
    grad_x = _put_back(xp, grad_patches, x, lies)
    return grad_x, grad_w, xp.sum(grad_output, axis=(0, 2, 3))


def _checked(x, w, b, stride, padding, dilation, groups, **more):
    bias = {} if b is None else {"b": b}
    xp = namespace(x=x, w=w, **bias, **more)
    lies = geometry(x, w, stride, padding, dilation, groups)
    if b is not None and tuple(b.shape) != (w.shape[0],):
        raise ValueError(
            f"b has shape {tuple(b.shape)}; expected ({w.shape[0]},), one number for each filter of w (its first axis)."
        )
    return xp, lies


def _as_rows(xp, w, groups):
    filters, channels, kh, kw = w.shape
    return xp.reshape(w, (groups, filters // groups, channels * kh * kw))


def _taps(lies):
    return [(p, q) for p in range(lies.kernel[0]) for q in range(lies.kernel[1])]


def _patches(xp, x, lies, groups):
    """All pixels that meet a weight, as (groups, C_in/groups * kH * kW, N * oH * oW)."""
    images, channels = x.shape[:2]
    x_padded = lies.pad(xp.permute_dims(x, (1, 0, 2, 3)))  # (C_in, N, H + top + bottom, W + left + right)
    met = [x_padded[:, :, *lies.met_by(p, q)] for p, q in _taps(lies)]
    patches = xp.stack(met, axis=1)  # (C_in, kH * kW, N, oH, oW)
    rows, columns = lies.output
    return xp.reshape(patches, (groups, channels // groups * len(met), images * rows * columns))


def _put_back(xp, grad_patches, x, lies):
    """Add each patch's gradient to the pixels it came from: the opposite of `_patches`."""
    images, channels = x.shape[:2]
    grad_patches = xp.reshape(grad_patches, (channels, len(_taps(lies)), images, *lies.output))
    grad_padded = zeros(xp, (channels, images, *lies.padded), like=x)
    for tap, (p, q) in enumerate(_taps(lies)):
        grad_padded[:, :, *lies.met_by(p, q)] += grad_patches[:, tap, ...]
    return xp.permute_dims(grad_padded[:, :, *lies.inside()], (1, 0, 2, 3))
