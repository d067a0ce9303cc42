"""The exercise `losses`: focal loss and Dice loss of logits, each with its gradient.

One file a function: a misconception may use ``right``, which is another function in each.
"""

from mlcourse.check.losses.dice_loss_with_logits import dice_loss_with_logits
from mlcourse.check.losses.dice_loss_with_logits_backward import dice_loss_with_logits_backward
from mlcourse.check.losses.focal_loss import focal_loss
from mlcourse.check.losses.focal_loss_backward import focal_loss_backward

__all__ = ["dice_loss_with_logits", "dice_loss_with_logits_backward", "focal_loss", "focal_loss_backward"]
