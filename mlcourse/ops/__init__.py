"""The mathematics: ``f`` beside ``f_backward``, the same lines for NumPy, torch and array-api-strict."""

from mlcourse.ops.activations import relu, relu_backward, sigmoid, sigmoid_backward, tanh, tanh_backward
from mlcourse.ops.conv import conv2d, conv2d_backward
from mlcourse.ops.conv_transpose import conv_transpose2d, conv_transpose2d_backward
from mlcourse.ops.cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    cross_entropy_with_logits,
    cross_entropy_with_logits_backward,
)
from mlcourse.ops.dice import dice_loss, dice_loss_backward, dice_score
from mlcourse.ops.focal import focal_loss, focal_loss_backward
from mlcourse.ops.generalized_dice import generalized_dice_loss, generalized_dice_loss_backward
from mlcourse.ops.gradcheck import gradcheck, numeric_gradient
from mlcourse.ops.normalization import batch_norm2d, batch_norm2d_backward
from mlcourse.ops.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from mlcourse.ops.regression import l1_loss, l1_loss_backward, mse_loss, mse_loss_backward
from mlcourse.ops.skip import skip_connection, skip_connection_backward
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
from mlcourse.ops.tversky import tversky_loss, tversky_loss_backward
from mlcourse.ops.unpooling import max_unpool2d, max_unpool2d_backward
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
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "cross_entropy_with_logits",
    "cross_entropy_with_logits_backward",
    "dice_loss",
    "dice_loss_backward",
    "dice_score",
    "focal_loss",
    "focal_loss_backward",
    "generalized_dice_loss",
    "generalized_dice_loss_backward",
    "gradcheck",
    "l1_loss",
    "l1_loss_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "numeric_gradient",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "skip_connection",
    "skip_connection_backward",
    "tanh",
    "tanh_backward",
    "tversky_loss",
    "tversky_loss_backward",
    "upsample2d",
    "upsample2d_backward",
]
