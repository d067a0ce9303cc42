"""Random stacks for all tests, square in nothing and seeded, each built twice: of our layers and of torch's modules."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from geometries import Setting, both
from torch import nn

from mlcourse.ops import Activation, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Flatten, MaxPool, Upsample

SEEDS = range(24)
MOST_PIXELS = 40  # along an axis, so that upsampling ends
CURVES = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


@dataclass(frozen=True, eq=False)
class Drawn:
    """Layers that torch runs one after the other, and those that it refused to run in the same place."""

    name: str
    image: tuple
    layers: tuple
    modules: tuple
    refused: tuple  # of (how many layers stand before it, layer)

    def __str__(self):
        return self.name

    @property
    def shapes(self):
        """What torch gives, layer by layer, for one image."""
        own = [copy.deepcopy(module).float() for module in self.modules]  # tests change the dtype of those
        return [tuple(y.shape[1:]) for y in by_torch(own, torch.zeros(1, *self.image))[1:]]


def by_torch(modules, x):
    """``x`` and what each module gives."""
    outputs = [x]
    for module in modules:
        outputs.append(module(outputs[-1]))
    return outputs


class Cut(nn.Module):
    """Takes pixels off the sides: what uneven padding means for a transposed convolution."""

    def __init__(self, sides):
        super().__init__()
        self.sides = sides

    def forward(self, x):
        (top, bottom), (left, right) = self.sides
        return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]


def module(layer, shape):
    """The torch module, or modules, that mean ``layer`` for what comes in; it raises where torch refuses."""
    channels = shape[0]
    match layer:
        case Conv():
            options = {"padding": layer.padding, "stride": layer.stride, "dilation": layer.dilation}
            (top, bottom), (left, right) = Setting("", (1, *shape), (1, 1, *both(layer.kernel_size)), options).sides
            own = () if (top, left) != (bottom, right) else (top, left)
            settings = {"dilation": layer.dilation, "groups": layer.groups, "bias": layer.bias}
            conv = nn.Conv2d(channels, layer.filters, layer.kernel_size, layer.stride, own or 0, **settings)
            return conv if own else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), conv)
        case ConvTranspose():
            uneven = not isinstance(layer.padding[0], int)
            settings = {"output_padding": layer.output_padding, "dilation": layer.dilation, "groups": layer.groups}
            padding = 0 if uneven else layer.padding
            conv = nn.ConvTranspose2d(
                channels, layer.filters, layer.kernel_size, layer.stride, padding, **settings, bias=layer.bias
            )
            return nn.Sequential(conv, Cut(layer.padding)) if uneven else conv
        case MaxPool():
            return nn.MaxPool2d(layer.kernel_size, layer.stride, layer.padding)
        case AvgPool():
            return nn.AvgPool2d(
                layer.kernel_size, layer.stride, layer.padding, count_include_pad=layer.count_include_pad
            )
        case Upsample():
            corners = {"align_corners": False} if layer.mode == "bilinear" else {}
            return nn.Upsample(scale_factor=tuple(map(float, both(layer.scale))), mode=layer.mode, **corners)
        case Activation():
            return CURVES[layer.function]()
        case BatchNorm():
            return nn.BatchNorm2d(channels, eps=layer.eps)
        case Flatten():
            return nn.Flatten()
        case Dense():
            return nn.Linear(shape[0], layer.units, bias=layer.bias)


class Draw:
    """Draws layers whose settings differ in the two directions."""

    def __init__(self, rng):
        self.rng = rng

    def one(self, low, high):
        return int(self.rng.integers(low, high))

    def two(self, low, high):
        first, second = self.rng.choice(np.arange(low, high), 2, replace=False)
        return int(first), int(second)

    def sides(self):
        sides = self.rng.permutation(4) % 3
        return (int(sides[0]), int(sides[1])), (int(sides[2]), int(sides[3]))

    def conv(self):
        padding = [self.two(0, 3), self.sides(), "same", "valid"][self.one(0, 4)]
        return Conv(self.one(1, 7), self.two(1, 5), stride=self.two(1, 4), padding=padding, **self.inner())

    def conv_transpose(self):
        padding = [(0, 0), self.two(0, 3), self.sides()][self.one(0, 3)]
        more = [0, self.two(0, 3)][self.one(0, 2)]
        settings = {"stride": self.two(1, 4), "padding": padding, "output_padding": more}
        return ConvTranspose(self.one(1, 7), self.two(1, 5), **settings, **self.inner())

    def inner(self):
        groups = (1, 1, 1, 2, 3)[self.one(0, 5)]
        return {"dilation": self.two(1, 4), "groups": groups, "bias": self.rng.random() < 0.7}

    def pool(self):
        kernel, stride = self.two(1, 4), [None, self.two(1, 4)][self.one(0, 2)]
        options = {"stride": stride, "padding": [0, self.two(0, 3)][self.one(0, 2)]}
        if self.rng.random() < 0.5:
            return MaxPool(kernel, **options)
        return AvgPool(kernel, **options, count_include_pad=self.rng.random() < 0.5)

    def upsample(self):
        return Upsample(self.two(1, 4), mode=("nearest", "bilinear")[self.one(0, 2)])

    def pointwise(self):
        if self.rng.random() < 0.3:
            return BatchNorm(eps=0.01)
        return Activation(("relu", "sigmoid", "tanh")[self.one(0, 3)])

    def layer(self):
        kinds = (self.conv,) * 2 + (self.conv_transpose,) * 3 + (self.pool,) * 2 + (self.upsample, self.pointwise)
        return kinds[self.one(0, len(kinds))]()


def drawn(seed):
    draw = Draw(np.random.default_rng(seed))
    shape = image = (draw.one(1, 4), *draw.two(6, 17))
    layers, modules, refused = [], [], []
    ending = [Flatten(), Dense(7), Activation("tanh"), Dense(3, bias=False)] if seed % 3 == 0 else []
    while len(layers) < 5:
        layer = draw.layer()
        try:
            made = module(layer, shape)
            came = tuple(made(torch.zeros(1, *shape)).shape[1:])
            assert min(came) > 0, came  # cut off by uneven padding, about which torch was not asked
        except (RuntimeError, ValueError, AssertionError):
            refused.append((len(layers), layer))
            continue
        if max(came[1:]) <= MOST_PIXELS:
            layers.append(layer)
            modules.append(made)
            shape = came
    for layer in ending:
        layers.append(layer)
        modules.append(module(layer, shape))
        shape = tuple(modules[-1](torch.zeros(1, *shape)).shape[1:])
    return Drawn(f"drawn_{seed}", image, tuple(layers), tuple(modules), tuple(refused))


STACKS = tuple(drawn(seed) for seed in SEEDS)
