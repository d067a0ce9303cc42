"""Upsampling by a fixed rule: more pixels, nothing learnt and nothing new.

It stands before a convolution in many decoders, which avoids the checkerboards that a transposed convolution can draw
(A. Odena, V. Dumoulin, C. Olah, "Deconvolution and checkerboard artifacts", Distill, 2016).
"""

import numpy as np

from mlcourse.ops._arrays import namespace
from mlcourse.ops.geometry import check_four_axes, check_grad_output, pair


def upsample2d(x, scale, *, mode="nearest"):
    """Draw each image with ``scale`` times as many rows and columns.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images.
    scale : int or (int, int)
        How many pixels one becomes, (vertical, horizontal), at least 1.
    mode : {"nearest", "bilinear"}
        "nearest" makes each pixel a block of copies. "bilinear" mixes the nearest two rows and the nearest two columns,
        the nearer one counting more; beyond the centres of the outermost pixels the edge goes on unchanged. A pixel
        that is not finite spoils its whole channel there, since 0 * NaN is NaN.

    Returns
    -------
    array, shape (N, C, vertical * H, horizontal * W)
        In the library, dtype and on the device of ``x``.

    Raises
    ------
    TypeError, ValueError
        If ``x`` is no array of four axes, ``scale`` no whole number from 1, or the mode unknown.

    Notes
    -----
    Bilinear needs to know where the new pixels lie on the old ones. Here a pixel is a square, and the new image covers
    the same area as the old: the centre of new pixel i lies at (i + 0.5) / scale - 0.5, counted in old pixels. In torch
    this is ``align_corners=False``. With ``align_corners=True`` the centres of the corner pixels would be laid on each
    other, so n pixels of spacing d would become scale * n of spacing d (n - 1) / (scale * n - 1): the image would cover
    another area, by an amount that depends on its size, and no longer lie on the feature map or the label map beside
    it. That is why it is False.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0.0, 4]])[None, None]
    >>> upsample2d(x, (1, 2))[0, 0].tolist()
    [[0.0, 0.0, 4.0, 4.0]]
    >>> upsample2d(x, (1, 2), mode="bilinear")[0, 0].tolist()
    [[0.0, 1.0, 3.0, 4.0]]
    """
    xp, (vertical, horizontal) = _checked(x, scale, mode)
    if mode == "nearest":
        return xp.repeat(xp.repeat(x, vertical, axis=2), horizontal, axis=3)
    rows, columns = _shares(xp, x, 2, vertical), _shares(xp, x, 3, horizontal)
    return xp.matmul(xp.matmul(rows, x), xp.matrix_transpose(columns))


def upsample2d_backward(grad_output, x, scale, *, mode="nearest"):
    """Pass the gradient of a loss back through `upsample2d`.

    A pixel collects from every new pixel it went into, with the share it had there: nearest adds up its block, bilinear
    multiplies by the transposed matrices. The values of ``x`` do not matter, since upsampling is linear.

    Parameters
    ----------
    grad_output : array, shape (N, C, vertical * H, horizontal * W)
        Gradient of the loss with respect to the output of ``upsample2d``.
    x, scale, mode
        What ``upsample2d`` was called with.

    Returns
    -------
    array, shape (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As ``upsample2d``; also if ``grad_output`` does not have the shape of the output.
    """
    xp, (vertical, horizontal) = _checked(x, scale, mode, grad_output=grad_output)
    images, channels, height, width = x.shape
    expected = (images, channels, vertical * height, horizontal * width)
    check_grad_output(grad_output, expected, "upsample2d", "x and scale")
    if mode == "nearest":
        blocks = xp.reshape(grad_output, (images, channels, height, vertical, width, horizontal))
        return xp.sum(blocks, axis=(3, 5))
    rows, columns = _shares(xp, x, 2, vertical), _shares(xp, x, 3, horizontal)
    return xp.matmul(xp.matmul(xp.matrix_transpose(rows), grad_output), columns)


def _shares(xp, x, axis, scale):
    """Matrix (scale * n, n) for an axis of n pixels: row i holds the share that each has in new pixel i."""
    n = x.shape[axis]
    # In float64 whatever x is: a position far along the axis would round away the digits of its shares.
    centres = np.clip((np.arange(scale * n) + 0.5) / scale - 0.5, 0, n - 1)
    distances = np.abs(centres[:, None] - np.arange(n))
    return xp.asarray(np.maximum(1 - distances, 0), dtype=x.dtype, device=x.device)


def _checked(x, scale, mode, **more):
    xp = namespace(x=x, **more)
    check_four_axes("x", x, "(N, C, H, W)")
    if mode not in ("nearest", "bilinear"):
        raise ValueError(f'mode is {mode!r}; expected "nearest" or "bilinear".')
    return xp, pair("scale", scale, least=1)
