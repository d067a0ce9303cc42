"""The operations told: each is the naive loop, and says after every number where it came from.

``record(walkthroughs.conv2d(x, w))`` gives the story as data, ``Player(walkthroughs.conv2d, x, w)`` shows it.
"""

from mlcourse.walkthroughs.conv import conv2d, conv2d_backward
from mlcourse.walkthroughs.learning import descent, training_step
from mlcourse.walkthroughs.regression import mse_loss, mse_loss_backward

__all__ = ["conv2d", "conv2d_backward", "descent", "mse_loss", "mse_loss_backward", "training_step"]
