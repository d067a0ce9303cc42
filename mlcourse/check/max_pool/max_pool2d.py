"""The first half of the exercise `max_pool`: the largest number of every window, and where it was."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops import max_pool2d as right

max_pool2d = Exercise(right, answers=("values", "indices"))

# Window and stride, window and padding. Strides differ by 1: with the two exchanged no window falls off the image.
OVERLAPPING = [((2, 3), (1, 2)), ((3, 2), (2, 1)), ((3, 4), (2, 1)), ((4, 3), (1, 2)), ((3, 4), (2, 3))]
PADDED = [((3, 4), (1, 2)), ((3, 4), (1, 0)), ((4, 3), (2, 1)), ((4, 3), (0, 1))]


def _size(rng, window, stride, padding=(0, 0)):
    """Size of an image, not square, with room for two windows each way or three.

    Either the last one lies on the image alone, or the last ones reach as far into the padding as they can while each
    would still meet a pixel if padding were forgotten.
    """
    window, stride, padding = np.array([window, stride, padding])
    longer = stride == stride.max()
    windows = np.where(longer, rng.integers(2, 4), 2)
    left_over = rng.integers(padding, stride) if rng.integers(2) else np.maximum(2 * padding - window + 1, 0)
    size = window + stride * (windows - 1) + left_over - 2 * padding
    return tuple(size if size[0] != size[1] else size + stride * longer)


def _all_different(rng, size):
    return rng.permutation(np.prod(size)).reshape(1, 1, *size) * 1.0


def _around_zero(x, window, **settings):
    """The image, lowered so far that the maxima lie around 0, at least one of them below."""
    return x - np.floor(right(x, window, **settings)[0].mean()) - 1


@max_pool2d.part
def plain(rng):
    """One image, one channel, no padding; the windows lie side by side."""
    window = [(2, 3), (3, 2)][rng.integers(2)]
    x = _all_different(rng, _size(rng, window, window))
    return (_around_zero(x, window), window), {}


@max_pool2d.part
def overlapping(rng):
    """Windows that overlap; stride and window are unequal in the two directions."""
    window, stride = OVERLAPPING[rng.integers(5)]
    x = _all_different(rng, _size(rng, window, stride))
    return (_around_zero(x, window, stride=stride), window), {"stride": stride}


@max_pool2d.part
def padded(rng):
    """Padding, unequal in the two directions, around an image of negative numbers."""
    window, padding = PADDED[rng.integers(4)]
    x = _all_different(rng, _size(rng, window, window, padding))
    return (x - x.max() - 1, window), {"padding": padding}


@max_pool2d.part
def ties(rng):
    """The largest number stands in a window more than once."""
    window = [(2, 3), (3, 2)][rng.integers(2)]
    x = rng.integers(0, 3, (1, 1, *_size(rng, window, window))) * 1.0
    return (_around_zero(x, window), window), {}


@max_pool2d.part
def together(rng):
    """Several images and channels, and everything together."""
    window, padding = PADDED[rng.integers(4)]
    settings = {"stride": (window[0] - 1, window[1] - 1), "padding": padding}
    images, channels = rng.permutation([2, 3])
    x = rng.integers(0, 12, (images, channels, *_size(rng, window, **settings))) * 1.0
    return (_around_zero(x, window, **settings), window), settings


@max_pool2d.misconception
def maximum_starts_at_zero(x, kernel_size, **settings):
    """Your output is never below 0: where every number of a window is negative, it says 0.

    Your search begins with a number to beat. Which pixel is that number, and what if no pixel beats it?
    """
    values, indices = right(x, kernel_size, **settings)
    return np.maximum(values, 0), np.where(values > 0, indices, 0)


@max_pool2d.misconception
def last_windows_forgotten(x, kernel_size, **settings):
    """Your output stays 0 in its last row and its last column.

    Write down the numbers that your loop over the rows of the output counts through. Which is the last?
    """
    values, indices = right(x, kernel_size, **settings)
    for a in (values, indices):
        a[:, :, -1], a[:, :, :, -1] = 0, 0
    return values, indices


@max_pool2d.misconception
def stride_ignored(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your window moves by one pixel at a time, whatever the stride is.

    In which row of the image does the second row of windows begin? And where no stride is given?
    """
    rows, columns = right(x, kernel_size, stride=stride, padding=padding)[0].shape[2:]
    return tuple(a[:, :, :rows, :columns] for a in right(x, kernel_size, stride=(1, 1), padding=padding))


