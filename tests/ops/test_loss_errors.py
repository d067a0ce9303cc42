"""Wrong calls of losses: each message says what came, what was wanted and how to go on."""

import numpy as np
import pytest
import torch

from mlcourse import ops

p, mask = np.full((2, 1, 3, 4), 0.5), np.ones((2, 1, 3, 4), "uint8")
x = np.zeros((2, 3, 4, 5))
PIXELS = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "focal_loss", "l1_loss", "mse_loss")
OVERLAPS = ("dice_loss", "tversky_loss", "generalized_dice_loss")

# name: (wrong call of loss and arguments, exception, what came, what was wanted, how to go on)
WRONG = {
    "logits as probabilities": (
        lambda: ops.binary_cross_entropy(p - 3, mask), ValueError, "p contains -2.5", "from 0 to 1", "_with_logits",
    ),
    "not a number": (lambda: ops.dice_loss(p * np.nan, mask), ValueError, "p contains nan", "from 0 to 1", "the sigmoid first"),
    "a mask of 255": (lambda: ops.dice_loss(p, mask * 255), ValueError, "target contains 255", "from 0 to 1", "mask > 0"),
    "a mask of 255 for logits": (
        lambda: ops.focal_loss(p, mask * 255), ValueError, "target contains 255", "from 0 to 1", "divided by 255",
    ),
    "two images of one axis": (
        lambda: ops.dice_loss(p[0, 0], mask[0, 0]), ValueError, "p has shape (3, 4)", "expected (N, C, H, W)", "p[None, None]",
    ),
    "no image": (lambda: ops.tversky_loss(p[:0], mask[:0]), ValueError, "shape (0, 1, 3, 4)", "at least one image", "pixel"),
    "a negative smooth": (lambda: ops.dice_loss(p, mask, smooth=-1), ValueError, "smooth is -1", "at least 0", "number"),
    "no smooth": (lambda: ops.dice_score(p, mask, smooth=np.nan), ValueError, "smooth is nan", "at least 0", "number"),
    "a negative alpha": (lambda: ops.tversky_loss(p, mask, alpha=-1), ValueError, "alpha is -1", "at least 0", "number"),
    "a negative gamma": (lambda: ops.focal_loss(p, mask, gamma=-2), ValueError, "gamma is -2", "at least 0", "2 is usual"),
    "alpha as a percentage": (
        lambda: ops.focal_loss(p, mask, alpha=25), ValueError, "alpha is 25", "weight of target 1, from 0 to 1", "None",
    ),
    "logits without classes": (
        lambda: ops.cross_entropy_with_logits(x[0, 0, 0], np.array([1])), ValueError, "logits has shape (5,)", "(N, C, ...)", "C",
    ),
    "channels last": (
        lambda: ops.cross_entropy_with_logits(x, np.zeros((2, 3, 4), int)), ValueError,
        "target has shape (2, 3, 4)", "expected (2, 4, 5) (the number of the class of each pixel)", "or (2, 3, 4, 5) (one-hot)",
    ),
    "a class that is not there": (
        lambda: ops.cross_entropy_with_logits(x, np.full((2, 4, 5), 3)), ValueError, "names class 3", "3 classes", "0 to 2",
    ),
    "a class below 0": (
        lambda: ops.cross_entropy_with_logits(x, np.full((2, 4, 5), -1)), ValueError, "names class -1", "3 classes", "0 to 2",
    ),
    "half a class": (
        lambda: ops.cross_entropy_with_logits(x, np.zeros((2, 4, 5))), TypeError, "dtype float64", "whole numbers", "0 to 2",
    ),
    "classes by another library": (
        lambda: ops.cross_entropy_with_logits(x, torch.zeros(2, 4, 5, dtype=torch.int64)), TypeError,
        "different libraries", "expected all from one", "torch.asarray(a)",
    ),
    "more than one-hot": (
        lambda: ops.cross_entropy_with_logits(x, np.full(x.shape, 2)), ValueError, "target contains 2", "0 to 1", "one-hot",
    ),
}  # fmt: skip


def test_every_kind_is_told(subtests):
    for name, (call, kind, *words) in WRONG.items():
        with subtests.test(name), pytest.raises(kind) as caught:
            call()
        with subtests.test(name):
            for word in words:
                assert word in str(caught.value)


@pytest.mark.parametrize("name", PIXELS + OVERLAPS)
def test_what_does_not_fit_is_told_forward_and_backward(name):
    function, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    other = "prediction" if name in ("l1_loss", "mse_loss") else "logits" if name in PIXELS[1:3] else "p"
    for wrong, words in (
        ((p, mask[:1]), (f"{other} has shape (2, 1, 3, 4), target (1, 1, 3, 4)", "expected the same")),
        ((p, mask.transpose(0, 1, 3, 2)), (f"{other}.reshape(target.shape)",)),
        ((p.astype(int), mask), (f"{other} has dtype int", "expected floating-point numbers")),
        ((p, torch.tensor(mask)), ("different libraries", "expected all from one")),
        ((p, (mask * 1.0).astype("float32")), ("target has dtype float32", "expected the same")),
        ((p, None), ("target is None",)),
        ((p.tolist(), mask), (f"{other} is a list",)),
    ):
        for call in (function, lambda *arrays: backward(1.0, *arrays)):
            with pytest.raises((TypeError, ValueError)) as caught:
                call(*wrong)
            for word in words:
                assert word in str(caught.value)


@pytest.mark.parametrize("name", PIXELS + OVERLAPS)
def test_what_arrives_has_the_shape_of_the_loss(name):
    function, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    shape = function(p, mask, reduction="none").shape
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 3\); expected \(\)"):
        backward(np.ones((2, 3)), p, mask)
    with pytest.raises(ValueError, match=r"grad_output has shape \(\); expected \(\d") as caught:
        backward(1.0, p, mask, reduction="none")
    assert f"expected {shape}" in str(caught.value)
    with pytest.raises(ValueError, match="reduction is 'average'"):
        function(p, mask, reduction="average")
    with pytest.raises(TypeError, match="grad_output has dtype float32"):
        backward(np.ones((), "float32"), p, mask)


def test_a_tensor_with_a_gradient_is_refused_without_a_warning():
    p = torch.full((1, 1, 2, 2), float("nan"), requires_grad=True)
    with pytest.raises(ValueError, match="contains nan; expected numbers from 0 to 1"):
        ops.dice_loss(p, torch.zeros(1, 1, 2, 2))
