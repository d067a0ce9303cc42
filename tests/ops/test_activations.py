"""ReLU, sigmoid and tanh against torch's own, far from 0, exactly at 0, and with what is no number."""

import doctest

import numpy as np
import pytest
import torch
from geometries import DTYPES

import mlcourse.ops.activations
from mlcourse.ops import gradcheck, relu, relu_backward, sigmoid, sigmoid_backward, tanh, tanh_backward

# name: (function, its backward, torch's own)
ACTIVATIONS = {
    "relu": (relu, relu_backward, torch.relu),
    "sigmoid": (sigmoid, sigmoid_backward, torch.sigmoid),
    "tanh": (tanh, tanh_backward, torch.tanh),
}
SHAPES = ((), (5,), (0, 3), (2, 3, 4, 5))
# Either side of every place where exp leaves float32 (88) or float64 (709), and what is not finite.
FAR = [-np.inf, -1000, -709.5, -88.5, -30, -1, -0.0, 0, 1, 30, 88.5, 709.5, 1000, np.inf, np.nan]

each = pytest.mark.parametrize(("function", "backward", "torchs"), ACTIVATIONS.values(), ids=ACTIVATIONS)
shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def drawn(shape, dtype="float64"):
    """A random gradient that arrives, and x of both signs, no nearer to 0 than a difference reaches."""
    grad_output, x = np.random.default_rng(len(shape)).normal(size=(2, *shape))
    return grad_output.astype(dtype), (x + 0.01 * np.sign(x)).astype(dtype)


def by_torch(torchs, x, grad_output):
    leaf = torch.tensor(x, requires_grad=True)
    y = torchs(leaf)
    y.backward(torch.tensor(grad_output))
    return y.detach().numpy(), leaf.grad.numpy()


@each
@shapes
@both_dtypes
def test_values_and_gradients_are_torchs(xp, function, backward, torchs, shape, dtype):
    grad_output, x = drawn(shape, dtype)
    y, grad_x = by_torch(torchs, x, grad_output)
    xp.assert_close(function(xp.array(x)), y)
    xp.assert_close(backward(xp.array(grad_output), xp.array(x)), grad_x)


@each
@both_dtypes
def test_far_out_and_at_zero_all_is_as_in_torch(xp, function, backward, torchs, dtype):
    x, grad_output = np.array(FAR, dtype), np.linspace(-2, 3, len(FAR)).astype(dtype)
    y, grad_x = by_torch(torchs, x, grad_output)
    tolerance = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(xp.numpy(function(xp.array(x))), y, rtol=tolerance, atol=np.finfo(dtype).tiny)
    found = xp.numpy(backward(xp.array(grad_output), xp.array(x)))
    np.testing.assert_allclose(found, grad_x, rtol=0, atol=tolerance)  # torch's own loses digits far out


@each
def test_autograd_knows_the_slope_far_out_and_at_zero(function, backward, torchs):
    grad_output = np.linspace(-2, 3, len(FAR))
    expected = by_torch(torchs, np.array(FAR), grad_output)[1]
    found = by_torch(function, np.array(FAR), grad_output)[1]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_a_relu_at_zero_lets_nothing_back(xp):
    gradient = relu_backward(xp.array(np.array([3.0, 3, 3, 3])), xp.array(np.array([-1.0, -0.0, 0, 1])))
    xp.assert_close(gradient, np.array([0.0, 0, 0, 3]), tolerance=0)


@pytest.mark.parametrize("x", [30.0, 500.0])
def test_sigmoid_keeps_its_digits_where_it_is_small(xp, x):
    """There sigmoid(-x) is exp(-x), and so is the slope on both sides."""
    both = xp.array(np.array([-x, x]))
    expected = np.exp(-x) / (1 + np.exp(-x))
    np.testing.assert_allclose(xp.numpy(sigmoid(both))[0], expected, rtol=1e-13)
    slopes = xp.numpy(sigmoid_backward(xp.array(np.ones(2)), both))
    np.testing.assert_allclose(slopes, [expected * (1 - expected)] * 2, rtol=1e-13)


@each
def test_a_gradient_that_is_no_number_stays_where_it_arrives(xp, function, backward, torchs):
    """A ReLU's stays out where x is negative: that is a choice, not a product with 0."""
    grad_output, x = np.array([np.nan, np.nan, 2, 3]), np.array([1.0, -1, 1, np.nan])
    found = xp.numpy(backward(xp.array(grad_output), xp.array(x)))
    expected = by_torch(torchs, x, grad_output)[1]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@each
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if 0 not in shape], ids=str)
def test_the_gradient_is_what_differences_measure(xp, function, backward, torchs, shape):
    report = gradcheck(function, backward, xp.array(drawn(shape)[1]))
    assert report, str(report)


@each
def test_the_inputs_stay_as_they_were(xp, function, backward, torchs):
    arrays = drawn((2, 3, 4, 5))
    grad_output, x = given = [xp.array(a) for a in arrays]
    function(x)
    backward(grad_output, x)
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


@each
def test_autograd_flows_through_forward_and_backward(function, backward, torchs):
    grad_output, x = (torch.tensor(a, requires_grad=True) for a in drawn((3, 4)))
    assert torch.autograd.gradcheck(function, x)
    assert torch.autograd.gradgradcheck(function, x)
    assert torch.autograd.gradcheck(backward, (grad_output, x))


p = np.ones((2, 3))

# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG = {
    "a number": (lambda: relu(3.0), TypeError, "x is a float", "expected a NumPy array or a torch", "np.asarray(x"),
    "a forgotten return": (lambda: sigmoid(None), TypeError, "x is None", "expected a NumPy array", "with `return`"),
    "whole numbers": (lambda: tanh(p.astype(int)), TypeError, "x has dtype int64", "floating-point", "x * 1.0"),
    "a mask": (lambda: relu(p > 0), TypeError, "x has dtype bool", "expected floating-point", "x * 1.0"),
    "only x": (lambda: relu_backward(None, p), TypeError, "grad_output is None", "expected a NumPy array", "return"),
    "a number above": (lambda: tanh_backward(1.0, p), TypeError, "grad_output is a float", "NumPy array", "np.asarray("),
    "two dtypes": (
        lambda: sigmoid_backward(p.astype("float32"), p), TypeError,
        "grad_output has dtype float32 but x has float64", "expected the same", "grad_output.astype(x.dtype)",
    ),
    "two libraries": (
        lambda: tanh_backward(torch.ones(2, 3), p), TypeError,
        "(x: numpy.ndarray, grad_output: torch.Tensor)", "expected all from one", "torch.asarray(a)",
    ),
    "a gradient that would be broadcast": (
        lambda: relu_backward(p[:1], p), ValueError,
        "grad_output has shape (1, 3)", "expected (2, 3), the shape of x", "Was the forward pass called with this x?",
    ),
    "a transposed gradient": (
        lambda: sigmoid_backward(p.T, p), ValueError, "grad_output has shape (3, 2)", "expected (2, 3)", "with this x?",
    ),
    "one gradient for all": (
        lambda: tanh_backward(np.ones(()), p), ValueError, "grad_output has shape ()", "expected (2, 3)", "with this x?",
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
    result = doctest.testmod(mlcourse.ops.activations)
    assert result.attempted
    assert not result.failed
