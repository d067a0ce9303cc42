"""conv_transpose2d and its backward pass against torch's own, conv2d's adjoint, differences and numbers by hand."""

import doctest
from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
import pytest
import torch
from geometries import DTYPES, SETTINGS, both

import mlcourse.ops.conv_transpose
from mlcourse.ops import conv2d, conv_transpose2d, conv_transpose2d_backward, gradcheck


@dataclass(frozen=True, eq=False)  # equal only to itself, so that it can be a key
class Transposed:
    """Shapes and options of one transposed convolution; ``options`` goes to ``conv_transpose2d`` as it is."""

    name: str
    x_shape: tuple
    w_shape: tuple
    options: dict

    def __str__(self):
        return self.name

    def option(self, name, default):
        return both(self.options.get(name, default))

    @property
    def groups(self):
        return self.options.get("groups", 1)

    @property
    def full(self):
        """Rows and columns that the stamps cover before anything is cut off: marked, then counted."""
        sizes = []
        for n, k, s, d in zip(
            self.x_shape[2:], self.w_shape[2:], self.option("stride", 1), self.option("dilation", 1), strict=True
        ):
            sizes.append(1 + max(i * s + p * d for i in range(n) for p in range(k)))
        return tuple(sizes)

    @property
    def at_the_sides(self):
        """(top, bottom, left, right): how many more the output has than ``full``, fewer where negative."""
        padding, more = self.options.get("padding", 0), self.option("output_padding", 0)
        if padding == "same":  # size * stride, what is too much cut off with the odd one at the end, as Keras
            wanted = [n * s for n, s in zip(self.x_shape[2:], self.option("stride", 1), strict=True)]
            differences = [want - n for want, n in zip(wanted, self.full, strict=True)]
            return tuple(side for d in differences for side in ((-(-d // 2), -ceil(-d / 2)) if d < 0 else (0, d)))
        padding = 0 if padding == "valid" else padding
        sides = [both(around) for around in both(padding)]
        return tuple(
            side for (before, after), extra in zip(sides, more, strict=True) for side in (-before, extra - after)
        )

    @property
    def output_shape(self):
        top, bottom, left, right = self.at_the_sides
        rows, columns = self.full
        return self.x_shape[0], self.w_shape[1] * self.groups, rows + top + bottom, columns + left + right

    def arrays(self, dtype="float64"):
        """Random NumPy arrays grad_output, x, w, b."""
        rng = np.random.default_rng(0)
        shapes = self.output_shape, self.x_shape, self.w_shape, self.output_shape[1:2]
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


def turned_around(setting):
    """The way back through a convolution: what its stride left over is the output_padding."""
    options = dict(setting.options)
    if options.get("padding") != "same":
        left_over = [
            (n + sum(around) - d * (k - 1) - 1) % s
            for n, around, k, s, d in zip(
                setting.x_shape[2:], setting.sides, setting.w_shape[2:], setting.stride, setting.dilation, strict=True
            )
        ]
        if any(left_over):
            options["output_padding"] = tuple(left_over)
    return Transposed(setting.name, setting.output_shape, setting.w_shape, options)


BACK = tuple(turned_around(setting) for setting in SETTINGS)
WIDE = Transposed(
    "room_for_another_stamp",
    (2, 4, 3, 4),
    (4, 1, 3, 2),
    {"stride": (1, 2), "dilation": (3, 4), "output_padding": (2, 3), "padding": ((0, 1), (2, 0)), "groups": 2},
)
EVERY = (
    *BACK,
    WIDE,
    Transposed("wide_plain", (1, 2, 2, 3), (2, 3, 2, 1), {"stride": 2, "dilation": (1, 3), "output_padding": (1, 2)}),
    Transposed("same_stride_past_kernel", (2, 2, 2, 3), (2, 1, 2, 1), {"stride": (3, 4), "padding": "same"}),
    Transposed("twice_as_large", (2, 4, 3, 5), (4, 2, 2, 2), {"stride": 2}),
    Transposed("pair", (1, 2, 3, 4), (2, 3, 4, 5), {"stride": (2, 3), "padding": (1, 2), "output_padding": (1, 0)}),
)
every_setting = pytest.mark.parametrize("setting", EVERY, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)
SMALL = [s for s in EVERY if np.prod(s.x_shape) + np.prod(s.w_shape) < 150]


def by_torch(x, w, b, setting):
    """torch's own; it cuts nothing here, the sides are put right afterwards, since it cannot treat them unevenly."""
    stride, dilation = setting.option("stride", 1), setting.option("dilation", 1)
    y = torch.nn.functional.conv_transpose2d(x, w, stride=stride, dilation=dilation, groups=setting.groups)
    top, bottom, left, right = setting.at_the_sides
    y = torch.nn.functional.pad(y, (left, right, top, bottom))
    return y if b is None else y + b[:, None, None]


def leaves(*arrays):
    return [torch.tensor(a, requires_grad=True) for a in arrays]


@cache
def truth(setting, dtype):
    """torch's output with and without bias, and its gradients of x, w and b, as NumPy arrays."""
    grad_output, *arrays = setting.arrays(dtype)
    x, w, b = leaves(*arrays)
    y = by_torch(x, w, b, setting)
    y.backward(torch.tensor(grad_output))
    y_without_bias = by_torch(x, w, None, setting)
    return y.detach().numpy(), y_without_bias.detach().numpy(), [leaf.grad.numpy() for leaf in (x, w, b)]


def test_the_settings_ask_what_they_should():
    assert sum("output_padding" in s.options for s in BACK) >= 5
    assert sum(s.options.get("padding") == "same" for s in BACK) >= 5
    assert sum(s.groups > 1 for s in BACK) >= 5
    assert len(SMALL) >= 20


@every_setting
@both_dtypes
def test_forward_is_torchs(xp, setting, dtype):
    _, x, w, b = setting.arrays(dtype)
    with_bias, without_bias, _ = truth(setting, dtype)
    xp.assert_close(conv_transpose2d(xp.array(x), xp.array(w), xp.array(b), **setting.options), with_bias)
    xp.assert_close(conv_transpose2d(xp.array(x), xp.array(w), **setting.options), without_bias)


@every_setting
@both_dtypes
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no_bias"])
def test_backward_is_torchs_autograd(xp, setting, dtype, bias):
    grad_output, x, w, b = setting.arrays(dtype)
    given = [xp.array(a) for a in (grad_output, x, w, b if bias else None)]
    gradients = conv_transpose2d_backward(*given, **setting.options)
    assert len(gradients) == 3  # grad_b also where no bias was given
    for gradient, expected in zip(gradients, truth(setting, dtype)[2], strict=True):
        xp.assert_close(gradient, expected)


def torch_understands(setting):
    padding = setting.options.get("padding", 0)
    return not isinstance(padding, str) and all(isinstance(side, int) for side in both(padding))


@pytest.mark.parametrize("setting", [s for s in EVERY if torch_understands(s)], ids=str)
def test_padding_and_output_padding_mean_what_torch_means(setting):
    _, x, w, b = setting.arrays()
    expected = torch.nn.functional.conv_transpose2d(*map(torch.tensor, (x, w, b)), **setting.options).numpy()
    y = conv_transpose2d(x, w, b, **setting.options)
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-13 * abs(expected).max(initial=1))


@pytest.mark.parametrize("setting", BACK, ids=str)
def test_it_is_the_adjoint_of_conv2d(setting):
    """<conv2d(image, w), x> = <image, conv_transpose2d(x, w)> for every image: what makes it the way back."""
    _, x, w, _ = setting.arrays()
    image = np.random.default_rng(1).normal(size=setting.output_shape)
    forward_only = {name: value for name, value in setting.options.items() if name != "output_padding"}
    there, back = conv2d(image, w, **forward_only), conv_transpose2d(x, w, **setting.options)
    assert there.shape == x.shape
    assert back.shape == image.shape
    np.testing.assert_allclose((there * x).sum(), (image * back).sum(), rtol=0, atol=1e-12 * np.abs(there).sum())


@pytest.mark.parametrize(("setting", "turned"), list(zip(SETTINGS, BACK, strict=True)), ids=str)
def test_the_size_of_the_image_comes_back(setting, turned):
    _, x, w, _ = turned.arrays()
    size = setting.x_shape[2:]
    if setting.options.get("padding") == "same":
        size = tuple(ceil(n / s) * s for n, s in zip(size, setting.stride, strict=True))
    assert conv_transpose2d(x, w, **turned.options).shape[2:] == size


@every_setting
def test_the_inputs_stay_as_they_were(xp, setting):
    arrays = setting.arrays()
    given = [xp.array(a) for a in arrays]
    conv_transpose2d(*given[1:], **setting.options)
    conv_transpose2d_backward(*given, **setting.options)
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


@pytest.mark.parametrize("setting", SMALL, ids=str)
def test_backward_is_what_differences_measure(setting):
    _, *arrays = setting.arrays()
    report = gradcheck(conv_transpose2d, conv_transpose2d_backward, *arrays, rng=1, **setting.options)
    assert report, str(report)
    assert set(report.numeric) == {"x", "w", "b"}


@pytest.mark.parametrize("setting", [s for s in SMALL if s.x_shape[0]], ids=str)
def test_autograd_flows_through_forward_and_backward(setting):
    grad_output, x, w, b = leaves(*setting.arrays())

    def forward(x, w, b):
        return conv_transpose2d(x, w, b, **setting.options)

    def backward(grad_output, x, w):
        return conv_transpose2d_backward(grad_output, x, w, **setting.options)

    assert torch.autograd.gradcheck(forward, (x, w, b), fast_mode=True)
    assert torch.autograd.gradgradcheck(forward, (x, w, b), fast_mode=True)
    assert torch.autograd.gradcheck(backward, (grad_output, x, w), fast_mode=True)


def as_image(xp, rows):
    return xp.array(np.array(rows, dtype=float)[None, None])


def test_stamps_side_by_side_repeat_each_pixel(xp):
    y = conv_transpose2d(as_image(xp, [[1, 2, 3], [4, 5, 6]]), as_image(xp, [[1, 1]] * 2), stride=2)
    xp.assert_close(y, np.array([[[[1.0, 1, 2, 2, 3, 3]] * 2 + [[4, 4, 5, 5, 6, 6]] * 2]]), tolerance=0)


def test_stamps_that_overlap_add_up(xp):
    """Three wide every two pixels: the columns where two stamps meet come out brighter, the checkerboard."""
    y = conv_transpose2d(as_image(xp, [[1, 1, 1]]), as_image(xp, [[1, 1, 1]]), stride=(1, 2))
    xp.assert_close(y, np.array([[[[1.0, 1, 2, 1, 2, 1, 1]]]]), tolerance=0)


def test_the_kernel_is_stamped_as_it_is(xp):
    kernel = [[1, 2, 3], [4, 5, 6]]
    y = conv_transpose2d(as_image(xp, [[0, 0], [0, 1]]), as_image(xp, kernel), stride=(1, 2))
    expected = np.zeros((1, 1, 3, 5))
    expected[0, 0, 1:, 2:] = kernel
    xp.assert_close(y, expected, tolerance=0)


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.conv_transpose)
    assert result.attempted
    assert not result.failed
