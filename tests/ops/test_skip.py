"""Skip connections against torch's `cat` and sum, and what a convolution can make of each."""

import doctest

import numpy as np
import pytest
import torch
from geometries import DTYPES

import mlcourse.ops.skip
from mlcourse.ops import conv2d, gradcheck, skip_connection, skip_connection_backward

# (shape of below, shape of skipped, join)
SETTINGS = (
    ((2, 4, 5, 7), (2, 2, 5, 7), "concatenate"),
    ((1, 1, 3, 4), (1, 3, 3, 4), "concatenate"),
    ((3, 2, 1, 5), (3, 2, 1, 5), "concatenate"),
    ((0, 2, 4, 5), (0, 3, 4, 5), "concatenate"),
    ((2, 0, 4, 5), (2, 3, 4, 5), "concatenate"),
    ((2, 3, 5, 7), (2, 3, 5, 7), "add"),
    ((1, 1, 4, 3), (1, 1, 4, 3), "add"),
    ((0, 2, 4, 5), (0, 2, 4, 5), "add"),
)
each_setting = pytest.mark.parametrize(("below", "skipped", "join"), SETTINGS, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def drawn(below, skipped, join, dtype="float64"):
    """A random gradient that arrives, below and skipped."""
    rng = np.random.default_rng(below)
    channels = below[1] + skipped[1] if join == "concatenate" else below[1]
    return [rng.normal(size=shape).astype(dtype) for shape in ((below[0], channels, *below[2:]), below, skipped)]


@each_setting
@both_dtypes
def test_values_and_gradients_are_torchs(xp, below, skipped, join, dtype):
    """The channels of skipped come first, as in `mlcourse.nets.UNet`."""
    arrays = drawn(below, skipped, join, dtype)
    b, s = (torch.tensor(a, requires_grad=True) for a in arrays[1:])
    y = torch.cat([s, b], dim=1) if join == "concatenate" else s + b
    y.backward(torch.tensor(arrays[0]))
    grad_output, *given = [xp.array(a) for a in arrays]
    xp.assert_close(skip_connection(*given, join=join), y.detach().numpy(), tolerance=0)
    grad_below, grad_skipped = skip_connection_backward(grad_output, *given, join=join)
    xp.assert_close(grad_below, b.grad.numpy(), tolerance=0)
    xp.assert_close(grad_skipped, s.grad.numpy(), tolerance=0)


@pytest.mark.parametrize(("below", "skipped", "join"), [SETTINGS[i] for i in (0, 1, 5)], ids=str)
def test_the_gradient_is_what_differences_measure(xp, below, skipped, join):
    _, *arrays = drawn(below, skipped, join)
    report = gradcheck(skip_connection, skip_connection_backward, *map(xp.array, arrays), join=join)
    assert report, str(report)
    assert set(report.numeric) == {"below", "skipped"}


@pytest.mark.parametrize(("below", "skipped", "join"), [SETTINGS[1], SETTINGS[6]], ids=str)
def test_autograd_flows_through_forward_and_backward(below, skipped, join):
    g, b, s = (torch.tensor(a, requires_grad=True) for a in drawn(below, skipped, join))
    assert torch.autograd.gradcheck(lambda b, s: skip_connection(b, s, join=join), (b, s))
    assert torch.autograd.gradcheck(lambda g: skip_connection_backward(g, b.detach(), s.detach(), join=join), (g,))


def test_concatenation_is_what_is_meant_where_nothing_is_said(xp):
    grad_output, below, skipped = (xp.array(a) for a in drawn(*SETTINGS[0]))
    expected = xp.numpy(skip_connection(below, skipped, join="concatenate"))
    xp.assert_close(skip_connection(below, skipped), expected, tolerance=0)
    for left, right in zip(
        skip_connection_backward(grad_output, below, skipped),
        skip_connection_backward(grad_output, below, skipped, join="concatenate"),
        strict=True,
    ):
        xp.assert_close(left, xp.numpy(right), tolerance=0)


def test_a_convolution_after_an_addition_is_one_with_the_same_weights_for_both_halves(xp):
    _, below, skipped = (xp.array(a) for a in drawn(*SETTINGS[5]))
    w = np.random.default_rng(0).normal(size=(2, 3, 2, 3))
    added = conv2d(skip_connection(below, skipped, join="add"), xp.array(w))
    twice = conv2d(skip_connection(below, skipped), xp.array(np.concatenate([w, w], axis=1)))
    xp.assert_close(twice, xp.numpy(added))


def test_after_an_addition_nobody_can_tell_who_brought_what(xp):
    """Two pairs with one sum: a 1x1 convolution tells them apart after a concatenation, none can after an addition."""
    three, one = xp.array(np.full((1, 1, 1, 1), 3.0)), xp.array(np.full((1, 1, 1, 1), 1.0))
    w = xp.array(np.array([[[[1.0]], [[0.0]]]]))  # listens to skipped and not to below
    for pair, first in (((one, three), 3), ((three, one), 1)):
        assert xp.numpy(conv2d(skip_connection(*pair), w)).item() == first
        assert xp.numpy(skip_connection(*pair, join="add")).item() == 4


@each_setting
def test_the_inputs_stay_as_they_were_and_are_not_handed_out(xp, below, skipped, join):
    arrays = drawn(below, skipped, join)
    given = [xp.array(a) for a in arrays]
    y = skip_connection(*given[1:], join=join)
    y += 1
    grad_below, grad_skipped = skip_connection_backward(*given, join=join)
    before = xp.numpy(grad_skipped)
    grad_below += 1
    xp.assert_close(grad_skipped, before, tolerance=0)
    grad_skipped += 1
    for a, expected in zip(given, arrays, strict=True):
        xp.assert_close(a, expected, tolerance=0)


def image(*shape):
    return np.ones(shape)


a = image(2, 3, 4, 6)

# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG = {
    "a list": (lambda: skip_connection([a], a), TypeError, "below is a list", "a NumPy array", "np.asarray(below"),
    "nothing seen": (lambda: skip_connection(a, None), TypeError, "skipped is None", "a NumPy array", "return"),
    "two dtypes": (lambda: skip_connection(a, a.astype("float32")), TypeError, "skipped has dtype float32", "the same", "astype"),
    "channels alone": (lambda: skip_connection(a[0], a), ValueError, "below has shape (3, 4, 6)", "(N, C_below, H, W)", "below[None]"),
    "one channel": (lambda: skip_connection(a, a[0]), ValueError, "skipped has shape (3, 4, 6)", "C_skipped, H, W)", "skipped[None]"),
    "torch's word": (lambda: skip_connection(a, a, join="cat"), ValueError, "join is 'cat'", 'expected "concatenate"', 'or "add"'),
    "two batches": (
        lambda: skip_connection(a, image(5, 3, 4, 6)), ValueError, "below holds 2 images and skipped 5", "as many", "same batch",
    ),
    "not upsampled": (
        lambda: skip_connection(a, image(2, 3, 8, 18)), ValueError,
        "below has 4 x 6 pixels and skipped 8 x 18", "expected the same", "upsample2d(below, (2, 3))",
    ),
    "not upsampled in one direction": (
        lambda: skip_connection(a, image(2, 3, 8, 6)), ValueError, "skipped 8 x 6", "its own place", "upsample2d(below, (2, 1))",
    ),
    "an odd size": (
        lambda: skip_connection(a, image(2, 3, 5, 7)), ValueError,
        "below has 4 x 6 pixels and skipped 5 x 7", "last row or column of an odd size", "conv_transpose2d and its output_padding",
    ),
    "an odd size, not upsampled": (
        lambda: skip_connection(a, image(2, 3, 9, 12)), ValueError, "skipped 9 x 12", "odd size", "so that every pooling divides",
    ),
    "the two swapped": (
        lambda: skip_connection(image(2, 3, 8, 12), a), ValueError,
        "below has 8 x 12 pixels and skipped 4 x 6", "below is the larger one", "skip_connection(below, skipped)",
    ),
    "the two swapped, pooled in one direction": (
        lambda: skip_connection(image(2, 3, 8, 6), a), ValueError, "skipped 4 x 6", "below is the larger one", "two swapped",
    ),
    "larger and smaller": (
        lambda: skip_connection(image(2, 3, 5, 5), a), ValueError, "below has 5 x 5", "skipped 4 x 6", "odd size",
    ),
    "channels that cannot be added": (
        lambda: skip_connection(image(2, 5, 4, 6), a, join="add"), ValueError,
        "below has 5 channels and skipped 3", "as many, since addition", "w of shape (3, 5, 1, 1), or take join=\"concatenate\"",
    ),
    "no gradient": (lambda: skip_connection_backward(None, a, a), TypeError, "grad_output is None", "a NumPy array", "return"),
    "the gradient of a sum": (
        lambda: skip_connection_backward(a, a, a), ValueError,
        "grad_output has shape (2, 3, 4, 6)", "expected (2, 6, 4, 6), the shape of skip_connection's", "Were below, skipped and join",
    ),
    "the gradient of a concatenation": (
        lambda: skip_connection_backward(image(2, 6, 4, 6), a, a, join="add"), ValueError,
        "grad_output has shape (2, 6, 4, 6)", "expected (2, 3, 4, 6)", "the same there?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "exception", "came", "wanted", "go_on"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_answered(call, exception, came, wanted, go_on):
    with pytest.raises(exception) as caught:
        call()
    assert type(caught.value) is exception
    for fragment in (came, wanted, go_on):
        assert fragment in str(caught.value)


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.skip)
    assert result.attempted
    assert not result.failed
