"""Max-unpooling against torch's own, against a loop where two numbers meet on one pixel, and numbers by hand."""

import doctest

import array_api_strict
import numpy as np
import pytest
import torch
from geometries import DTYPES

import mlcourse.ops.unpooling
from mlcourse.ops import gradcheck, max_pool2d, max_pool2d_backward, max_unpool2d, max_unpool2d_backward

# (shape of the image that is pooled, kernel_size, stride): side by side, with pixels left over, apart, overlapping.
APART = (
    ((2, 3, 4, 6), (2, 3), None),
    ((1, 2, 5, 7), 2, None),
    ((2, 1, 7, 5), (2, 1), (3, 2)),
    ((1, 1, 3, 5), (3, 5), None),
    ((2, 2, 1, 4), (1, 2), None),
    ((0, 2, 4, 5), (2, 2), None),
)
OVERLAPPING = (((2, 3, 5, 6), (3, 2), 1), ((1, 2, 4, 7), (2, 4), (1, 2)), ((2, 1, 3, 4), 2, 1))
EVERY = APART + OVERLAPPING

every = pytest.mark.parametrize(("shape", "kernel_size", "stride"), EVERY, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def drawn(shape, kernel_size, stride, dtype="float64"):
    """A random gradient that arrives, random numbers for the windows, their indices, and the size of the image."""
    rng = np.random.default_rng(shape)
    _, indices = max_pool2d(rng.normal(size=shape), kernel_size, stride=stride)
    return rng.normal(size=shape).astype(dtype), rng.normal(size=indices.shape).astype(dtype), indices, shape[2:]


def by_hand(x, indices, size):
    """One number after the other, and which number each pixel holds at the end, -1 for none."""
    y, holds = np.zeros((*x.shape[:2], *size), x.dtype), np.full((*x.shape[:2], *size), -1)
    for at, (n, c, i, j) in enumerate(np.ndindex(x.shape)):
        row, column = divmod(int(indices[n, c, i, j]), size[1])
        y[n, c, row, column], holds[n, c, row, column] = x[n, c, i, j], at
    return y, holds


@pytest.mark.parametrize(("shape", "kernel_size", "stride"), [s for s in APART if s[0][0]], ids=str)
@both_dtypes
def test_values_and_gradients_are_torchs(xp, shape, kernel_size, stride, dtype):
    grad_output, x, indices, size = drawn(shape, kernel_size, stride, dtype)
    leaf = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.max_unpool2d(leaf, torch.tensor(indices), kernel_size, stride, output_size=size)
    y.backward(torch.tensor(grad_output))
    given = xp.array(x), xp.array(indices)
    xp.assert_close(max_unpool2d(*given, size), y.detach().numpy(), tolerance=0)
    expected = leaf.grad.numpy()
    xp.assert_close(max_unpool2d_backward(xp.array(grad_output), *given, size), expected, tolerance=0)


@every
def test_the_last_number_in_reading_order_stays_and_it_alone_has_a_gradient(xp, shape, kernel_size, stride):
    grad_output, x, indices, size = drawn(shape, kernel_size, stride)
    y, holds = by_hand(x, indices, size)
    given = xp.array(x), xp.array(indices)
    xp.assert_close(max_unpool2d(*given, size), y, tolerance=0)
    expected = np.zeros(x.shape)
    expected.reshape(-1)[holds[holds >= 0]] = grad_output[holds >= 0]
    xp.assert_close(max_unpool2d_backward(xp.array(grad_output), *given, size), expected, tolerance=0)


def test_in_the_overlapping_settings_numbers_do_meet():
    for setting in OVERLAPPING:
        _, x, indices, size = drawn(*setting)
        assert (by_hand(x, indices, size)[1] >= 0).sum() < x.size


@pytest.mark.parametrize(("shape", "kernel_size", "stride"), [s for s in EVERY if s[0][0]], ids=str)
def test_the_gradient_is_what_differences_measure(xp, shape, kernel_size, stride):
    _, x, indices, size = drawn(shape, kernel_size, stride)
    report = gradcheck(max_unpool2d, max_unpool2d_backward, xp.array(x), indices=xp.array(indices), size=size)
    assert report, str(report)


@pytest.mark.parametrize(("shape", "kernel_size", "stride"), [EVERY[1], EVERY[-1]], ids=str)
def test_autograd_flows_through_forward_and_backward(shape, kernel_size, stride):
    grad_output, x, indices, size = drawn(shape, kernel_size, stride)
    leaf, g, indices = (
        torch.tensor(x, requires_grad=True),
        torch.tensor(grad_output, requires_grad=True),
        torch.tensor(indices),
    )
    max_unpool2d(leaf, indices, size).backward(g)
    torch.testing.assert_close(leaf.grad, max_unpool2d_backward(g, leaf, indices, size), rtol=0, atol=0)
    assert torch.autograd.gradcheck(lambda g: max_unpool2d_backward(g, leaf.detach(), indices, size), (g,))


@every
def test_what_was_pooled_comes_back_and_all_else_is_0(xp, shape, kernel_size, stride):
    """Of overlapping windows too: the maximum of several stands there once, not as often as it won."""
    image = np.random.default_rng(1).normal(size=shape)
    values, indices = max_pool2d(xp.array(image), kernel_size, stride=stride)
    y = xp.numpy(max_unpool2d(values, indices, shape[2:]))
    won = max_pool2d_backward(np.ones(values.shape), image, kernel_size, stride=stride) > 0
    np.testing.assert_array_equal(y, np.where(won, image, 0))


def test_a_large_and_a_small_image_by_hand(xp):
    x, indices = xp.array(np.array([[[[5.0, -2]], [[7, 1]]]])), xp.array(np.array([[[[1, 6]], [[7, 0]]]]))
    y = np.array([[[[0.0, 5, 0, 0], [0, 0, -2, 0]], [[1, 0, 0, 0], [0, 0, 0, 7]]]])
    xp.assert_close(max_unpool2d(x, indices, (2, 4)), y, tolerance=0)
    g = xp.array(np.arange(16.0).reshape(1, 2, 2, 4))
    xp.assert_close(max_unpool2d_backward(g, x, indices, (2, 4)), np.array([[[[1.0, 6]], [[15, 8]]]]), tolerance=0)


def test_of_three_numbers_on_one_pixel_the_last_stays(xp):
    x, indices = xp.array(np.array([[[[5.0, 9, 2, 4]]]])), xp.array(np.array([[[[1, 1, 1, 0]]]]))
    xp.assert_close(max_unpool2d(x, indices, (1, 3)), np.array([[[[4.0, 2, 0]]]]), tolerance=0)
    g = xp.array(np.array([[[[10.0, 20, 30]]]]))
    xp.assert_close(max_unpool2d_backward(g, x, indices, (1, 3)), np.array([[[[0.0, 0, 20, 10]]]]), tolerance=0)


def test_what_is_no_number_stays_on_its_pixel(xp):
    x, indices = xp.array(np.array([[[[np.nan, -np.inf, 3]]]])), xp.array(np.array([[[[4, 1, 3]]]]))
    expected = [[[[0, -np.inf, 0], [3, np.nan, 0]]]]
    np.testing.assert_array_equal(xp.numpy(max_unpool2d(x, indices, (2, 3))), expected)
    g = xp.array(np.array([[[[np.nan, 1, np.nan], [np.inf, 2, np.nan]]]]))
    np.testing.assert_array_equal(xp.numpy(max_unpool2d_backward(g, x, indices, (2, 3))), [[[[2, 1, np.inf]]]])


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "uint64"])
def test_indices_may_be_any_whole_numbers(xp, dtype):
    x, indices = xp.array(np.ones((1, 1, 1, 2))), xp.array(np.array([[[[199, 0]]]], dtype=dtype))
    y = xp.numpy(max_unpool2d(x, indices, (20, 10)))
    assert np.flatnonzero(y).tolist() == [0, 199]


