"""One exercise a function: ``check.conv2d_backward(your_function)`` tells what is right and what is not yet."""

import difflib

from mlcourse.check.conv2d import conv2d
from mlcourse.check.conv2d_backward import conv2d_backward, conv2d_backward_torch
from mlcourse.check.losses import (
    dice_loss_with_logits,
    dice_loss_with_logits_backward,
    focal_loss,
    focal_loss_backward,
)
from mlcourse.check.max_pool import max_pool2d, max_pool2d_backward
from mlcourse.check.shapes import keras_to_torch, output_size, parameter_count, receptive_field
from mlcourse.check.unet import as_mask, dice_loss, predict, trained, unet_forward, up_level

__all__ = [
    "as_mask",
    "conv2d",
    "conv2d_backward",
    "conv2d_backward_torch",
    "dice_loss",
    "dice_loss_with_logits",
    "dice_loss_with_logits_backward",
    "focal_loss",
    "focal_loss_backward",
    "keras_to_torch",
    "max_pool2d",
    "max_pool2d_backward",
    "output_size",
    "parameter_count",
    "predict",
    "receptive_field",
    "trained",
    "unet_forward",
    "up_level",
]


def __getattr__(name):
    near = difflib.get_close_matches(name, __all__, n=1)
    raise AttributeError(
        f"There is no exercise {name!r}. "
        + (f"Did you mean {near[0]}?" if near else f"There are: {', '.join(__all__)}.")
    )
