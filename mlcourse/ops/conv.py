"""Convolution (as networks mean it: cross-correlation, the kernel is not flipped) and its gradients.

Written out, with one channel and stride 1::

    y[i, j] = sum over p, q of  x[i + p, j + q] * w[p, q]

Every placement of the kernel is one column of numbers, all columns stand side by side, and a single matrix
product multiplies them with all filters (K. Chellapilla, S. Puri, P. Simard, "High performance convolutional
neural networks for document processing", IWFHR 2006). The naive loops are ``mlcourse.walkthroughs.conv2d``.
"""

from mlcourse.ops._arrays import namespace, zeros
from mlcourse.ops.geometry import check_grad_output, geometry

SETTINGS = "stride, padding, dilation and groups"


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
    y = correlate(xp, x, w, lies, groups)
    return y if b is None else y + xp.reshape(b, (1, b.shape[0], 1, 1))


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
    check_grad_output(grad_output, (x.shape[0], w.shape[0], *lies.output), "conv2d", SETTINGS)
    grad_w = kernel_gradient(xp, grad_output, x, lies, groups)
    grad_x = image_gradient(xp, grad_output, w, lies, groups)
    return grad_x, grad_w, xp.sum(grad_output, axis=(0, 2, 3))


def correlate(xp, x, w, lies, groups):
    """Multiply every kernel with what lies under it: (N, C_out, oH, oW), from arrays known to fit."""
    patches = _patches(xp, x, lies, groups)  # (groups, C_in/groups * kH * kW, N * oH * oW)
    y = xp.matmul(_as_rows(xp, w, groups), patches)  # (groups, C_out/groups, N * oH * oW)
    y = xp.reshape(y, (w.shape[0], x.shape[0], *lies.output))
    return xp.permute_dims(y, (1, 0, 2, 3))  # (N, C_out, oH, oW)


def kernel_gradient(xp, grad_output, x, lies, groups):
    """Multiply every output's gradient with the pixels that made it: grad_w, from arrays known to fit."""
    patches = _patches(xp, x, lies, groups)  # (groups, C_in/groups * kH * kW, N * oH * oW)
    g = _as_columns(xp, grad_output, groups)
    grad_w = xp.matrix_transpose(xp.matmul(patches, xp.matrix_transpose(g)))  # this way round it takes less time
    return xp.reshape(grad_w, (grad_output.shape[1], x.shape[1] // groups, *lies.kernel))


def image_gradient(xp, grad_output, w, lies, groups):
    """Multiply every output's gradient with the weights that made it: grad_x, from arrays known to fit."""
    g = _as_columns(xp, grad_output, groups)
    grad_patches = xp.matmul(xp.matrix_transpose(_as_rows(xp, w, groups)), g)
    return _put_back(xp, grad_patches, grad_output.shape[0], w.shape[1] * groups, lies)


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


def _as_columns(xp, grad_output, groups):
    """Gradients of all outputs, as (groups, C_out/groups, N * oH * oW)."""
    images, filters, rows, columns = grad_output.shape
    g = xp.permute_dims(grad_output, (1, 0, 2, 3))
    return xp.reshape(g, (groups, filters // groups, images * rows * columns))


def _patches(xp, x, lies, groups):
    """All pixels that meet a weight, as (groups, C_in/groups * kH * kW, N * oH * oW)."""
    images, channels = x.shape[:2]
    x_padded = lies.pad(xp.permute_dims(x, (1, 0, 2, 3)))  # (C_in, N, H + top + bottom, W + left + right)
    met = [x_padded[:, :, *lies.met_by(p, q)] for p, q in lies.taps]
    patches = xp.stack(met, axis=1)  # (C_in, kH * kW, N, oH, oW)
    rows, columns = lies.output
    return xp.reshape(patches, (groups, channels // groups * len(met), images * rows * columns))


def _put_back(xp, grad_patches, images, channels, lies):
    """Add each patch's gradient to the pixels it came from: the opposite of `_patches`."""
    grad_patches = xp.reshape(grad_patches, (channels, len(lies.taps), images, *lies.output))
    grad_padded = zeros(xp, (channels, images, *lies.padded), like=grad_patches)
    for tap, (p, q) in enumerate(lies.taps):
        grad_padded[:, :, *lies.met_by(p, q)] += grad_patches[:, tap, ...]
    return xp.permute_dims(grad_padded[:, :, *lies.inside()], (1, 0, 2, 3))
