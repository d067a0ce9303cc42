"""The mathematics: ``f`` beside ``f_backward``, the same lines for NumPy, torch and array-api-strict."""

from mlcourse.ops.activations import relu, relu_backward, sigmoid, sigmoid_backward, tanh, tanh_backward
from mlcourse.ops.conv import conv2d, conv2d_backward
from mlcourse.ops.conv_transpose import conv_transpose2d, conv_transpose2d_backward
from mlcourse.ops.gradcheck import gradcheck, numeric_gradient
from mlcourse.ops.normalization import batch_norm2d, batch_norm2d_backward
from mlcourse.ops.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from mlcourse.ops.regression import mse_loss, mse_loss_backward
from mlcourse.ops.stack import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    MaxPool,
    Stack,
    Upsample,
)
from mlcourse.ops.upsampling import upsample2d, upsample2d_backward

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
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm2d",
    "batch_norm2d_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "gradcheck",
    "max_pool2d",
    "max_pool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "numeric_gradient",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "tanh",
    "tanh_backward",
    "upsample2d",
    "upsample2d_backward",
]
