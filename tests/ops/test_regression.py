"""The squared error: the slides' numbers, torch's reductions, and what it refuses."""

import doctest

import numpy as np
import pytest
import torch
from geometries import DTYPES, TOLERANCE

import mlcourse.ops.regression
from mlcourse.ops import gradcheck, mse_loss, mse_loss_backward

SHAPES = ((), (1,), (3, 5), (2, 1, 4, 3))
reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def drawn(shape, reduction, dtype="float64"):
    """Prediction, target and a random gradient that arrives."""
    rng = np.random.default_rng(len(shape))
    drawn_shapes = shape, shape, shape if reduction == "none" else ()
    return tuple(np.asarray(rng.normal(size=s), dtype=dtype) for s in drawn_shapes)


def test_the_loss_of_the_slides(xp):
    prediction, target = xp.array(np.array([1.3])), xp.array(np.array([5.0]))
    xp.assert_close(mse_loss(prediction, target), np.array(13.69))
    xp.assert_close(mse_loss_backward(1.0, prediction, target), np.array([-7.4]))


@shapes
@reductions
@both_dtypes
def test_loss_and_gradient_are_torchs(xp, shape, reduction, dtype):
    prediction, target, grad_output = drawn(shape, reduction, dtype)
    leaf = torch.tensor(prediction, requires_grad=True)
    expected = torch.nn.functional.mse_loss(leaf, torch.tensor(target), reduction=reduction)
    expected.backward(torch.tensor(grad_output))
    given = xp.array(prediction), xp.array(target)
    xp.assert_close(mse_loss(*given, reduction=reduction), expected.detach().numpy())
    gradient = mse_loss_backward(xp.array(grad_output), *given, reduction=reduction)
    xp.assert_close(gradient, leaf.grad.numpy())


@pytest.mark.parametrize("one", [1.0, 1], ids=["float", "int"])
@both_dtypes
def test_a_number_may_arrive_and_keeps_the_dtype(xp, one, dtype):
    prediction, target, _ = drawn((2, 3), "mean", dtype)
    gradient = mse_loss_backward(one, xp.array(prediction), xp.array(target))
    xp.assert_close(gradient, (prediction - target) / 3, tolerance=TOLERANCE[dtype])


@reductions
def test_the_gradient_is_what_differences_measure(xp, reduction):
    prediction, target, _ = drawn((2, 3), reduction)
    report = gradcheck(mse_loss, mse_loss_backward, xp.array(prediction), xp.array(target), reduction=reduction)
    assert report, str(report)
    assert set(report.numeric) == {"prediction"}


@reductions
def test_the_inputs_stay_as_they_were(xp, reduction):
    arrays = drawn((2, 3), reduction)
    prediction, target, grad_output = given = [xp.array(a) for a in arrays]
    mse_loss(prediction, target, reduction=reduction)
    mse_loss_backward(grad_output, prediction, target, reduction=reduction)
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


@reductions
def test_autograd_flows_through_forward_and_backward(reduction):
    tensors = [torch.tensor(a, requires_grad=True) for a in drawn((2, 3), reduction)]

    def forward(prediction, target):
        return mse_loss(prediction, target, reduction=reduction)

    def backward(prediction, target, grad_output):
        return mse_loss_backward(grad_output, prediction, target, reduction=reduction)

    assert torch.autograd.gradcheck(forward, tensors[:2])
    assert torch.autograd.gradgradcheck(forward, tensors[:2])
    assert torch.autograd.gradcheck(backward, tensors)


@pytest.mark.parametrize("shapes", [((3,), (3, 1)), ((3,), (1,)), ((2, 3), (3, 2))], ids=str)
def test_nothing_is_broadcast(xp, shapes):
    prediction, target = (xp.array(np.zeros(shape)) for shape in shapes)
    for call in (mse_loss, lambda *arrays: mse_loss_backward(1.0, *arrays)):
        with pytest.raises(ValueError, match="expected the same"):
            call(prediction, target)


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.regression)
    assert result.attempted
    assert not result.failed