@max_pool2d.misconception
def stride_swapped(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your stride is used the wrong way round: the vertical one for columns, the horizontal one for rows.

    The stride comes as (vertical, horizontal). Which of the two moves the window down the rows?
    """
    down, across = (kernel_size if stride is None else stride)[::-1]
    rows, columns = right(x, kernel_size, stride=stride, padding=padding)[0].shape[2:]
    (top, left), width = padding, x.shape[3]
    around = (top, top + rows * down), (left, left + columns * across)  # what sticks out never wins
    wide = np.pad(x, ((0, 0), (0, 0), *around), constant_values=-np.inf)
    values, indices = (a[:, :, :rows, :columns] for a in right(wide, kernel_size, stride=(down, across)))
    m, k = np.divmod(indices, wide.shape[3])
    return values, (m - top) * width + k - left


@max_pool2d.misconception
def padded_with_zeros(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your padding takes part and wins: it is 0, which is more than a negative pixel.

    Padding must lose against every pixel, whatever its number is. Does 0 do that?
    """
    (top, left), width = padding, x.shape[3]
    zeros_around = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    values, indices = right(zeros_around, kernel_size, stride=stride)
    m, k = np.divmod(indices, zeros_around.shape[3])
    return values, (m - top) * width + k - left


@max_pool2d.misconception
def padding_at_the_end(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your padding all lies below and to the right of the image: the first window begins in the image's own corner.

    Padding goes on every side. How many rows of the first window lie above the image?
    """
    beyond = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding[0]), (0, 2 * padding[1])), constant_values=-np.inf)
    values, indices = right(beyond, kernel_size, stride=stride)
    m, k = np.divmod(indices, beyond.shape[3])
    return values, m * x.shape[3] + k


@max_pool2d.misconception
def index_in_the_window(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your indices count the pixels of the window: they say where in its window a pixel lies, not where in the image.

    Two windows with their maximum in their first pixel get the same index from you. How far is the second window from
    the corner of the image?
    """
    values, indices = right(x, kernel_size, stride=stride, padding=padding)
    down, across = kernel_size if stride is None else stride
    m, k = np.divmod(indices, x.shape[3])
    i, j = np.indices(values.shape[2:])
    return values, (m + padding[0] - i * down) * kernel_size[1] + k + padding[1] - j * across


@max_pool2d.misconception
def index_in_the_padded_image(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your indices count the pixels of the padded image.

    The index belongs to the image without padding, whose first pixel is number 0. Which number does yours have?
    """
    values, indices = right(x, kernel_size, stride=stride, padding=padding)
    m, k = np.divmod(indices, x.shape[3])
    return values, (m + padding[0]) * (x.shape[3] + 2 * padding[1]) + k + padding[1]


@max_pool2d.misconception
def index_without_the_offset(x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your indices take rows and columns of the padded image for those of the image.

    The image begins further in, by as many rows and columns as `padding` says. In which row of the image does the first
    window begin?
    """
    values, indices = right(x, kernel_size, stride=stride, padding=padding)
    return values, indices + padding[0] * x.shape[3] + padding[1]


@max_pool2d.misconception
def last_of_equals(x, kernel_size, **settings):
    """Of equal numbers the last wins in your window, where it should be the first.

    You read a window row by row. When a number is as large as the best so far, who keeps the place?
    """
    later = np.arange(x[0, 0].size).reshape(x.shape[2:]) / x[0, 0].size  # below 1: decides between equal whole numbers
    return right(x, kernel_size, **settings)[0], right(x + later, kernel_size, **settings)[1]


@max_pool2d.misconception
def one_maximum_for_all_channels(x, kernel_size, **settings):
    """Your maximum is taken over all channels, and each channel gets the same.

    Pooling works on one channel at a time. Along which axes does your window reach?
    """
    values, indices = right(x, kernel_size, **settings)
    largest = values.argmax(axis=1)[:, None]
    return tuple(np.repeat(np.take_along_axis(a, largest, axis=1), x.shape[1], axis=1) for a in (values, indices))
