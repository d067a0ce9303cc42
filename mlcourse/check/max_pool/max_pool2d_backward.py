"""The second half of the exercise `max_pool`: a gradient goes back to the pixel that was the largest of its window."""

import numpy as np

from mlcourse.check.max_pool.max_pool2d import max_pool2d as forward
from mlcourse.diagnosis import Exercise
from mlcourse.ops import max_pool2d
from mlcourse.ops import max_pool2d_backward as right

max_pool2d_backward = Exercise(right, answers=("grad_x",))


def _with_gradient(rng, part):
    """An image as the forward half draws it, and a gradient without zeros for its output."""
    (x, window), settings = forward.parts[part](rng)
    shape = max_pool2d(x, window, **settings)[0].shape
    return (rng.integers(1, 6, shape) * rng.choice([-1.0, 1.0], shape), x, window), settings


@max_pool2d_backward.part
def plain(rng):
    """One image, one channel, no padding; the windows lie side by side."""
    return _with_gradient(rng, "plain")


@max_pool2d_backward.part
def overlapping(rng):
    """Windows that overlap; stride and window are unequal in the two directions."""
    return _with_gradient(rng, "overlapping")


@max_pool2d_backward.part
def padded(rng):
    """Padding, unequal in the two directions, around an image of negative numbers."""
    return _with_gradient(rng, "padded")


@max_pool2d_backward.part
def ties(rng):
    """The largest number stands in a window more than once."""
    return _with_gradient(rng, "ties")


@max_pool2d_backward.part
def together(rng):
    """Several images and channels, and everything together."""
    return _with_gradient(rng, "together")


