"""Pooling against torch's own, a convolution, differences and numbers by hand; ties, NaN, minus infinity, padding."""

import doctest
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from geometries import DTYPES, both

import mlcourse.ops.pooling
from mlcourse.ops import avg_pool2d, avg_pool2d_backward, conv2d, gradcheck, max_pool2d, max_pool2d_backward

torch_pools = torch.nn.functional


@dataclass(frozen=True, eq=False)
class Setting:
    """Shape of an image, window and options of one pooling."""

    name: str
    shape: tuple
    kernel_size: object
    options: dict = field(default_factory=dict)

    def __str__(self):
        return self.name

    @property
    def stride(self):
        return self.options.get("stride") or self.kernel_size

    @property
    def sides(self):
        """((top, bottom), (left, right)); "same" by the rule TensorFlow prints in its manual."""
        padding = self.options.get("padding", 0)
        if padding == "same":
            rests = [(k, n % s or s) for n, k, s in zip(self.shape[2:], self.kernel_size, self.stride, strict=True)]
            return tuple((max(k - r, 0) // 2, max(k - r, 0) - max(k - r, 0) // 2) for k, r in rests)
        return tuple(both(around) for around in both(padding))

    def image(self, dtype="float64", levels=None):
        """Random numbers; with ``levels``, so few whole ones that most windows hold ties."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=self.shape) if levels is None else rng.integers(-levels, 1, self.shape)
        return x.astype(dtype)


def drawn(seed):
    """A random setting whose height differs from its width in image, window, stride and padding."""
    rng = np.random.default_rng(seed)

    def two(low, high):
        first, second = rng.choice(np.arange(low, high), 2, replace=False)
        return int(first), int(second)

    kernel, stride = two(2, 6), two(1, 4)
    size = [k + more for k, more in zip(kernel, two(0, 6), strict=True)]
    if size[0] == size[1]:
        size[1] += 1
    half = [k // 2 for k in kernel]
    pair = int(rng.integers(0, half[0] + 1)), int(rng.integers(0, half[1] + 1))
    sides = tuple((int(rng.integers(0, h + 1)), int(rng.integers(0, h + 1))) for h in half)
    options = {"stride": stride, "padding": (pair, sides, "same")[rng.choice(3, p=[0.5, 0.3, 0.2])]}
    if rng.random() < 0.3:
        del options["stride"]
    return Setting(f"drawn_{seed}", (*two(1, 4), *size), kernel, options)


SETTINGS = (
    Setting("plain", (2, 3, 5, 6), 2),
    Setting("no_image", (0, 2, 4, 5), (2, 3), {"padding": (1, 0)}),
    Setting("one_pixel", (2, 1, 1, 1), 1),
    Setting("one_pixel_in_padding", (1, 2, 1, 1), (2, 3), {"padding": (1, 1), "stride": 1}),
    Setting("as_large_as_the_image", (2, 2, 3, 5), (3, 5)),
    Setting("larger_than_the_image", (2, 2, 2, 3), (4, 5), {"padding": (1, 2), "stride": 1}),
    Setting("stride_past_the_window", (2, 2, 9, 7), (2, 1), {"stride": (4, 3)}),
    Setting("overlapping", (2, 2, 6, 7), (4, 3), {"stride": (1, 2)}),
    Setting("same_even_window", (2, 2, 5, 7), (4, 2), {"stride": (1, 3), "padding": "same"}),
    Setting("sides", (1, 2, 4, 6), (3, 2), {"stride": (2, 1), "padding": ((0, 1), (1, 0))}),
    *(drawn(seed) for seed in range(16)),
)
every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)
images = pytest.mark.parametrize("levels", [None, 0, 3], ids=["all_different", "all_equal", "ties"])
counting = pytest.mark.parametrize("count_include_pad", [True, False], ids=["zeros_count", "zeros_do_not"])


def max_by_torch(x, setting):
    """torch's own on an image with minus infinity around it, and its indices taken back to the image alone."""
    (top, bottom), (left, right) = setting.sides
    x_padded = torch_pools.pad(x, (left, right, top, bottom), value=-torch.inf)
    stride = setting.options.get("stride")
    values, indices = torch_pools.max_pool2d(x_padded, setting.kernel_size, stride, return_indices=True)
    rows, columns = indices // x_padded.shape[3] - top, indices % x_padded.shape[3] - left
    return values, rows * x.shape[3] + columns


def avg_by_torch(x, setting, count_include_pad=True):
    (top, bottom), (left, right) = setting.sides

    def mean(a):
        padded = torch_pools.pad(a, (left, right, top, bottom))
        return torch_pools.avg_pool2d(padded, setting.kernel_size, setting.options.get("stride"))

    return mean(x) if count_include_pad else mean(x) / mean(torch.ones_like(x))


def upstream(shape, dtype="float64"):
    return np.random.default_rng(1).normal(size=tuple(shape)).astype(dtype)


def gradient_by_torch(function, x, grad_output):
    leaf = torch.tensor(x, requires_grad=True)
    function(leaf).backward(torch.tensor(grad_output))
    return leaf.grad.numpy()


@every_setting
@both_dtypes
@images
def test_max_pooling_is_torchs(xp, setting, dtype, levels):
    x = setting.image(dtype, levels)
    expected, where = (a.numpy() for a in max_by_torch(torch.tensor(x), setting))
    values, indices = max_pool2d(xp.array(x), setting.kernel_size, **setting.options)
    xp.assert_close(values, expected, tolerance=0)
    xp.assert_close(indices, where, tolerance=0)
    g = upstream(expected.shape, dtype)
    grad_x = max_pool2d_backward(xp.array(g), xp.array(x), setting.kernel_size, **setting.options)
    xp.assert_close(grad_x, gradient_by_torch(lambda leaf: max_by_torch(leaf, setting)[0], x, g))


@every_setting
@both_dtypes
@counting
def test_average_pooling_is_torchs(xp, setting, dtype, count_include_pad):
    x, options = setting.image(dtype), setting.options | {"count_include_pad": count_include_pad}
    expected = avg_by_torch(torch.tensor(x), setting, count_include_pad).numpy()
    xp.assert_close(avg_pool2d(xp.array(x), setting.kernel_size, **options), expected)
    g = upstream(expected.shape, dtype)
    grad_x = avg_pool2d_backward(xp.array(g), xp.array(x), setting.kernel_size, **options)
    xp.assert_close(grad_x, gradient_by_torch(lambda leaf: avg_by_torch(leaf, setting, count_include_pad), x, g))


def torch_understands(setting):
    padding = setting.options.get("padding", 0)
    return not isinstance(padding, str) and all(isinstance(side, int) for side in both(padding))


@pytest.mark.parametrize("setting", [s for s in SETTINGS if torch_understands(s)], ids=str)
def test_padding_means_what_torch_means(setting):
    x = setting.image()
    values, indices = max_pool2d(x, setting.kernel_size, **setting.options)
    theirs = torch_pools.max_pool2d(torch.tensor(x), setting.kernel_size, return_indices=True, **setting.options)
    np.testing.assert_array_equal(values, theirs[0])
    np.testing.assert_array_equal(indices, theirs[1])
    for counted in (True, False):
        options = setting.options | {"count_include_pad": counted}
        mean = avg_pool2d(x, setting.kernel_size, **options)
        theirs = torch_pools.avg_pool2d(torch.tensor(x), setting.kernel_size, **options)
        np.testing.assert_allclose(mean, theirs, rtol=0, atol=1e-13)


def odd_image(kind):
    """Six by seven pixels of few levels, among them what no number is."""
    rng = np.random.default_rng(2)
    odd = {"nan": [np.nan], "minus_infinity": [-np.inf], "all": [np.nan, -np.inf, np.inf]}[kind]
    return rng.choice([-2.0, -1.0, *odd], (2, 3, 6, 7), p=[0.3, 0.2, *[0.5 / len(odd)] * len(odd)])


@pytest.mark.parametrize("kind", ["nan", "minus_infinity", "all"])
@pytest.mark.parametrize("kernel_size", [(2, 3), (4, 2)], ids=str)
@pytest.mark.parametrize("stride", [1, (2, 1)], ids=str)
@both_dtypes
def test_what_is_no_number_goes_where_torch_lets_it(xp, kind, kernel_size, stride, dtype):
    x = odd_image(kind).astype(dtype)
    options = {"kernel_size": kernel_size, "stride": stride, "padding": (1, 1)}
    values, indices = max_pool2d(xp.array(x), **options)
    leaf = torch.tensor(x, requires_grad=True)
    expected, where = torch_pools.max_pool2d(leaf, **options, return_indices=True)
    np.testing.assert_array_equal(xp.numpy(values), expected.detach().numpy())
    xp.assert_close(indices, where.numpy(), tolerance=0)
    g = upstream(expected.shape, dtype)
    expected.backward(torch.tensor(g))
    xp.assert_close(max_pool2d_backward(xp.array(g), xp.array(x), **options), leaf.grad.numpy())


@every_setting
def test_average_pooling_is_a_convolution_with_equal_weights(setting):
    x, (kh, kw) = setting.image(), both(setting.kernel_size)
    options = setting.options | {"stride": setting.stride}
    expected = conv2d(x, np.full((x.shape[1], 1, kh, kw), 1 / (kh * kw)), groups=x.shape[1], **options)
    np.testing.assert_allclose(avg_pool2d(x, setting.kernel_size, **setting.options), expected, rtol=0, atol=1e-14)


@every_setting
def test_the_inputs_stay_as_they_were(xp, setting):
    x = setting.image()
    g = upstream(avg_pool2d(x, setting.kernel_size, **setting.options).shape)
    for forward, backward in ((max_pool2d, max_pool2d_backward), (avg_pool2d, avg_pool2d_backward)):
        given = xp.array(g), xp.array(x)
        forward(given[1], setting.kernel_size, **setting.options)
        backward(*given, setting.kernel_size, **setting.options)
        xp.assert_close(given[0], g, tolerance=0)
        xp.assert_close(given[1], x, tolerance=0)


def largest(x, kernel_size, **options):
    return max_pool2d(x, kernel_size, **options)[0]


POOLS = {
    "max": (largest, max_pool2d_backward, {}),
    "avg": (avg_pool2d, avg_pool2d_backward, {}),
    "avg_of_pixels": (avg_pool2d, avg_pool2d_backward, {"count_include_pad": False}),
}
every_pool = pytest.mark.parametrize(("forward", "backward", "more"), POOLS.values(), ids=POOLS)


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.shape[0]], ids=str)
@every_pool
def test_backward_is_what_differences_measure(setting, forward, backward, more):
    options = setting.options | more
    report = gradcheck(forward, backward, setting.image(), kernel_size=setting.kernel_size, **options)
    assert report, str(report)


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.shape[0]], ids=str)
@every_pool
@images
def test_autograd_flows_through_forward_and_backward(setting, forward, backward, more, levels):
    options = setting.options | more
    x = torch.tensor(setting.image(levels=levels), requires_grad=True)
    y = forward(x, setting.kernel_size, **options)
    g = torch.tensor(upstream(y.shape), requires_grad=True)
    y.backward(g)
    expected = backward(g, x, setting.kernel_size, **options)
    torch.testing.assert_close(x.grad, expected, rtol=0, atol=1e-13)  # ties too: all to the first, nothing is split
    assert torch.autograd.gradcheck(lambda g: backward(g, x, setting.kernel_size, **options), (g,), fast_mode=True)


