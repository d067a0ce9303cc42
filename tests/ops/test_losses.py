"""Losses against torch and by differences: values, gradients, far out, and where nothing is there."""

import numpy as np
import pytest
import torch
from geometries import DTYPES

from mlcourse import ops
from mlcourse.ops import gradcheck

SHAPE = (2, 3, 4, 5)
F = torch.nn.functional


def focal_by_torch(x, t, reduction="mean", gamma=2.0, alpha=None):
    """From the definition, in probabilities: for logits that are not far out."""
    p_t = torch.sigmoid(x) * t + torch.sigmoid(-x) * (1 - t)
    loss = (1 - p_t) ** gamma * F.binary_cross_entropy_with_logits(x, t, reduction="none")
    return reduced(loss if alpha is None else loss * (alpha * t + (1 - alpha) * (1 - t)), reduction)


def dice_by_torch(p, t, reduction="mean", smooth=1.0, batch=False):
    axes = (0, 2, 3) if batch else (2, 3)
    return reduced(1 - (2 * (p * t).sum(axes) + smooth) / (p.sum(axes) + t.sum(axes) + smooth), reduction)


def tversky_by_torch(p, t, reduction="mean", alpha=0.5, beta=0.5, smooth=1.0, batch=False):
    axes = (0, 2, 3) if batch else (2, 3)
    both = (p * t).sum(axes)
    below = both + alpha * (p * (1 - t)).sum(axes) + beta * ((1 - p) * t).sum(axes) + smooth
    return reduced(1 - (both + smooth) / below, reduction)


def generalized_by_torch(p, t, reduction="mean", batch=False):
    axes = (0, 2, 3) if batch else (2, 3)
    area = t.sum(axes)
    weight = torch.where(area > 0, 1 / area.clamp(min=1e-9) ** 2, 0)
    above, below = (weight * (p * t).sum(axes)).sum(-1), (weight * (p.sum(axes) + area)).sum(-1)
    return reduced(1 - 2 * above / below, reduction)


def reduced(values, reduction):
    return {"mean": values.mean, "sum": values.sum, "none": lambda: values}[reduction]()


# name: (torch's, or what the definition says in torch; options)
LOSSES = {
    "l1_loss": (F.l1_loss, [{}]),
    "binary_cross_entropy": (F.binary_cross_entropy, [{}]),
    "binary_cross_entropy_with_logits": (F.binary_cross_entropy_with_logits, [{}]),
    "cross_entropy_with_logits": (F.cross_entropy, [{}]),
    "focal_loss": (focal_by_torch, [{}, {"gamma": 0.0}, {"gamma": 0.5, "alpha": 0.25}, {"gamma": 1.0, "alpha": 0.9}]),
    "dice_loss": (dice_by_torch, [{}, {"smooth": 0.0}, {"smooth": 3.5, "batch": True}]),
    "tversky_loss": (tversky_by_torch, [{}, {"alpha": 0.2, "beta": 1.5, "smooth": 0.0}, {"beta": 0.8, "batch": True}]),
    "generalized_dice_loss": (generalized_by_torch, [{}, {"batch": True}]),
}
CASES = [(name, options) for name, (_, several) in LOSSES.items() for options in several]
TAKES_LOGITS = {"binary_cross_entropy_with_logits", "cross_entropy_with_logits", "focal_loss"}
ON_SOFT_TARGETS = {
    "l1_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "focal_loss",
    "dice_loss",
    "cross_entropy_with_logits",
}

each = pytest.mark.parametrize(("name", "options"), CASES, ids=lambda v: v if isinstance(v, str) else str(v or ""))
each_name = pytest.mark.parametrize("name", LOSSES)
reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def pair(name):
    return getattr(ops, name), getattr(ops, f"{name}_backward")


def drawn(name, seed=0, soft=False, dtype="float64"):
    """A prediction and its target: probabilities or logits, and a mask (one-hot for several classes)."""
    rng = np.random.default_rng(seed)
    prediction = rng.normal(0, 3, SHAPE) if name in TAKES_LOGITS else rng.uniform(0.02, 0.98, SHAPE)
    target = rng.uniform(0, 1, SHAPE) if soft else rng.integers(0, 2, SHAPE)
    if name == "cross_entropy_with_logits" and not soft:
        target = np.eye(SHAPE[1])[rng.integers(0, SHAPE[1], (2, 4, 5))].transpose(0, 3, 1, 2)
    return prediction.astype(dtype), target.astype(dtype)


