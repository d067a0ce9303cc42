"""Transposed convolution: from a small image to a large one, and its gradients.

It is the backward pass of `conv2d` with respect to the image, used forwards (M. D. Zeiler, D. Krishnan, G. W. Taylor,
R. Fergus, "Deconvolutional networks", CVPR 2010, brought it to networks; it undoes no convolution). Written out, with
one channel and stride s::

    y[i * s + p, j * s + q] += x[i, j] * w[p, q]        for every pixel (i, j) and every weight (p, q)

Every pixel stamps the kernel on the output, as strongly as the pixel is bright; stamps that overlap add up. So the
three products of a convolution are all there is, with x in the place of its output and y in that of its image.
"""

from mlcourse.ops._arrays import namespace, pad
from mlcourse.ops.conv import correlate, image_gradient, kernel_gradient
from mlcourse.ops.geometry import Geometry, check_four_axes, check_grad_output, kernel_of, margins, pair, whole


def conv_transpose2d(x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """Stamp every kernel on the output once for every pixel, times that pixel, and add up.

    The same numbers as the ``grad_x`` of `conv2d_backward` with ``x`` in the place of the gradient. Kernels and settings
    of a ``conv2d`` bring back the size of its image, not its values.

    Parameters
    ----------
    x : array, shape (N, C_in, H, W)
        Images.
    w : array, shape (C_in, C_out / groups, kH, kW)
        Kernels. Those of a ``conv2d`` fit as they are: its filters are the channels of ``x`` here.
    b : array, shape (C_out,), optional
        Bias, one number a channel of the output.
    stride : int or (int, int)
        Pixels from one stamp to the next, (vertical, horizontal): about how many times larger the output becomes.
    padding : int, (int, int), "valid", "same" or ((int, int), (int, int))
        Pixels cut off the sides of the output: those that ``conv2d`` would have added to its image. "same" gives an
        output of size * stride, as Keras.
    output_padding : int or (int, int)
        Rows more at the bottom and columns more at the right. ``conv2d`` with a stride turns several image
        sizes into one; this says which of them comes back. Less than the stride or the dilation.
    dilation, groups
        See `mlcourse.ops.geometry.geometry`.

    Returns
    -------
    array, shape (N, C_out, oH, oW)
        oH = (H - 1) * stride + dilation * (kH - 1) + 1 + output_padding - top - bottom, and so on, in the library,
        dtype and on the device of ``x``.

    Raises
    ------
    TypeError, ValueError
        If arrays do not fit together or the geometry is impossible.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[1.0, 2]]), np.array([[1.0, 1, 1]])
    >>> conv_transpose2d(x[None, None], w[None, None], stride=2)[0, 0]
    array([[1., 1., 3., 2., 2.]])
    """
    xp, lies = _checked(x, w, b, stride, padding, output_padding, dilation, groups)
    y = image_gradient(xp, _filled(x, lies), w, lies, groups)
    return y if b is None else y + xp.reshape(b, (1, b.shape[0], 1, 1))


def conv_transpose2d_backward(
    grad_output, x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Pass the gradient of a loss back through `conv_transpose2d`.

    With one channel and stride s, and g the gradient that arrives::

        dL/dx[i, j] = sum over p, q of  g[i * s + p, j * s + q] * w[p, q]       (the convolution itself: conv2d(g, w))
        dL/dw[p, q] = sum over i, j of  g[i * s + p, j * s + q] * x[i, j]
        dL/db       = sum over m, n of  g[m, n]

    Parameters
    ----------
    grad_output : array, shape (N, C_out, oH, oW)
        Gradient of the loss with respect to the output of ``conv_transpose2d``.
    x, w, b, stride, padding, output_padding, dilation, groups
        What ``conv_transpose2d`` was called with.

    Returns
    -------
    grad_x : array, shape (N, C_in, H, W)
    grad_w : array, shape (C_in, C_out / groups, kH, kW)
    grad_b : array, shape (C_out,)
        Also where no bias was given.

    Raises
    ------
    TypeError, ValueError
        As ``conv_transpose2d``; also if ``grad_output`` does not have the shape of the output.
    """
    xp, lies = _checked(x, w, b, stride, padding, output_padding, dilation, groups, grad_output=grad_output)
    expected = (x.shape[0], w.shape[1] * groups, *lies.size)
    settings = "stride, padding, output_padding, dilation and groups"
    check_grad_output(grad_output, expected, "conv_transpose2d", settings)
    rows, columns = x.shape[2:]
    grad_x = correlate(xp, grad_output, w, lies, groups)[:, :, :rows, :columns]
    grad_w = kernel_gradient(xp, _filled(x, lies), grad_output, lies, groups)
    return grad_x, grad_w, xp.sum(grad_output, axis=(0, 2, 3))


def transposed_geometry(x, w, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """Say how the convolution lies that `conv_transpose2d` runs backwards: from its output ``x`` to its image.

    Parameters
    ----------
    x : array, shape (N, C_in, H, W)
        The output of that convolution.
    w : array, shape (C_in, C_out / groups, kH, kW)
        Its kernels.
    stride, dilation, groups
        As for `geometry`.
    padding : int, (int, int), "valid", "same" or ((int, int), (int, int))
        Zeros around the image of that convolution: cut off here. "same" gives an image of size * stride.
    output_padding : int or (int, int)
        Rows at the bottom and columns at the right of the image that its kernels leave out.

    Returns
    -------
    Geometry
        Its ``size`` is that of the image. Its ``output`` is that of ``x``, or larger where ``output_padding``
        reaches the stride, as it may with a larger dilation.

    Raises
    ------
    TypeError, ValueError
        As `geometry`; also if ``output_padding`` is too large, or ``padding`` cuts everything off.
    """
    check_four_axes("x", x, "(N, C_in, H, W)")
    check_four_axes("w", w, "(C_in, C_out / groups, kH, kW)")
    groups = whole("groups", groups, least=1)
    if x.shape[1] != w.shape[0]:
        raise ValueError(
            f"x has {x.shape[1]} channels, but w of shape {tuple(w.shape)} expects {w.shape[0]}. In a transposed "
            "convolution the channels of x are the first axis of w: (C_in, C_out / groups, kH, kW)."
        )
    if x.shape[1] % groups:
        raise ValueError(
            f"x has {x.shape[1]} channels, which groups={groups} does not divide; expected a multiple of {groups}."
        )
    size, kernel = tuple(x.shape[2:]), kernel_of(w)
    if 0 in size:
        raise ValueError(f"x has shape {tuple(x.shape)}; expected images of at least one row and one column.")
    stride, dilation = pair("stride", stride, least=1), pair("dilation", dilation, least=1)
    more = pair("output_padding", output_padding, least=0)
    for direction, extra, s, d in zip(("vertically", "horizontally"), more, stride, dilation, strict=True):
        if extra >= max(s, d):
            raise ValueError(
                f"output_padding is {extra} {direction}, with stride {s} and dilation {d}; expected less than one of "
                "the two. conv2d with this stride turns several image sizes into one; output_padding only says which of "
                "them comes back. For a larger output take a larger stride."
            )
    scaled = tuple(n * s for n, s in zip(size, stride, strict=True))
    around = margins(padding, scaled, kernel, stride, dilation)
    if isinstance(padding, str) and padding == "same":
        if any(more):
            raise ValueError(
                f'output_padding is {more}, but padding="same" already makes the output size * stride = {scaled}. '
                "Leave output_padding out, or write padding as numbers."
            )
        return Geometry(scaled, kernel, stride, around, dilation)
    spread = tuple(
        (n - 1) * s + d * (k - 1) + 1 + extra
        for n, k, s, d, extra in zip(size, kernel, stride, dilation, more, strict=True)
    )
    image = tuple(n - sum(sides) for n, sides in zip(spread, around, strict=True))
    if min(image) < 1:
        raise ValueError(
            f"Nothing would be left: the result covers {spread} pixels, and padding {around} cuts its sides off down "
            f"to {image}. Here padding takes away what it would add in conv2d. Pad less."
        )
    return Geometry(image, kernel, stride, around, dilation)


def _checked(x, w, b, stride, padding, output_padding, dilation, groups, **more):
    bias = {} if b is None else {"b": b}
    xp = namespace(x=x, w=w, **bias, **more)
    lies = transposed_geometry(x, w, stride, padding, output_padding, dilation, groups)
    channels = w.shape[1] * groups
    if b is not None and tuple(b.shape) != (channels,):
        raise ValueError(
            f"b has shape {tuple(b.shape)}; expected ({channels},), one number for each channel of the output "
            f"(the second axis of w, times groups={groups})."
        )
    return xp, lies


def _filled(x, lies):
    """``x`` as large as that convolution's output: nothing was stamped where output_padding leaves room for a stamp."""
    return pad(x, tuple((0, m - n) for m, n in zip(lies.output, x.shape[2:], strict=True)))
