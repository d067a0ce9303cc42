"""Weights of a Keras model, put in the order that torch keeps them in."""

import numpy as np

from mlcourse.diagnosis import Exercise


def right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Weights of Conv2D and of the Dense behind Flatten; ``maps`` (rows, columns, channels) is what Flatten takes."""
    rows, columns, channels = maps
    units = dense_kernel.shape[1]
    dense_w = dense_kernel.reshape(rows, columns, channels, units).transpose(3, 2, 0, 1).reshape(units, -1)
    return conv_kernel.transpose(3, 2, 0, 1), conv_bias, dense_w, dense_bias


keras_to_torch = Exercise(right, answers=("conv_w", "conv_b", "dense_w", "dense_b"), name="keras_to_torch")


def _draw(rng, rows, columns):
    """Every number once in an array, so that none can take another's place unseen."""
    kernel = [(1, 2), (2, 1), (2, 3), (3, 2)][rng.integers(4)]
    channels, filters, units = int(rng.integers(2, 4)), int(rng.integers(4, 6)), int(rng.integers(2, 4))
    shapes = (*kernel, channels, filters), (filters,), (rows * columns * filters, units), (units,)
    arrays = [rng.permutation(np.prod(shape)).reshape(shape).astype(np.float32) for shape in shapes]
    return (*arrays, (rows, columns, filters)), {}


@keras_to_torch.part
def one_pixel(rng):
    """Maps of one pixel go into Flatten, so the order of what comes out is the same in both libraries."""
    return _draw(rng, 1, 1)


@keras_to_torch.part
def flattened(rng):
    """Maps of several rows and columns go into Flatten."""
    return _draw(rng, *[(2, 3), (3, 2)][rng.integers(2)])


@keras_to_torch.misconception
def kernel_left_as_it_is(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your kernels still have their axes in the order of Keras.

    Keras counts filters with the last axis of a kernel, torch with the first. Where do the other three belong?
    """
    return conv_kernel, *right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)[1:]


@keras_to_torch.misconception
def kernel_turned_over(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your kernels have all four axes turned round, and so their rows and columns exchanged as well.

    In both libraries the rows of a kernel come before its columns. With square kernels nothing but the result would
    tell you: which order of axes keeps them?
    """
    return conv_kernel.T, *right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)[1:]


@keras_to_torch.misconception
def kernel_reshaped(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your kernels have the right shape, but the numbers have stayed in their old order.

    Reshaping keeps the numbers in the order in which they lie and only cuts them up anew. What moves whole axes?
    """
    rows, columns, channels, filters = conv_kernel.shape
    reshaped = conv_kernel.reshape(filters, channels, rows, columns)
    return reshaped, *right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)[1:]


@keras_to_torch.misconception
def dense_left_as_it_is(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your dense weights still have a row for each number that comes in, as in Keras.

    Torch keeps a row for each unit. What has to become of rows and columns, whatever else there is to do?
    """
    conv_w, conv_b, _, dense_b = right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)
    return conv_w, conv_b, dense_kernel, dense_b


@keras_to_torch.misconception
def dense_reshaped(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your dense weights have the right shape, but they were only cut up anew.

    Reshaping (6, 2) to (2, 6) does not exchange rows and columns: try it on the numbers from 0 to 11. What does?
    """
    conv_w, conv_b, dense_w, dense_b = right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)
    return conv_w, conv_b, dense_kernel.reshape(dense_w.shape), dense_b


@keras_to_torch.misconception
def flatten_order_kept(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your dense weights have a row for each unit, but within the row they wait for the numbers in the order of Keras.

    Keras flattens pixel after pixel, torch map after map. Number 1 of the row is which pixel of which map, here and
    there?
    """
    conv_w, conv_b, _, dense_b = right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)
    return conv_w, conv_b, dense_kernel.T, dense_b


@keras_to_torch.misconception
def flatten_order_backwards(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your dense weights are put in order the wrong way: as if Keras had flattened map after map.

    The weights come from Keras. In which order did its Flatten write the numbers that they were learnt for?
    """
    rows, columns, channels = maps
    conv_w, conv_b, dense_w, dense_b = right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)
    read = dense_kernel.T.reshape(-1, channels, rows, columns)
    return conv_w, conv_b, read.transpose(0, 2, 3, 1).reshape(dense_w.shape), dense_b


@keras_to_torch.misconception
def maps_exchanged(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    """Your dense weights go through each map column after column.

    Both libraries write a map row after row. Only the place of the channels differs: which axes have to keep their
    order?
    """
    rows, columns, channels = maps
    conv_w, conv_b, dense_w, dense_b = right(conv_kernel, conv_bias, dense_kernel, dense_bias, maps)
    return conv_w, conv_b, dense_kernel.reshape(*maps, -1).T.reshape(dense_w.shape), dense_b
