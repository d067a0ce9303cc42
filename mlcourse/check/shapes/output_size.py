"""How many placements a kernel has on an image."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops.geometry import Geometry


def right(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Rows and columns of the output; each pair is (vertical, horizontal)."""
    return Geometry(size, kernel, stride, tuple((side, side) for side in padding), dilation).output


output_size = Exercise(right, answers=("rows", "columns"), name="output_size")


def _draw(rng, dilation):
    """In one direction the stride is 1, so that every pixel counts; in the other one a row or column is left over.

    So no two of the wrong ways below give the same size, on any draw.
    """
    kernel, placements, dilation = rng.permutation([2, 3, 4])[:2], rng.integers([7, 3], [10, 6]), np.array(dilation)
    stride, padding, left_over = np.array([1, rng.integers(3, 5)]), rng.permutation([(1, 0), (3, 1)])[0], [0, 1]
    size = (placements - 1) * stride + dilation * (kernel - 1) + 1 + left_over - 2 * padding
    size[0] += size[0] == size[1]
    order = [1, -1][rng.integers(2)]
    drawn = size, kernel, stride, padding, dilation
    size, kernel, stride, padding, dilation = (tuple(pair[::order].tolist()) for pair in drawn)
    return (size, kernel), {"stride": stride, "padding": padding}, {"dilation": dilation}


@output_size.part
def strided(rng):
    """Stride and padding, unequal in the two directions."""
    given, settings, _ = _draw(rng, (1, 1))
    return given, settings


@output_size.part
def dilated(rng):
    """Dilation as well."""
    given, settings, dilation = _draw(rng, (3, 2))
    return given, settings | dilation


@output_size.misconception
def padding_once(size, kernel, *, stride, padding, dilation=(1, 1)):
    """Your padding is counted on one side of the image only.

    A padding of (1, 2) puts a row of zeros above the image and another one below it. By how much does the image grow?
    """
    smaller = tuple(n - p for n, p in zip(size, padding, strict=True))
    return right(smaller, kernel, stride=stride, padding=padding, dilation=dilation)


@output_size.misconception
def rounded_up(size, kernel, *, stride, padding, dilation=(1, 1)):
    """Your last placement sticks out of the image: a division is rounded the wrong way.

    Pixels that are left over at the end are not used. Put a kernel of 3 on 8 pixels with a stride of 2: how often can
    it move before it would stick out?
    """
    larger = tuple(n + s - 1 for n, s in zip(size, stride, strict=True))
    return right(larger, kernel, stride=stride, padding=padding, dilation=dilation)


@output_size.misconception
def first_placement_forgotten(size, kernel, **settings):
    """Your answer counts the moves of the kernel, and not the places where it lies.

    A kernel as large as the image has one placement and never moves. What does your formula give for it?
    """
    rows, columns = right(size, kernel, **settings)
    return rows - 1, columns - 1


@output_size.misconception
def kernel_one_too_short(size, kernel, *, stride, padding, dilation=(1, 1)):
    """Your kernel is taken to cover one pixel less than it does.

    Three weights beside each other lie on pixels 0, 1 and 2. From the first to the last, both counted, how many pixels
    is that?
    """
    larger = tuple(n + 1 for n in size)
    return right(larger, kernel, stride=stride, padding=padding, dilation=dilation)


@output_size.misconception
def stride_ignored(size, kernel, *, stride, padding, dilation=(1, 1)):
    """Your output has the size that a stride of 1 would give.

    With a stride of 2 the kernel skips every second place. Does your answer become smaller where the stride is larger?
    """
    return right(size, kernel, stride=(1, 1), padding=padding, dilation=dilation)


@output_size.misconception
def output_exchanged(size, kernel, **settings):
    """Your output size has its rows and columns exchanged.

    Pairs come as (vertical, horizontal). Which of the two numbers of the size is the height of the image?
    """
    return right(size, kernel, **settings)[::-1]


@output_size.misconception
def dilation_ignored(size, kernel, *, stride, padding, dilation=(1, 1)):
    """Your kernel covers as many pixels as it has weights, whatever the dilation is.

    Draw three weights with a dilation of 2, so that a pixel is left out between neighbours. How many pixels is it from
    the first to the last, both counted?
    """
    return right(size, kernel, stride=stride, padding=padding)


@output_size.misconception
def dilation_after_the_last(size, kernel, *, stride, padding, dilation=(1, 1)):
    """Your dilated kernel is too long: it has as many gaps as weights.

    A gap lies between two weights. After the last weight there is none, so how many gaps have three weights?
    """
    longer = tuple(n - d + 1 for n, d in zip(size, dilation, strict=True))
    return right(longer, kernel, stride=stride, padding=padding, dilation=dilation)
