"""Max-unpooling: each number goes back to the pixel it was pooled from, and all other pixels are 0; and its gradient.

The indices that `max_pool2d` keeps are called switches in M. D. Zeiler, R. Fergus, "Visualizing and understanding
convolutional networks", ECCV 2014, where they lead from a feature back to the image. V. Badrinarayanan, A. Kendall,
R. Cipolla, "SegNet: a deep convolutional encoder-decoder architecture for image segmentation", IEEE TPAMI 39, 2017,
upsamples with them: the decoder learns nothing and still knows to the pixel where the largest number stood.
"""

import numpy as np

from mlcourse.ops._arrays import like, namespace, to_numpy, zeros
from mlcourse.ops._reduction import as_numbers
from mlcourse.ops.geometry import check_four_axes, check_grad_output, pair


def max_unpool2d(x, indices, size):
    """Put each number on the pixel that its index names; pixels that no index names are 0.

    Where windows overlapped, several indices may name one pixel. Then the last number in reading order stays, as in a
    loop that writes one after the other. Straight after pooling the choice does not matter: all of them are copies of
    that pixel, and one of them is what stood there, while their sum is not. Windows that lie side by side, as in
    SegNet, never name a pixel twice.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Numbers to put back, one for each window of the pooling.
    indices : array of whole numbers, shape (N, C, H, W)
        For each the pixel it goes to, row * columns + column: the second result of ``max_pool2d``.
    size : int or (int, int)
        Rows and columns of the output: those of the image that was pooled. They do not follow from ``x``, since
        pooling turns several sizes into one.

    Returns
    -------
    array, shape (N, C, rows, columns)
        In the library, dtype and on the device of ``x``.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit together, ``size`` is no pair of whole numbers from 1, or an index lies outside of it.

    Notes
    -----
    torch gives the same where no pixel is named twice, and leaves open which number stays where one is.

    Examples
    --------
    >>> import numpy as np
    >>> max_unpool2d(np.array([[[[5.0, 2]]]]), np.array([[[[1, 6]]]]), (2, 4))[0, 0].tolist()
    [[0.0, 5.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]]
    """
    xp, numbers, (rows, columns) = _checked(x, indices, size)
    source = _sources(numbers, rows * columns)
    return _looked_up(xp, x, source, (*x.shape[:2], rows, columns))


def max_unpool2d_backward(grad_output, x, indices, size):
    """Pass the gradient of a loss back through `max_unpool2d`: each number gets that of the pixel it was put on.

    A number that another one replaced on its pixel did not matter and gets 0. (torch gives it the gradient of the
    pixel too, though changing it would change nothing.)

    Parameters
    ----------
    grad_output : array, shape (N, C, rows, columns)
        Gradient of the loss with respect to the output of ``max_unpool2d``.
    x, indices, size
        What ``max_unpool2d`` was called with. Of ``x`` only the shape matters.

    Returns
    -------
    array, shape (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As ``max_unpool2d``; also if ``grad_output`` does not have the shape of the output.
    """
    xp, numbers, (rows, columns) = _checked(x, indices, size, grad_output=grad_output)
    check_grad_output(grad_output, (*x.shape[:2], rows, columns), "max_unpool2d", "x and size")
    pixels = _with_their_channel(numbers, rows * columns)
    source = _sources(numbers, rows * columns)
    stayed = source[pixels] == np.arange(pixels.size)
    return _looked_up(xp, grad_output, np.where(stayed, pixels, -1), x.shape)


def _with_their_channel(numbers, pixels):
    """Flat position in the whole output for every index, from its position in one channel of so many pixels."""
    images, channels, height, width = numbers.shape
    each = numbers.reshape(images * channels, height * width)
    return (each + pixels * np.arange(len(each))[:, None]).ravel()


def _sources(numbers, pixels):
    """For every pixel of the output the flat position in ``x`` of the number it holds; -1 where it holds none."""
    source = np.full(numbers.shape[0] * numbers.shape[1] * pixels, -1)
    np.maximum.at(source, _with_their_channel(numbers, pixels), np.arange(numbers.size))  # the last one stays
    return source


def _looked_up(xp, a, positions, shape):
    """The entries of ``a`` at flat positions, 0 for -1: both ways are a look-up, so autograd flows through both."""
    entries = xp.concat([zeros(xp, (1,), like=a), xp.reshape(a, (-1,))])
    return xp.reshape(xp.take(entries, like(positions + 1, a), axis=0), tuple(shape))


def _checked(x, indices, size, **more):
    """The library, the indices in NumPy, and (rows, columns)."""
    xp = namespace(x=x, indices=as_numbers(indices, x), **more)
    check_four_axes("x", x, "(N, C, H, W)")
    if not xp.isdtype(indices.dtype, "integral"):
        raise TypeError(
            f"indices has dtype {indices.dtype}; expected whole numbers. They are the second result of max_pool2d: "
            "values, indices = max_pool2d(x, kernel_size)."
        )
    if tuple(indices.shape) != tuple(x.shape):
        raise ValueError(
            f"indices has shape {tuple(indices.shape)}; expected {tuple(x.shape)}, that of x: one pixel for each number. "
            "Do both come from the same max_pool2d?"
        )
    rows, columns = pair("size", size, least=1)
    numbers = to_numpy(indices).astype(np.int64)
    outside = (numbers < 0) | (numbers >= rows * columns)
    if outside.any():
        raise ValueError(
            f"indices contains {numbers[outside][0]}; expected 0 to {rows * columns - 1}, the pixels of {rows} rows and "
            f"{columns} columns. Is size = {(rows, columns)} that of the image that was pooled, x.shape[2:] there?"
        )
    return xp, numbers, (rows, columns)
