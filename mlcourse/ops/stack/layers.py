"""The layers that a `Stack` is made of. A layer is its settings and nothing else; arrays are handed to it."""

from dataclasses import KW_ONLY, dataclass
from math import prod

import numpy as np

from mlcourse.ops._arrays import namespace
from mlcourse.ops.activations import relu, sigmoid, tanh
from mlcourse.ops.conv import conv2d
from mlcourse.ops.conv_transpose import conv_transpose2d, transposed_geometry
from mlcourse.ops.geometry import geometry, pair, window_geometry
from mlcourse.ops.normalization import batch_norm2d
from mlcourse.ops.pooling import avg_pool2d, max_pool2d
from mlcourse.ops.stack.plan import Layer, Plan, count, no_images, shaped, yes_or_no
from mlcourse.ops.stack.receptive_field import Gather, Scatter, gathering, scattering
from mlcourse.ops.upsampling import upsample2d


@dataclass(frozen=True, repr=False)
class Conv(Layer):
    """Convolution, `conv2d`: every filter spans all maps that come in (those of its group) and makes one map.

    Attributes
    ----------
    filters : int
        Maps that go out.
    kernel_size : int or (int, int)
        (vertical, horizontal).
    stride, padding, dilation, groups
        See `mlcourse.ops.geometry.geometry`.
    bias : bool
        Whether a number is added to each map.
    """

    filters: int
    kernel_size: int | tuple
    _: KW_ONLY
    stride: int | tuple = 1
    padding: int | tuple | str = 0
    dilation: int | tuple = 1
    groups: int = 1
    bias: bool = True

    def plan(self, shape, size):
        """Each unit that goes out adds up one product for each weight of its filter, on padding too."""
        channels, filters, kernel, settings = _filters(self, shape)
        w = (filters, channels // settings["groups"], *kernel)
        lies = geometry(no_images(shape), shaped(w), **settings)
        output = (filters, *lies.output)
        return Plan(
            output,
            lambda x, training, **arrays: conv2d(x, **arrays, **settings),
            meets=gathering(lies),
            learnt={"w": w} | _bias(self, filters),
            fan_in=prod(w[1:]),
            multiply_adds=prod(output) * prod(w[1:]),
        )


@dataclass(frozen=True, repr=False)
class ConvTranspose(Layer):
    """Transposed convolution, `conv_transpose2d`: maps become larger by about the stride.

    Attributes
    ----------
    filters : int
        Maps that go out.
    kernel_size : int or (int, int)
        (vertical, horizontal).
    stride, padding, output_padding, dilation, groups
        See `conv_transpose2d`: here padding cuts off.
    bias : bool
        Whether a number is added to each map.
    """

    filters: int
    kernel_size: int | tuple
    _: KW_ONLY
    stride: int | tuple = 1
    padding: int | tuple | str = 0
    output_padding: int | tuple = 0
    dilation: int | tuple = 1
    groups: int = 1
    bias: bool = True

    def plan(self, shape, size):
        """Each unit that comes in is multiplied by each weight of its stamp, also where padding cuts that off."""
        channels, filters, kernel, settings = _filters(self, shape)
        settings["output_padding"] = self.output_padding
        w = (channels, filters // settings["groups"], *kernel)
        lies = transposed_geometry(no_images(shape), shaped(w), **settings)
        return Plan(
            (filters, *lies.size),
            lambda x, training, **arrays: conv_transpose2d(x, **arrays, **settings),
            meets=scattering(lies),
            learnt={"w": w} | _bias(self, filters),
            fan_in=channels // settings["groups"] * prod(kernel) / prod(lies.stride),  # the products are shared out
            multiply_adds=prod(shape) * prod(w[1:]),
        )


@dataclass(frozen=True, repr=False)
class MaxPool(Layer):
    """The largest number of every window, `max_pool2d`.

    Attributes
    ----------
    kernel_size : int or (int, int)
        Size of the window, (vertical, horizontal).
    stride, padding
        See `mlcourse.ops.geometry.window_geometry`; left out, the windows lie side by side.
    """

    kernel_size: int | tuple
    _: KW_ONLY
    stride: int | tuple | None = None
    padding: int | tuple | str = 0

    def plan(self, shape, size):
        """Nothing is learnt, and nothing multiplied."""
        options = {"stride": self.stride, "padding": self.padding}
        return _windows(self, shape, lambda x, training: max_pool2d(x, self.kernel_size, **options)[0])


@dataclass(frozen=True, repr=False)
class AvgPool(Layer):
    """The mean of every window, `avg_pool2d`.

    Attributes
    ----------
    kernel_size, stride, padding
        As for `MaxPool`.
    count_include_pad : bool
        Whether the zeros of the padding count as pixels.
    """

    kernel_size: int | tuple
    _: KW_ONLY
    stride: int | tuple | None = None
    padding: int | tuple | str = 0
    count_include_pad: bool = True

    def plan(self, shape, size):
        """Nothing is learnt; the sums have no weights."""
        counted = yes_or_no("count_include_pad", self.count_include_pad)
        options = {"stride": self.stride, "padding": self.padding, "count_include_pad": counted}
        return _windows(self, shape, lambda x, training: avg_pool2d(x, self.kernel_size, **options))


@dataclass(frozen=True, repr=False)
class Upsample(Layer):
    """More pixels by a fixed rule, `upsample2d`.

    Attributes
    ----------
    scale : int or (int, int)
        How many pixels one becomes, (vertical, horizontal).
    mode : {"nearest", "bilinear"}
    """

    scale: int | tuple
    _: KW_ONLY
    mode: str = "nearest"

    def plan(self, shape, size):
        """Stamps a block of ones ("nearest") or a tent ("bilinear") for each pixel; these weights are not learnt.

        J. Long, E. Shelhamer, T. Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015.
        """
        larger = upsample2d(no_images(shape), self.scale, mode=self.mode)
        scale = pair("scale", self.scale, least=1)
        if self.mode == "nearest":
            meets = tuple(Scatter(s, s) for s in scale)
        else:
            meets = tuple(Scatter(2 * s - s % 2, s, s // 2) for s in scale)
        return Plan(
            tuple(larger.shape[1:]),
            lambda x, training: upsample2d(x, self.scale, mode=self.mode),
            meets,
        )


@dataclass(frozen=True, repr=False)
class Activation(Layer):
    """A curve that each number goes through by itself.

    Attributes
    ----------
    function : {"relu", "sigmoid", "tanh"}
    """

    function: str

    def plan(self, shape, size):
        """Each number meets only itself."""
        curves = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}
        if self.function not in tuple(curves):
            raise ValueError(f'function is {self.function!r}; expected "relu", "sigmoid" or "tanh", in quotes.')
        return Plan(shape, lambda x, training: curves[self.function](x))


@dataclass(frozen=True, repr=False)
class BatchNorm(Layer):
    """Batch normalisation, `batch_norm2d`.

    Attributes
    ----------
    eps : float
        Added to the variance. 1e-5 in torch, 1e-3 in Keras.
    """

    _: KW_ONLY
    eps: float = 1e-5

    def plan(self, shape, size):
        """Each map has a weight and a bias, which are learnt, and running statistics, which are not."""
        channels = shape[:1]
        batch_norm2d(no_images(shape), *[np.ones(channels)] * 4, training=False, eps=self.eps)
        return Plan(
            shape,
            lambda x, training, **arrays: batch_norm2d(x, **arrays, training=training, eps=self.eps)[0],
            learnt={"weight": channels, "bias": channels},
            kept={"running_mean": channels, "running_var": channels},
        )


@dataclass(frozen=True, repr=False)
class Flatten(Layer):
    """All numbers of an image in one row: map after map, as in torch.

    Keras, whose channels come last, writes pixel after pixel: weights of the `Dense` behind it must be put in order.
    """

    def plan(self, shape, size):
        """Number k of the row is unit (k // W % H, k % W) of a map."""
        flat = (prod(shape),)
        return Plan(flat, lambda x, training: namespace(x=x).reshape(x, (x.shape[0], *flat)))


@dataclass(frozen=True, repr=False)
class Dense(Layer):
    """Every unit meets every number of a row: a 1x1 convolution of an image of one pixel.

    Attributes
    ----------
    units : int
        Numbers that go out.
    bias : bool
        Whether a number is added to each.
    """

    units: int
    _: KW_ONLY
    bias: bool = True

    def plan(self, shape, size):
        """One product for each weight. It sees what a kernel as large as the maps would."""
        if len(shape) != 1:
            raise ValueError(f"It takes a row of numbers, but maps {shape} come in. Put Flatten() before it.")
        units = count("units", self.units)
        return Plan(
            (units,),
            lambda x, training, w, b=None: conv2d(x[:, :, None, None], w[:, :, None, None], b)[:, :, 0, 0],
            meets=tuple(Gather(n, stride=0) for n in size),  # every unit meets the same
            learnt={"w": (units, *shape)} | _bias(self, units),
            fan_in=shape[0],
            multiply_adds=units * shape[0],
        )


def _filters(layer, shape):
    """Channels, filters and size of the kernel, once they are known to fit, and the settings to run with."""
    channels = no_images(shape).shape[1]
    hint = " Filters come first, then the size of the kernel: Conv(8, (3, 3))."
    filters, groups = count("filters", layer.filters, hint), count("groups", layer.groups)
    for what, number in (("channels come in", channels), ("filters are asked for", filters)):
        if number % groups:
            raise ValueError(
                f"{number} {what}, which groups={groups} does not divide; expected a multiple of {groups}. "
                "Choose groups that divide both the channels that come in and the filters."
            )
    settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "groups": groups}
    return channels, filters, pair("kernel_size", layer.kernel_size, least=1), settings


def _bias(layer, number):
    return {"b": (number,)} if yes_or_no("bias", layer.bias) else {}


def _windows(layer, shape, run):
    lies = window_geometry(no_images(shape), layer.kernel_size, layer.stride, layer.padding)
    return Plan((shape[0], *lies.output), run, meets=gathering(lies))