@pytest.mark.parametrize("shape", [(2, 0, 3, 4), (2, 3, 0, 4), (2, 3, 2, 0)], ids=str)
def test_of_nothing_comes_nothing_but_zeros(xp, shape):
    x, indices, expected = np.ones(shape), np.ones(shape, "int64"), np.zeros((*shape[:2], 5, 6))
    xp.assert_close(max_unpool2d(xp.array(x), xp.array(indices), (5, 6)), expected)
    xp.assert_close(max_unpool2d_backward(xp.array(expected), xp.array(x), xp.array(indices), (5, 6)), x)


@every
def test_the_inputs_stay_as_they_were(xp, shape, kernel_size, stride):
    *arrays, size = drawn(shape, kernel_size, stride)
    given = [xp.array(a) for a in arrays]
    y, grad_x = max_unpool2d(*given[1:], size), max_unpool2d_backward(*given, size)
    y += 1
    grad_x += 1
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


x, k = np.ones((2, 3, 2, 3)), np.zeros((2, 3, 2, 3), int)

# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG = {
    "both results of pooling": (
        lambda: max_unpool2d(max_pool2d(x, 1), k, (4, 6)), TypeError, "x is a tuple", "a NumPy array", "take one, x[0]",
    ),
    "both results as indices": (
        lambda: max_unpool2d(x, max_pool2d(x, 1), (4, 6)), TypeError, "indices is a tuple", "a NumPy array", "take one",
    ),
    "no indices": (lambda: max_unpool2d(x, None, (4, 6)), TypeError, "indices is None", "a NumPy array", "return"),
    "the values as indices": (
        lambda: max_unpool2d(x, x, (4, 6)), TypeError,
        "indices has dtype float64", "expected whole numbers", "values, indices = max_pool2d(",
    ),
    "a mask": (lambda: max_unpool2d(x, k > 0, (4, 6)), TypeError, "indices has dtype bool", "whole numbers", "second result"),
    "whole numbers": (lambda: max_unpool2d(k, k, (4, 6)), TypeError, "x has dtype int64", "floating-point", "x * 1.0"),
    "two libraries": (
        lambda: max_unpool2d(x, torch.tensor(k), (4, 6)), TypeError,
        "(x: numpy.ndarray, indices: torch.Tensor)", "all from one", "torch.asarray(a)",
    ),
    "two libraries above": (
        lambda: max_unpool2d_backward(array_api_strict.ones((2, 3, 4, 6)), x, k, (4, 6)), TypeError,
        "different libraries (x: numpy.ndarray, indices: numpy.ndarray, grad_output: array_api_strict", "all from one", "torch.asarray(a)",
    ),
    "an image alone": (lambda: max_unpool2d(x[0, 0], k[0, 0], (4, 6)), ValueError, "x has shape (2, 3)", "(N, C, H, W)", "x[None"),
    "indices of other windows": (
        lambda: max_unpool2d(x, k[:, :, :1], (4, 6)), ValueError,
        "indices has shape (2, 3, 1, 3)", "expected (2, 3, 2, 3), that of x", "from the same max_pool2d",
    ),
    "one past the end": (
        lambda: max_unpool2d(x, k + 24, (4, 6)), ValueError,
        "indices contains 24", "0 to 23, the pixels of 4 rows and 6 columns", "Is size = (4, 6) that of the image that was pooled",
    ),
    "before the beginning": (lambda: max_unpool2d(x, k - 1, 4), ValueError, "indices contains -1", "0 to 15", "size = (4, 4)"),
    "a shape as size": (
        lambda: max_unpool2d(x, k, (2, 3, 4, 6)), TypeError, "size is (2, 3, 4, 6)", "a pair", "(vertical, horizontal)",
    ),
    "no row": (lambda: max_unpool2d(x, k, (0, 6)), ValueError, "size is 0", "at least 1", "size"),
    "half a row": (lambda: max_unpool2d(x, k, (5 / 2, 6)), TypeError, "size is 2.5", "whole number", "with //"),
    "no gradient": (lambda: max_unpool2d_backward(None, x, k, (4, 6)), TypeError, "grad_output is None", "array", "return"),
    "the gradient of another size": (
        lambda: max_unpool2d_backward(np.ones((2, 3, 6, 4)), x, k, (4, 6)), ValueError,
        "grad_output has shape (2, 3, 6, 4)", "expected (2, 3, 4, 6), the shape of max_unpool2d's", "Were x and size the same",
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
    result = doctest.testmod(mlcourse.ops.unpooling)
    assert result.attempted
    assert not result.failed