@each
@reductions
@both_dtypes
def test_loss_and_gradient_are_torchs(xp, name, options, reduction, dtype):
    function, backward = pair(name)
    prediction, target = drawn(name, dtype=dtype)
    leaf = torch.tensor(prediction, requires_grad=True)
    expected = LOSSES[name][0](leaf, torch.tensor(target), reduction=reduction, **options)
    above = np.asarray(np.random.default_rng(9).normal(size=tuple(expected.shape)), dtype)
    expected.backward(torch.tensor(above))
    given = xp.array(prediction), xp.array(target)
    xp.assert_close(function(*given, reduction=reduction, **options), expected.detach().numpy())
    gradient = backward(xp.array(above), *given, reduction=reduction, **options)
    xp.assert_close(gradient, leaf.grad.numpy())
    for a, before in zip(given, (prediction, target), strict=True):
        xp.assert_close(a, before, tolerance=0)


@each
@reductions
@pytest.mark.parametrize("seed", [1, 2])
def test_the_gradient_is_what_differences_measure(name, options, reduction, seed):
    function, backward = pair(name)
    prediction, target = drawn(name, seed, soft=name in ON_SOFT_TARGETS)

    def loss(prediction, **all_options):
        return function(prediction, target, **all_options)

    def gradient(grad_output, prediction, **all_options):
        return backward(grad_output, prediction, target, **all_options)

    report = gradcheck(loss, gradient, prediction, reduction=reduction, **options)
    assert report, str(report)


@each
def test_autograd_flows_through_forward_and_backward(name, options):
    function, backward = pair(name)
    prediction, target = (torch.tensor(a) for a in drawn(name, 3))
    leaf = prediction.requires_grad_()
    assert torch.autograd.gradcheck(lambda p: function(p, target, **options), leaf)
    assert torch.autograd.gradgradcheck(lambda p: function(p, target, **options), leaf)
    above = torch.tensor(1.7, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda p: backward(above, p, target, **options), leaf)


@each_name
def test_a_mask_may_be_of_whole_numbers_or_booleans(xp, name):
    function, backward = pair(name)
    prediction, target = drawn(name, 4, dtype="float32")
    expected = function(prediction, target), backward(1.0, prediction, target)
    for dtype in ("uint8", "int64", "bool"):
        given = xp.array(prediction), xp.array(target.astype(dtype))
        xp.assert_close(function(*given), expected[0])
        xp.assert_close(backward(1.0, *given), expected[1])


def test_a_class_may_be_named_by_its_number(xp):
    logits, one_hot = drawn("cross_entropy_with_logits", 5)
    numbers = one_hot.argmax(axis=1)
    leaf = torch.tensor(logits, requires_grad=True)
    F.cross_entropy(leaf, torch.tensor(numbers)).backward()
    for dtype in ("int64", "uint8"):
        given = xp.array(logits), xp.array(numbers.astype(dtype))
        xp.assert_close(ops.cross_entropy_with_logits(*given), np.array(ops.cross_entropy_with_logits(logits, one_hot)))
        xp.assert_close(ops.cross_entropy_with_logits_backward(1.0, *given), leaf.grad.numpy())


FAR = np.array([[-1000.0, -1000, 1000, 1000, 0, 30, -30]])
TRUE = np.array([[0.0, 1, 0, 1, 1, 1, 0]])


@both_dtypes
def test_logits_of_a_thousand_lose_nothing(xp, dtype):
    """A right answer costs and pulls about exp(-x), to all digits; a wrong one costs x and pulls with a force of 1."""
    few, little = np.log1p(np.exp(-30.0)), 1 / (1 + np.exp(30.0))
    costs, pulls = [0, 1000, 1000, 0, np.log(2), few, few], [0, -1, 1, 0, -0.5, -little, little]
    x, t = xp.array(FAR.astype(dtype)), xp.array(TRUE.astype(dtype))
    rtol = 8 * np.finfo(dtype).eps

    def close(found, expected):
        np.testing.assert_allclose(xp.numpy(found)[0], expected, rtol=rtol, atol=np.finfo(dtype).tiny)

    close(ops.binary_cross_entropy_with_logits(x, t, reduction="none"), costs)
    close(
        ops.binary_cross_entropy_with_logits_backward(xp.array(np.ones((1, 7), dtype)), x, t, reduction="none"), pulls
    )
    for gamma in (0.5, 1.0, 2.0):
        missing = np.array([0, 1, 1, 0, 0.5, little, little])
        close(ops.focal_loss(x, t, gamma=gamma, reduction="none"), missing**gamma * costs)
        gradient = ops.focal_loss_backward(xp.array(np.ones((1, 7), dtype)), x, t, gamma=gamma, reduction="none")
        p_t, sign = 1 - missing, np.where(TRUE[0] == 1, -1, 1)
        close(gradient, sign * missing**gamma * (missing + gamma * p_t * costs))


