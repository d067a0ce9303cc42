"""Skip connections: what was seen on the way down joins what comes up from below; and the gradients of both.

O. Ronneberger, P. Fischer, T. Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015,
concatenate the channels. K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", CVPR 2016, add
them, across a few layers; J. Long, E. Shelhamer, T. Darrell, "Fully convolutional networks for semantic segmentation",
CVPR 2015, add across the sizes of an encoder.
"""

from mlcourse.ops._arrays import namespace
from mlcourse.ops.geometry import check_four_axes, check_grad_output


def skip_connection(below, skipped, *, join="concatenate"):
    """Join two images of features, pixel by pixel.

    A convolution after an addition is one after a concatenation whose two halves have the same weights. So
    concatenation can do all that addition can, for twice as many weights: the convolution weighs each half by itself.
    After an addition nobody can tell which of the two brought what.

    Parameters
    ----------
    below : array, shape (N, C_below, H, W)
        What comes up from the coarser size, upsampled to this one.
    skipped : array, shape (N, C_skipped, H, W)
        What was seen at this size on the way down.
    join : {"concatenate", "add"}
        "concatenate" keeps all channels: those of ``skipped`` first, then those of ``below``. "add" adds channel to
        channel, and needs as many of each.

    Returns
    -------
    array, shape (N, C_skipped + C_below, H, W), or (N, C, H, W) for "add"
        In the library, dtype and on the device of ``below``.

    Raises
    ------
    TypeError, ValueError
        If the two do not fit together, or ``join`` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> below, skipped = np.array([[[[1.0]]]]), np.array([[[[3.0]]]])
    >>> skip_connection(below, skipped).ravel().tolist()
    [3.0, 1.0]
    >>> skip_connection(below, skipped, join="add").ravel().tolist()
    [4.0]
    """
    xp = _checked(below, skipped, join)
    return xp.concat([skipped, below], axis=1) if join == "concatenate" else skipped + below


def skip_connection_backward(grad_output, below, skipped, *, join="concatenate"):
    """Pass the gradient of a loss back through `skip_connection`.

    A concatenation gives each channel back its own, a sum gives both the same. Either way the gradient of ``skipped``
    reaches the encoder without the detour through all that lies below. The values of the two do not matter.

    Parameters
    ----------
    grad_output : array, shape (N, C_skipped + C_below, H, W), or (N, C, H, W) for "add"
        Gradient of the loss with respect to the output of ``skip_connection``.
    below, skipped, join
        What ``skip_connection`` was called with.

    Returns
    -------
    grad_below : array, shape (N, C_below, H, W)
    grad_skipped : array, shape (N, C_skipped, H, W)

    Raises
    ------
    TypeError, ValueError
        As ``skip_connection``; also if ``grad_output`` does not have the shape of the output.
    """
    _checked(below, skipped, join, grad_output=grad_output)
    images, channels, *size = skipped.shape
    expected = (images, channels + (below.shape[1] if join == "concatenate" else 0), *size)
    check_grad_output(grad_output, expected, "skip_connection", "below, skipped and join")
    grad_output = grad_output * 1  # a copy: neither result shares its memory with what came
    if join == "concatenate":
        return grad_output[:, channels:, :, :], grad_output[:, :channels, :, :]
    return grad_output, grad_output * 1


def _checked(below, skipped, join, **more):
    xp = namespace(below=below, skipped=skipped, **more)
    check_four_axes("below", below, "(N, C_below, H, W)")
    check_four_axes("skipped", skipped, "(N, C_skipped, H, W)")
    if join not in ("concatenate", "add"):
        raise ValueError(f'join is {join!r}; expected "concatenate" or "add".')
    if below.shape[0] != skipped.shape[0]:
        raise ValueError(
            f"below holds {below.shape[0]} images and skipped {skipped.shape[0]}; expected as many. "
            "Do both come from the same batch?"
        )
    if tuple(below.shape[2:]) != tuple(skipped.shape[2:]):
        raise ValueError(
            f"below has {_size(below)} pixels and skipped {_size(skipped)}; expected the same, since each pixel joins the "
            f"one at its own place. {_mend(below.shape[2:], skipped.shape[2:])}"
        )
    if join == "add" and below.shape[1] != skipped.shape[1]:
        raise ValueError(
            f"below has {below.shape[1]} channels and skipped {skipped.shape[1]}; expected as many, since addition goes "
            f"channel by channel. Bring below to {skipped.shape[1]} by a 1x1 convolution, conv2d(below, w) with w of shape "
            f'{(skipped.shape[1], below.shape[1], 1, 1)}, or take join="concatenate".'
        )
    return xp


def _size(a):
    return f"{a.shape[2]} x {a.shape[3]}"


def _mend(below, skipped):
    """What to do about two different sizes (rows, columns)."""
    pairs = list(zip(below, skipped, strict=True))
    if all(small >= large for small, large in pairs):
        return "below is the larger one. Were the two swapped? It is skip_connection(below, skipped)."
    if all(small and large % small == 0 for small, large in pairs):
        scale = tuple(large // small for small, large in pairs)
        return f"Upsample it to the size of skipped first: upsample2d(below, {scale})."
    return (
        "Pooling drops the last row or column of an odd size, and upsampling does not bring it back. Cut or pad the images "
        "so that every pooling divides their size, or upsample to the size of skipped with conv_transpose2d and its "
        "output_padding."
    )
