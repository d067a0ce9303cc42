"""The exercise `unet`: a level with its skip, the way down and up, masks, loss, prediction, and a network that has learnt.

One file a function: a misconception may use ``right``, which is another function in each.
"""

from mlcourse.check.unet.as_mask import as_mask
from mlcourse.check.unet.dice_loss import dice_loss
from mlcourse.check.unet.predict import predict
from mlcourse.check.unet.trained import trained
from mlcourse.check.unet.unet_forward import unet_forward
from mlcourse.check.unet.up_level import up_level

__all__ = ["as_mask", "dice_loss", "predict", "trained", "unet_forward", "up_level"]
