"""The mathematics: ``f`` beside ``f_backward``, the same lines for NumPy, torch and array-api-strict."""

from mlcourse.ops.conv import conv2d, conv2d_backward
from mlcourse.ops.gradcheck import gradcheck, numeric_gradient
from mlcourse.ops.regression import mse_loss, mse_loss_backward

__all__ = ["conv2d", "conv2d_backward", "gradcheck", "mse_loss", "mse_loss_backward", "numeric_gradient"]
