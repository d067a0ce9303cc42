"""Batch normalisation against torch's own: values, gradients and running statistics, in training and in evaluation."""

import doctest

import numpy as np
import pytest
import torch
from geometries import DTYPES

import mlcourse.ops.normalization
from mlcourse.ops import batch_norm2d, batch_norm2d_backward, gradcheck

SHAPES = ((3, 4, 5, 6), (2, 3, 1, 4), (1, 2, 3, 5), (3, 5, 1, 1), (4, 1, 2, 7))
OPTIONS = ({}, {"momentum": 0.3, "eps": 0.5}, {"momentum": 0}, {"momentum": 1, "eps": 1e-3})

shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)
both_modes = pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)
each_option = pytest.mark.parametrize("options", OPTIONS, ids=str)


def drawn(shape, dtype="float64", seed=0):
    """A random grad_output, x, weight, bias, running_mean and running_var; each channel about a mean of its own."""
    rng = np.random.default_rng([seed, *shape])
    grad_output, x = rng.normal(size=(2, *shape))
    weight, bias, mean, running_mean, running_var = rng.normal(size=(5, shape[1]))
    x = 2 * x + 3 * mean[:, None, None]
    return [a.astype(dtype) for a in (grad_output, x, weight, bias, running_mean, running_var**2 + 0.1)]


def by_torch(grad_output, x, weight, bias, running_mean, running_var, **options):
    """torch's y, new running statistics and gradients of x, weight and bias, as NumPy arrays."""
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, weight, bias)]
    statistics = [torch.tensor(a) for a in (running_mean, running_var)]
    y = torch.nn.functional.batch_norm(leaves[0], *statistics, *leaves[1:], **options)
    y.backward(torch.tensor(grad_output))
    return y.detach().numpy(), [a.numpy() for a in statistics], [leaf.grad.numpy() for leaf in leaves]


@shapes
@both_modes
@both_dtypes
@each_option
def test_all_is_as_in_torch(xp, shape, training, dtype, options):
    arrays = drawn(shape, dtype)
    y, statistics, gradients = by_torch(*arrays, training=training, **options)
    given = [xp.array(a) for a in arrays]
    found, *kept = batch_norm2d(*given[1:], training=training, **options)
    xp.assert_close(found, y)
    for a, expected in zip(kept, statistics, strict=True):
        xp.assert_close(a, expected)
    for a, expected in zip(batch_norm2d_backward(*given, training=training, **options), gradients, strict=True):
        xp.assert_close(a, expected)


@both_dtypes
def test_five_batches_of_training_then_evaluation(xp, dtype):
    """As torch's own layer goes through them, with batches of several sizes and an empty one."""
    shapes = (3, 4, 5, 6), (1, 4, 2, 3), (0, 4, 2, 3), (2, 4, 1, 1), (2, 4, 3, 2)
    _, _, weight, bias, *_ = drawn(shapes[0], dtype)
    layer = torch.nn.BatchNorm2d(4, dtype=getattr(torch, dtype))
    layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
    learnt = xp.array(weight), xp.array(bias)
    statistics = [xp.array(np.zeros(4, dtype)), xp.array(np.ones(4, dtype))]
    for seed, shape in enumerate(shapes):
        _, x, *_ = drawn(shape, dtype, seed)
        y, *statistics = batch_norm2d(xp.array(x), *learnt, *statistics, training=True)
        xp.assert_close(y, layer(torch.tensor(x)).detach().numpy())
    for a, expected in zip(statistics, (layer.running_mean, layer.running_var), strict=True):
        xp.assert_close(a, expected.numpy())
    layer.eval()
    grad_output, x, *_ = drawn(shapes[0], dtype, 5)
    leaf = torch.tensor(x, requires_grad=True)
    y = layer(leaf)
    y.backward(torch.tensor(grad_output))
    xp.assert_close(batch_norm2d(xp.array(x), *learnt, *statistics, training=False)[0], y.detach().numpy())
    gradients = batch_norm2d_backward(xp.array(grad_output), xp.array(x), *learnt, *statistics, training=False)
    for a, parameter in zip(gradients, (leaf, layer.weight, layer.bias), strict=True):
        xp.assert_close(a, parameter.grad.numpy())


# Also two values a channel: they become -1 and 1, and next to nothing comes back, too little to compare with torch.
@pytest.mark.parametrize("shape", [*SHAPES, (2, 5, 1, 1)], ids=str)
@both_modes
def test_the_gradients_are_what_differences_measure(xp, shape, training):
    _, *arrays = drawn(shape)

    def y(x, weight, bias, running_mean, running_var, **options):
        return batch_norm2d(x, weight, bias, running_mean, running_var, **options)[0]

    report = gradcheck(y, batch_norm2d_backward, *(xp.array(a) for a in arrays), training=training, eps=0.1)
    assert report, str(report)
    assert set(report.numeric) == {"x", "weight", "bias"}


