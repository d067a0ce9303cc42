"""Layers one after the other: shapes, parameters, multiply-adds, receptive fields, and a run through `mlcourse.ops`."""

from mlcourse.ops.stack.layers import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    MaxPool,
    Upsample,
)
from mlcourse.ops.stack.stack import Stack

__all__ = [
    "Activation",
    "AvgPool",
    "BatchNorm",
    "Conv",
    "ConvTranspose",
    "Dense",
    "Flatten",
    "MaxPool",
    "Stack",
    "Upsample",
]
