"""The operations told: each is the naive loop, and says after every number where it came from.

``record(walkthroughs.conv2d(x, w))`` gives the story as data, ``Player(walkthroughs.conv2d, x, w)`` shows it.
"""

from mlcourse.walkthroughs.activations import relu, relu_backward, sigmoid, sigmoid_backward, tanh, tanh_backward
from mlcourse.walkthroughs.conv import conv2d, conv2d_backward
from mlcourse.walkthroughs.conv_transpose import conv_transpose2d, conv_transpose2d_backward
from mlcourse.walkthroughs.cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
)
from mlcourse.walkthroughs.dice import dice_loss, dice_loss_backward, dice_score
from mlcourse.walkthroughs.focal import focal_loss, focal_loss_backward
from mlcourse.walkthroughs.learning import descent, training_step
from mlcourse.walkthroughs.normalization import batch_norm2d, batch_norm2d_backward
from mlcourse.walkthroughs.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from mlcourse.walkthroughs.regression import l1_loss, l1_loss_backward, mse_loss, mse_loss_backward
from mlcourse.walkthroughs.skip import skip_connection, skip_connection_backward
from mlcourse.walkthroughs.unpooling import max_unpool2d, max_unpool2d_backward
from mlcourse.walkthroughs.upsampling import upsample2d, upsample2d_backward

__all__ = [
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
    "descent",
    "dice_loss",
    "dice_loss_backward",
    "dice_score",
    "focal_loss",
    "focal_loss_backward",
    "l1_loss",
    "l1_loss_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "skip_connection",
    "skip_connection_backward",
    "tanh",
    "tanh_backward",
    "training_step",
    "upsample2d",
    "upsample2d_backward",
]