@max_pool2d_backward.misconception
def spread_evenly(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient is shared out among all pixels of a window, as for a mean.

    Change a pixel that is not the largest by a little. Does the output of its window change?
    """
    (top, left), (height, width), (kh, kw) = padding, x.shape[2:], kernel_size
    down, across = kernel_size if stride is None else stride
    grad_padded = np.pad(np.zeros_like(x), ((0, 0), (0, 0), (top, top), (left, left)))
    for i, j in np.ndindex(grad_output.shape[2:]):
        rows, columns = slice(i * down, i * down + kh), slice(j * across, j * across + kw)
        grad_padded[:, :, rows, columns] += grad_output[:, :, i : i + 1, j : j + 1] / (kh * kw)
    return grad_padded[:, :, top : top + height, left : left + width]


@max_pool2d_backward.misconception
def upstream_ignored(grad_output, x, kernel_size, **settings):
    """Your gradient counts how many windows a pixel wins, whatever grad_output is.

    The output is a copy of the pixel, so the pixel's gradient is a copy too. Of which number?
    """
    return right(np.ones_like(grad_output), x, kernel_size, **settings)


@max_pool2d_backward.misconception
def times_the_pixel(grad_output, x, kernel_size, **settings):
    """Your gradient is multiplied by the pixel that won.

    The chain rule multiplies by how fast the output follows the pixel. If the pixel grows by 1, by how much does the
    output grow?
    """
    return right(grad_output, x, kernel_size, **settings) * x


@max_pool2d_backward.misconception
def windows_one_apart(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient goes to windows that lie one pixel apart, whatever the stride is.

    The windows lie where they lay in the forward pass. Where did the second one begin?
    """
    rows, columns = grad_output.shape[2:]
    placements = [n + 2 * p - k + 1 for n, p, k in zip(x.shape[2:], padding, kernel_size, strict=True)]
    g = np.zeros((*x.shape[:2], *placements))
    g[:, :, :rows, :columns] = grad_output
    return right(g, x, kernel_size, stride=(1, 1), padding=padding)


@max_pool2d_backward.misconception
def directions_swapped(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient goes to windows whose stride is the wrong way round: the vertical one is used for columns.

    The stride comes as (vertical, horizontal): the first number moves the window down the rows.
    """
    steps, (top, left), (height, width) = (kernel_size if stride is None else stride)[::-1], padding, x.shape[2:]
    down, across = (s * m for s, m in zip(steps, grad_output.shape[2:], strict=True))  # what sticks out never wins
    wide = np.pad(x, ((0, 0), (0, 0), (top, top + down), (left, left + across)), constant_values=-np.inf)
    placements = [(n - k) // s + 1 for n, k, s in zip(wide.shape[2:], kernel_size, steps, strict=True)]
    g = np.zeros((*x.shape[:2], *placements))
    g[:, :, : grad_output.shape[2], : grad_output.shape[3]] = grad_output
    return right(g, wide, kernel_size, stride=steps)[:, :, top : top + height, left : left + width]


@max_pool2d_backward.misconception
def overlap_overwritten(grad_output, x, kernel_size, **settings):
    """A pixel that wins several windows gets only the gradient of the last one from you.

    It fed several outputs, and the loss follows each of them. What happens in an array when one place is written to
    several times, or stands several times in an index?
    """
    grad_x = np.zeros_like(x)
    for window in np.ndindex(grad_output.shape):
        alone = np.zeros_like(grad_output)
        alone[window] = 1
        grad_x[right(alone, x, kernel_size, **settings) != 0] = grad_output[window]
    return grad_x


@max_pool2d_backward.misconception
def padding_takes_the_gradient(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient gets lost where a window reaches into the padding: there a 0 beats the negative pixels.

    Padding never won in the forward pass. What must stand around the image so that it does not win here?
    """
    (top, left), (height, width) = padding, x.shape[2:]
    zeros_around = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_padded = right(grad_output, zeros_around, kernel_size, stride=stride)
    return grad_padded[:, :, top : top + height, left : left + width]


@max_pool2d_backward.misconception
def gradient_cut_at_the_end(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient is shifted by the padding: it begins in the corner of the padded image.

    The image begins further in, by as many rows and columns as `padding` says. Where does it begin in the gradient?
    """
    (top, left), (height, width) = padding, x.shape[2:]
    surrounded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=-np.inf)
    return right(grad_output, surrounded, kernel_size, stride=stride)[:, :, :height, :width]


@max_pool2d_backward.misconception
def every_equal_gets_all(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient goes in full to every pixel that is as large as the maximum.

    One pixel was taken in the forward pass, also where several are equal. Which one?
    """
    (top, left), (height, width), (kh, kw) = padding, x.shape[2:], kernel_size
    down, across = kernel_size if stride is None else stride
    around = (0, 0), (0, 0), (top, top), (left, left)
    surrounded, grad_padded = np.pad(x, around, constant_values=-np.inf), np.pad(np.zeros_like(x), around)
    for i, j in np.ndindex(grad_output.shape[2:]):
        under = np.s_[:, :, i * down : i * down + kh, j * across : j * across + kw]
        equal = surrounded[under] == surrounded[under].max(axis=(2, 3), keepdims=True)
        grad_padded[under] += equal * grad_output[:, :, i : i + 1, j : j + 1]
    return grad_padded[:, :, top : top + height, left : left + width]


@max_pool2d_backward.misconception
def shared_among_equals(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your gradient is shared among the pixels that are as large as the maximum.

    That could be a rule too, but this exercise has another: of equal numbers one wins. Which one?
    """
    (top, left), (height, width), (kh, kw) = padding, x.shape[2:], kernel_size
    down, across = kernel_size if stride is None else stride
    around = (0, 0), (0, 0), (top, top), (left, left)
    surrounded, grad_padded = np.pad(x, around, constant_values=-np.inf), np.pad(np.zeros_like(x), around)
    for i, j in np.ndindex(grad_output.shape[2:]):
        under = np.s_[:, :, i * down : i * down + kh, j * across : j * across + kw]
        equal = surrounded[under] == surrounded[under].max(axis=(2, 3), keepdims=True)
        share = equal / equal.sum(axis=(2, 3), keepdims=True)
        grad_padded[under] += share * grad_output[:, :, i : i + 1, j : j + 1]
    return grad_padded[:, :, top : top + height, left : left + width]


@max_pool2d_backward.misconception
def last_equal_gets_all(grad_output, x, kernel_size, **settings):
    """Your gradient goes to the last of equal pixels, where it should go to the first.

    You read a window row by row. When a pixel is as large as the best so far, who keeps the place?
    """
    later = np.arange(x[0, 0].size).reshape(x.shape[2:]) / x[0, 0].size  # below 1: decides between equal whole numbers
    return right(grad_output, x + later, kernel_size, **settings)


@max_pool2d_backward.misconception
def channels_compete(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    """Your window holds the pixels of all channels, and only the largest of them all gets a gradient.

    Every channel has windows of its own, each with a winner. Along which axes does your search go?
    """
    (top, left), (height, width), (kh, kw) = padding, x.shape[2:], kernel_size
    down, across = kernel_size if stride is None else stride
    around = (0, 0), (0, 0), (top, top), (left, left)
    surrounded, grad_padded = np.pad(x, around, constant_values=-np.inf), np.pad(np.zeros_like(x), around)
    for n, i, j in np.ndindex(len(x), *grad_output.shape[2:]):
        window = surrounded[n, :, i * down : i * down + kh, j * across : j * across + kw]
        c, p, q = np.unravel_index(window.argmax(), window.shape)
        grad_padded[n, c, i * down + p, j * across + q] += grad_output[n, c, i, j]
    return grad_padded[:, :, top : top + height, left : left + width]