@both_modes
@pytest.mark.parametrize("shape", [(0, 3, 4, 5), (2, 3, 0, 5), (2, 3, 4, 0), (2, 0, 4, 5)], ids=str)
def test_an_empty_batch_changes_nothing(xp, shape, training):
    grad_output, *arrays = drawn(shape)
    given = [xp.array(a) for a in arrays]
    y, running_mean, running_var = batch_norm2d(*given, training=training)
    gradients = batch_norm2d_backward(xp.array(grad_output), *given, training=training)
    expected = np.zeros(shape), *arrays[3:], np.zeros(shape), np.zeros(shape[1]), np.zeros(shape[1])
    for a, b in zip((y, running_mean, running_var, *gradients), expected, strict=True):
        xp.assert_close(a, b, tolerance=0)


def test_one_value_a_channel_can_be_evaluated(xp):
    arrays = drawn((1, 3, 1, 1))
    y, _, gradients = by_torch(*arrays, training=False)
    given = [xp.array(a) for a in arrays]
    xp.assert_close(batch_norm2d(*given[1:], training=False)[0], y)
    for a, expected in zip(batch_norm2d_backward(*given, training=False), gradients, strict=True):
        xp.assert_close(a, expected)


def test_a_constant_channel_becomes_its_bias_and_its_weight_learns_nothing(xp):
    grad_output, x, weight, bias, *statistics = drawn((2, 3, 4, 5))
    x[:, 1] = -1000  # air, in Hounsfield units
    given = [xp.array(a) for a in (grad_output, x, weight, bias, *statistics)]
    y, _, running_var = batch_norm2d(*given[1:], training=True)
    grad_x, grad_weight, _ = batch_norm2d_backward(*given, training=True)
    np.testing.assert_array_equal(xp.numpy(y)[:, 1], np.full((2, 4, 5), bias[1]))
    np.testing.assert_allclose(xp.numpy(running_var)[1], 0.9 * statistics[1][1], rtol=1e-15)
    assert xp.numpy(grad_weight)[1] == 0
    # The slope at a constant channel is large, 1 / sqrt(eps), but finite.
    centred = grad_output[:, 1] - grad_output[:, 1].mean()
    np.testing.assert_allclose(xp.numpy(grad_x)[:, 1], weight[1] / np.sqrt(1e-5) * centred, rtol=1e-12, atol=1e-10)


def test_a_mean_far_from_zero_costs_no_digits(xp):
    """The mean of squares less the square of the mean would leave none in float32."""
    x = np.array([4096.0, 4098], "float32").reshape(1, 1, 1, 2)
    ones, zeros = (xp.array(np.full(1, value, "float32")) for value in (1, 0))
    y, running_mean, running_var = batch_norm2d(xp.array(x), ones, zeros, zeros, ones, training=True, momentum=1)
    xp.assert_close(y, np.array([-1, 1], "float32").reshape(x.shape), tolerance=1e-5)
    xp.assert_close(running_mean, np.array([4097], "float32"), tolerance=0)
    xp.assert_close(running_var, np.array([2], "float32"), tolerance=0)


@both_modes
def test_the_inputs_stay_as_they_were(xp, training):
    arrays = drawn((3, 4, 5, 6))
    given = [xp.array(a) for a in arrays]
    batch_norm2d(*given[1:], training=training)
    batch_norm2d_backward(*given, training=training)
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


@both_modes
def test_autograd_flows_through_forward_and_backward(training):
    grad_output, x, weight, bias, *statistics = (torch.tensor(a) for a in drawn((2, 3, 2, 4)))
    learnt = [a.requires_grad_() for a in (x, weight, bias)]

    def forward(x, weight, bias):
        return batch_norm2d(x, weight, bias, *statistics, training=training)[0]

    def backward(grad_output, x, weight):
        return batch_norm2d_backward(grad_output, x, weight, bias.detach(), *statistics, training=training)

    assert torch.autograd.gradcheck(forward, learnt)
    assert torch.autograd.gradgradcheck(forward, learnt)
    assert torch.autograd.gradcheck(backward, (grad_output.requires_grad_(), x, weight))


def test_running_statistics_hold_no_batch_in_memory():
    _, *arrays = drawn((2, 3, 4, 5))
    x, *given = (torch.tensor(a) for a in arrays)
    y, *statistics = batch_norm2d(x.requires_grad_(), *given, training=True)
    assert y.requires_grad
    assert not any(a.requires_grad for a in statistics)


@pytest.mark.parametrize("number", [np.float64, np.float32], ids=["float64", "float32"])
def test_numpys_own_numbers_are_settings_and_keep_the_dtype(xp, number):
    arrays = [xp.array(a) for a in drawn((2, 3, 4, 5), "float32")]
    options = {"training": True, "momentum": number(0.5), "eps": number(0.25)}
    plain = {"training": True, "momentum": 0.5, "eps": 0.25}
    for a, expected in zip(batch_norm2d(*arrays[1:], **options), batch_norm2d(*arrays[1:], **plain), strict=True):
        xp.assert_close(a, xp.numpy(expected), tolerance=0)
    same = batch_norm2d_backward(*arrays, **plain)
    for a, expected in zip(batch_norm2d_backward(*arrays, **options), same, strict=True):
        xp.assert_close(a, xp.numpy(expected), tolerance=0)