@both_dtypes
@pytest.mark.parametrize("gamma", [0.0, 0.01, 0.1, 0.5, 1.0, 2.0])
def test_focal_loss_has_a_gradient_at_every_logit(xp, dtype, gamma):
    """Also where 1 - p_t is no more than the smallest of all floats, whose inverse is infinite."""
    x = np.linspace(-1100, 1100, 4401, dtype=dtype)
    gradient = ops.focal_loss_backward(1.0, xp.array(x), xp.array(np.ones_like(x)), gamma=gamma, reduction="sum")
    assert np.isfinite(xp.numpy(gradient)).all()
    assert (xp.numpy(gradient) <= 0).all()
    leaf = torch.tensor(x, requires_grad=True)
    ops.focal_loss(leaf, torch.ones_like(leaf), gamma=gamma, reduction="sum").backward()
    np.testing.assert_allclose(leaf.grad.numpy(), xp.numpy(gradient), rtol=0, atol=10 * np.finfo(dtype).eps)


@both_dtypes
def test_classes_of_a_thousand_lose_nothing(xp, dtype):
    logits = np.array([[1000.0, -1000, 0], [-1000, 1000, 1000]], dtype)
    for true, loss, gradient in (
        ([0, 1], [0, np.log(2)], [[0, 0, 0], [0, -0.5, 0.5]]),
        ([1, 0], [2000, 2000 + np.log(2)], [[1, -1, 0], [-1, 0.5, 0.5]]),
    ):
        given = xp.array(logits), xp.array(np.array(true))
        xp.assert_close(ops.cross_entropy_with_logits(*given, reduction="none"), np.array(loss, dtype))
        found = ops.cross_entropy_with_logits_backward(xp.array(np.ones(2, dtype)), *given, reduction="none")
        xp.assert_close(found, np.array(gradient, dtype))


@pytest.mark.parametrize(("name", "options"), [c for c in CASES if c[0] in TAKES_LOGITS], ids=str)
def test_autograd_meets_no_infinity_far_out(name, options):
    function, _ = pair(name)
    target = torch.tensor(TRUE) if name != "cross_entropy_with_logits" else torch.tensor([3])
    leaf = torch.tensor(FAR, requires_grad=True)
    function(leaf, target, **options).backward()
    assert torch.isfinite(leaf.grad).all()


@both_dtypes
def test_certain_and_wrong_costs_100_as_in_torch(xp, dtype):
    p, t = np.array([0.0, 1, 0, 1, 1e-45], dtype), np.array([1.0, 0, 0, 1, 1], dtype)
    leaf = torch.tensor(p, requires_grad=True)
    expected = F.binary_cross_entropy(leaf, torch.tensor(t), reduction="none")
    expected.sum().backward()
    given = xp.array(p), xp.array(t)
    assert xp.numpy(ops.binary_cross_entropy(*given, reduction="none"))[:4].tolist() == [100, 100, 0, 0]
    xp.assert_close(ops.binary_cross_entropy(*given, reduction="none"), expected.detach().numpy())
    xp.assert_close(
        ops.binary_cross_entropy_backward(1.0, *given, reduction="sum"), leaf.grad.numpy(), 1e-8
    )  # torch's 1e-12 is a float32


@pytest.mark.parametrize("batch", [False, True])
def test_where_nothing_is_there_overlap_is_whole_and_nothing_pulls(xp, batch):
    empty, something = np.zeros((2, 3, 4, 5)), np.zeros((2, 3, 4, 5))
    something[0, 0, 1, 2] = something[1, 0, 1, 2] = 0.5
    for name, options in (
        ("dice_loss", {"smooth": 0.0}),
        ("tversky_loss", {"smooth": 0.0}),
        ("generalized_dice_loss", {}),
    ):
        function, backward = pair(name)
        for seen in (empty, something) if name == "generalized_dice_loss" else (empty,):
            given = xp.array(seen), xp.array(empty)
            assert float(function(*given, batch=batch, **options)) == 0
            xp.assert_close(backward(1.0, *given, batch=batch, **options), empty)
        leaf = torch.zeros((2, 3, 4, 5), dtype=torch.float64, requires_grad=True)
        function(leaf, torch.zeros_like(leaf), batch=batch, **options).backward()
        assert torch.isfinite(leaf.grad).all()
    assert float(ops.dice_score(xp.array(empty), xp.array(empty), smooth=0.0, batch=batch)) == 1


def test_a_class_that_is_not_there_weighs_nothing(xp):
    """What is predicted for it changes neither the loss nor any gradient."""
    prediction, target = drawn("generalized_dice_loss", 6)
    target[0, 1] = 0
    other = prediction.copy()
    other[0, 1] = 1 - other[0, 1]
    losses = [
        xp.numpy(ops.generalized_dice_loss(xp.array(p), xp.array(target), reduction="none"))
        for p in (prediction, other)
    ]
    np.testing.assert_array_equal(*losses)
    gradient = xp.numpy(ops.generalized_dice_loss_backward(1.0, xp.array(prediction), xp.array(target)))
    assert not gradient[0, 1].any()
    assert gradient[1, 1].all()
