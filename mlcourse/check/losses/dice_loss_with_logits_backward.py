"""The last quarter of the exercise `losses`: how fast the Dice loss follows each logit."""

import numpy as np

from mlcourse.check.losses.dice_loss_with_logits import dice_loss_with_logits as forward
from mlcourse.diagnosis import Exercise
from mlcourse.ops import dice_loss_backward, sigmoid, sigmoid_backward


def right(grad_output, logits, target, *, smooth=1.0):
    """Gradient of the Dice loss of ``sigmoid(logits)`` with respect to the logits."""
    return sigmoid_backward(dice_loss_backward(grad_output, sigmoid(logits), target, smooth=smooth), logits)


dice_loss_with_logits_backward = Exercise(right, answers=("grad_logits",), name="dice_loss_with_logits_backward")


def _with_gradient(rng, part):
    """Logits and masks as the forward half draws them, and a gradient that is not 1."""
    drawn, settings = forward.parts[part](rng)
    return (float(rng.choice([-2, 0.5, 3])), *drawn), settings


@dice_loss_with_logits_backward.part
def plain(rng):
    """One image with one channel; smooth is 1."""
    return _with_gradient(rng, "plain")


@dice_loss_with_logits_backward.part
def together(rng):
    """Several images and channels, with another smooth; some masks are empty, and some logits are near 1000."""
    return _with_gradient(rng, "together")


@dice_loss_with_logits_backward.misconception
def with_respect_to_the_probability(grad_output, logits, target, *, smooth=1.0):
    """Your gradient ends at the probabilities.

    The logits lie behind the sigmoid. By which factor does it pass a gradient on, and where is that factor largest?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    both, sizes = (a.sum(axis=(2, 3), keepdims=True) for a in (p * target, p + target))
    score = (2 * both + smooth) / (sizes + smooth)
    return -grad_output * (2 * target - score) / (sizes + smooth) / score.size


@dice_loss_with_logits_backward.misconception
def of_the_score(grad_output, logits, target, **settings):
    """Your gradient is that of the score: a network that follows it makes its masks worse.

    The loss is 1 minus the score. When a score grows by a little, what becomes of the loss?
    """
    return -right(grad_output, logits, target, **settings)


@dice_loss_with_logits_backward.misconception
def denominator_held_fixed(grad_output, logits, target, *, smooth=1.0):
    """Your gradient is 0 in the background, since it takes the denominator for a constant.

    A background pixel that is given more probability makes the sum of all predictions larger. Which way does that move
    the fraction?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    below = (p + target).sum(axis=(2, 3), keepdims=True) + smooth
    masks = logits.shape[0] * logits.shape[1]
    return -grad_output * 2 * target / below * p * (1 - p) / masks


@dice_loss_with_logits_backward.misconception
def denominator_not_squared(grad_output, logits, target, *, smooth=1.0):
    """Your quotient rule has the right difference above, and below it the denominator itself.

    Write the fraction as a product with a power of -1, and differentiate that. Which power of the denominator do you
    get?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    below = (p + target).sum(axis=(2, 3), keepdims=True) + smooth
    return right(grad_output, logits, target, smooth=smooth) * below


@dice_loss_with_logits_backward.misconception
def masks_not_counted(grad_output, logits, target, **settings):
    """Your gradient is as large as if there were a single mask.

    The loss is a mean over all images and channels. What does each of them contribute to it?
    """
    return right(grad_output, logits, target, **settings) * logits.shape[0] * logits.shape[1]


@dice_loss_with_logits_backward.misconception
def one_score_for_the_batch(grad_output, logits, target, **settings):
    """Your gradient belongs to a loss that counts the whole batch as one mask.

    Each image and channel has a score of its own. Does the gradient of a pixel in one image depend on another image?
    """
    flat = right(grad_output, logits.reshape(1, 1, 1, -1), target.reshape(1, 1, 1, -1), **settings)
    return flat.reshape(logits.shape)


@dice_loss_with_logits_backward.misconception
def squares_below(grad_output, logits, target, *, smooth=1.0):
    """Your gradient belongs to a loss with squares of the probabilities in its denominator.

    Here the denominator is a plain sum. By how much does it grow when one probability grows by a little?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    both, sizes = (a.sum(axis=(2, 3), keepdims=True) for a in (p * target, p**2 + target**2))
    score = (2 * both + smooth) / (sizes + smooth)
    return -grad_output * (2 * target - 2 * score * p) / (sizes + smooth) / score.size * p * (1 - p)


@dice_loss_with_logits_backward.misconception
def infinity_over_infinity(grad_output, logits, target, *, smooth=1.0):
    """Your gradient is NaN where a logit is large, since your sigmoid divides infinity by infinity there.

    The exponential of 1000 is more than a float can hold, and that of -1000 is 0. Which of them does your sigmoid need
    for a positive logit, and which for a negative one?
    """
    with np.errstate(all="ignore"):
        p = np.exp(logits) / (1 + np.exp(logits))
    both, sizes = (a.sum(axis=(2, 3), keepdims=True) for a in (p * target, p + target))
    score = (2 * both + smooth) / (sizes + smooth)
    return -grad_output * (2 * target - score) / (sizes + smooth) / score.size * p * (1 - p)