x, c, v = np.ones((2, 3, 4, 5)), np.zeros(3), np.ones(3)
g = np.ones((2, 3, 4, 4))


def called(x=x, weight=v, bias=c, running_mean=c, running_var=v, training=True, **options):
    return batch_norm2d(x, weight, bias, running_mean, running_var, training=training, **options)


# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG = {
    "an image alone": (lambda: called(x[0, 0]), ValueError, "x has shape (4, 5)", "(N, C, H, W)", "x[None, None]"),
    "vectors": (lambda: called(x[:, :, 0, 0]), ValueError, "x has shape (2, 3)", "expected four axes", "(N, C, H, W)"),
    "a weight as a list": (lambda: called(weight=[1.0] * 3), TypeError, "weight is a list", "NumPy array", "np.asarray("),
    "no bias": (lambda: called(bias=None), TypeError, "bias is None", "expected a NumPy array", "`return`"),
    "a weight for each column": (
        lambda: called(weight=np.ones(5)), ValueError, "weight has shape (5,)", "expected (3,)", "each channel of x (its second",
    ),
    "channels last": (
        lambda: called(np.ones((2, 4, 5, 3))), ValueError, "weight has shape (3,)", "expected (4,)", "second axis",
    ),
    "a bias with axes": (
        lambda: called(bias=np.zeros((1, 3, 1, 1))), ValueError, "bias has shape (1, 3, 1, 1)", "expected (3,)", "one number",
    ),
    "one mean for all": (
        lambda: called(running_mean=np.zeros(())), ValueError, "running_mean has shape ()", "expected (3,)", "one number for each",
    ),
    "statistics of another dtype": (
        lambda: called(running_var=v.astype("float32")), TypeError,
        "running_var has dtype float32 but x has float64", "expected the same", "running_var.astype(x.dtype)",
    ),
    "statistics turned round": (
        lambda: called(running_mean=v, running_var=c - 0.5, training=False), ValueError,
        "running_var has a negative value", "expected variances", "running_mean and running_var given in this order?",
    ),
    "one image of one pixel": (
        lambda: called(x[:1, :, :1, :1]), ValueError,
        "x has shape (1, 3, 1, 1), one value for each channel", "at least two in training", "or set training=False",
    ),
    "one image of one pixel above": (
        lambda: batch_norm2d_backward(g[:1, :, :1, :1], x[:1, :, :1, :1], v, c, c, v, training=True), ValueError,
        "x has shape (1, 3, 1, 1), one value for each channel", "at least two in training", "more or larger images",
    ),
    "a word for the mode": (
        lambda: called(training="eval"), TypeError, "training is 'eval'", "expected True, to normalise by", "or False, by the",
    ),
    "a number for the mode": (lambda: called(training=1), TypeError, "training is 1", "expected True", "or False"),
    "no momentum": (lambda: called(momentum=None), TypeError, "momentum is None", "a number from 0 to 1", "share of this batch"),
    "momentum in per cent": (lambda: called(momentum=10), ValueError, "momentum is 10", "from 0 to 1", "the share of this batch"),
    "less than no momentum": (lambda: called(momentum=-0.1), ValueError, "momentum is -0.1", "from 0 to 1", "share"),
    "yes as momentum": (lambda: called(momentum=True), TypeError, "momentum is True", "a number from 0 to 1", "share"),
    "no eps": (lambda: called(eps=0), ValueError, "eps is 0", "expected a small number above 0", "such as 1e-5"),
    "eps as text": (lambda: called(eps="1e-5"), TypeError, "eps is '1e-5'", "expected a small number above 0", "1e-5"),
    "endless eps": (lambda: called(eps=float("inf")), ValueError, "eps is inf", "expected a small number", "such as 1e-5"),
    "what came out of it whole": (
        lambda: batch_norm2d_backward(called(), x, v, c, c, v, training=True), TypeError,
        "grad_output is a tuple", "expected a NumPy array", "take one, grad_output[0]",
    ),
    "the gradient of another output": (
        lambda: batch_norm2d_backward(g, x, v, c, c, v, training=False), ValueError,
        "grad_output has shape (2, 3, 4, 4)", "expected (2, 3, 4, 5)", "that of x",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "exception", "came", "wanted", "go_on"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_answered(call, exception, came, wanted, go_on):
    with pytest.raises(exception) as caught:
        call()
    assert type(caught.value) is exception
    for fragment in (came, wanted, go_on):
        assert fragment in str(caught.value)


def test_the_mode_is_never_guessed():
    """Left out, it would be right half of the time."""
    with pytest.raises(TypeError, match="training"):
        batch_norm2d(x, v, c, c, v)


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.normalization)
    assert result.attempted
    assert not result.failed
