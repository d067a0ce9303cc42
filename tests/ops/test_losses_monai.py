"""Losses of overlap and the focal loss are MONAI's, value and gradient, on random input.

To the digits of float32, in which MONAI calculates its focal loss and the weights of its generalised Dice loss. Its focal
loss has another "sum", of the means over each image and channel.
"""

import numpy as np
import pytest
import torch
from monai import losses

from mlcourse import ops

SHAPE = (2, 3, 4, 5)
# name: (ours, its options, MONAI's class, its options)
PAIRS = {
    "Dice": ("dice_loss", {"smooth": 1e-5}, losses.DiceLoss, {}),
    "Dice with more smooth": ("dice_loss", {"smooth": 1.0}, losses.DiceLoss, {"smooth_nr": 1.0, "smooth_dr": 1.0}),
    "Dice of the batch": ("dice_loss", {"smooth": 1e-5, "batch": True}, losses.DiceLoss, {"batch": True}),
    "generalised Dice": (
        "generalized_dice_loss", {}, losses.GeneralizedDiceLoss, {"smooth_nr": 0.0, "smooth_dr": 0.0},
    ),
    "generalised Dice of the batch": (
        "generalized_dice_loss", {"batch": True}, losses.GeneralizedDiceLoss, {"smooth_nr": 0.0, "smooth_dr": 0.0, "batch": True},
    ),
    "Tversky": (
        "tversky_loss", {"alpha": 0.3, "beta": 0.8, "smooth": 1e-5}, losses.TverskyLoss, {"alpha": 0.3, "beta": 0.8},
    ),
    "focal": ("focal_loss", {}, losses.FocalLoss, {"gamma": 2.0}),
    "focal with alpha": ("focal_loss", {"gamma": 1.5, "alpha": 0.25}, losses.FocalLoss, {"gamma": 1.5, "alpha": 0.25}),
}  # fmt: skip


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("name", "options", "monais", "monais_options"), PAIRS.values(), ids=PAIRS)
def test_value_and_gradient_are_monais(name, options, monais, monais_options, seed, reduction):
    rng = np.random.default_rng(seed)
    p = rng.normal(0, 3, SHAPE) if name == "focal_loss" else rng.uniform(0, 1, SHAPE)
    target = rng.integers(0, 2, SHAPE) * 1.0
    leaf = torch.tensor(p, requires_grad=True)
    expected = monais(**monais_options, reduction=reduction)(leaf, torch.tensor(target))
    found = getattr(ops, name)(p, target, **options, reduction=reduction)
    pixels = SHAPE[2] * SHAPE[3] if (name, reduction) == ("focal_loss", "sum") else 1
    assert expected.numel() == found.size
    assert_close(found, pixels * expected.detach().numpy().reshape(found.shape))
    above = rng.normal(size=found.shape)
    expected.backward(pixels * torch.tensor(above, dtype=expected.dtype).reshape(expected.shape))
    assert_close(getattr(ops, f"{name}_backward")(above, p, target, **options, reduction=reduction), leaf.grad.numpy())


def assert_close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * np.abs(expected).max())
