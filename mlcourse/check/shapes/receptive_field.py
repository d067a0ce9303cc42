"""How many pixels of the image a unit of the last layer sees."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops import Conv, MaxPool, Stack


def right(layers):
    """Rows and columns of what the last layer sees, on an image without end."""
    return Stack(layers, image=(1, 999, 999)).rows[-1].receptive_field


receptive_field = Exercise(right, answers=("rows", "columns"), name="receptive_field")


def _draw(rng, dilations):
    """A pooling between two convolutions; no kernel, window, stride or dilation is the same in both directions."""
    kernels = [rng.permutation([2, 3, 4])[:2].tolist() for _ in range(3)]
    strides = [tuple([(1, 2), (2, 1), (2, 3), (3, 2)][rng.integers(4)]) for _ in range(3)]
    made = [
        Conv(int(rng.integers(2, 9)), tuple(kernel), stride=stride, padding=(0, 0), dilation=dilation)
        for kernel, stride, dilation in zip(kernels[:2], strides[:2], dilations, strict=True)
    ]
    return ([made[0], MaxPool(tuple(kernels[2]), stride=strides[2], padding=(0, 0)), made[1]],), {}


@receptive_field.part
def strided(rng):
    """Convolutions and pooling, each with a stride of its own."""
    return _draw(rng, [(1, 1), (1, 1)])


@receptive_field.part
def dilated(rng):
    """Dilated convolutions among them."""
    return _draw(rng, [[(1, 2), (2, 1), (2, 3), (3, 2)][rng.integers(4)] for _ in range(2)])


@receptive_field.misconception
def jump_ignored(layers):
    """Your layers all move by one pixel of the image, whatever strides came before.

    After a layer with a stride of 2, how many pixels of the image lie between what two neighbouring units see?
    """
    return tuple(1 + sum(np.subtract(right([layer]), 1) for layer in layers))


@receptive_field.misconception
def jump_of_one_layer(layers):
    """Your steps are as long as the stride of the layer before: the strides of the layers further down are lost.

    After two layers with a stride of 2 each, how many pixels of the image lie between what two neighbouring units see?
    """
    seen, jump = np.array([1, 1]), np.array([1, 1])
    for layer in layers:
        seen, jump = seen + np.subtract(right([layer]), 1) * jump, np.array(layer.stride)
    return tuple(seen)


@receptive_field.misconception
def jump_too_early(layers):
    """Your layers take their own stride into account too early, before they look at what lies below.

    How far apart the units lie that a kernel meets was settled by the layers below. Does it depend on how the kernel
    itself moves?
    """
    seen, jump = np.array([1, 1]), np.array([1, 1])
    for layer in layers:
        jump = jump * layer.stride
        seen = seen + np.subtract(right([layer]), 1) * jump
    return tuple(seen)


@receptive_field.misconception
def kernels_added_whole(layers):
    """Your layers each add as many pixels as their kernel is long, although one of its places was seen already.

    A unit that looks at three neighbours sees what one unit sees, and then what is new. How often is something new
    added?
    """
    seen, jump = np.array([0, 0]), np.array([1, 1])
    for layer in layers:
        seen, jump = seen + np.array(right([layer])) * jump, jump * layer.stride
    return tuple(seen)


@receptive_field.misconception
def kernels_multiplied(layers):
    """Your kernel sizes are multiplied with each other.

    Two kernels of 3, one after the other with strides of 1: draw which pixels the last unit sees. Neighbours share many
    of theirs.
    """
    return tuple(np.prod([right([layer]) for layer in layers], axis=0))


@receptive_field.misconception
def pooling_passed_over(layers):
    """Your pooling layers are passed over.

    Pooling has no weights, but it has a window and a stride. What does a unit after it see?
    """
    return right([layer for layer in layers if type(layer).__name__ != "MaxPool"])


@receptive_field.misconception
def wrong_way_round(layers):
    """Your layers are gone through in the wrong order for the rule that you use.

    That rule starts from one unit at the end and asks how many units of the layer below it needs. Which layer comes
    first then?
    """
    seen = np.array([1, 1])
    for layer in layers:
        seen = (seen - 1) * layer.stride + right([layer])
    return tuple(seen)


@receptive_field.misconception
def field_exchanged(layers):
    """Your receptive field has its rows and columns exchanged.

    Pairs come as (vertical, horizontal). Which number of the kernel size says how many rows it has?
    """
    return right(layers)[::-1]


@receptive_field.misconception
def gaps_not_seen(layers):
    """Your dilated kernels look at pixels side by side.

    A dilation of 2 moves the weights of a kernel apart. How many pixels is it now from what the first weight sees to
    what the last one sees?
    """
    seen, jump = np.array([1, 1]), np.array([1, 1])
    for layer in layers:
        seen, jump = seen + np.subtract(layer.kernel_size, 1) * jump, jump * layer.stride
    return tuple(seen)