def test_a_pixel_that_wins_twice_gets_both_gradients(xp):
    x, g = xp.array(np.array([[[[1.0, 7, 2, 0]]]])), xp.array(np.array([[[[0.5, 0.25, 4]]]]))
    values, indices = max_pool2d(x, (1, 2), stride=1)
    xp.assert_close(values, np.array([[[[7.0, 7, 2]]]]), tolerance=0)
    xp.assert_close(indices, np.array([[[[1, 1, 2]]]]), tolerance=0)
    xp.assert_close(max_pool2d_backward(g, x, (1, 2), stride=1), np.array([[[[0, 0.75, 4, 0]]]]), tolerance=0)


def test_padding_never_wins_and_takes_no_gradient_away(xp):
    x = xp.array(np.array([[[[-3.0, -5]]]]))
    values, indices = max_pool2d(x, (2, 3), stride=1, padding=(1, 1))
    xp.assert_close(values, np.array([[[[-3.0, -3]] * 2]]), tolerance=0)
    xp.assert_close(indices, np.zeros((1, 1, 2, 2), dtype=np.int64), tolerance=0)
    grad_x = max_pool2d_backward(xp.array(np.array([[[[1.0, 2], [3, 4]]]])), x, (2, 3), stride=1, padding=(1, 1))
    xp.assert_close(grad_x, np.array([[[[10.0, 0]]]]), tolerance=0)


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.pooling)
    assert result.attempted
    assert not result.failed
