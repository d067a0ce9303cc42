"""The second quarter of the exercise `losses`: how fast the focal loss follows each logit."""

import numpy as np

from mlcourse.check.losses.focal_loss import focal_loss as forward
from mlcourse.diagnosis import Exercise
from mlcourse.ops import focal_loss_backward as right

focal_loss_backward = Exercise(right, answers=("grad_logits",))


def _with_gradient(rng, part):
    """Logits and masks as the forward half draws them, and a gradient that is not 1."""
    drawn, settings = forward.parts[part](rng)
    return (float(rng.choice([-2, 0.5, 3])), *drawn), settings


@focal_loss_backward.part
def plain(rng):
    """Two small images with one channel; gamma is 2, and there is no alpha."""
    return _with_gradient(rng, "plain")


@focal_loss_backward.part
def weighted(rng):
    """Several images and channels, with alpha and with another gamma, which may be 0."""
    return _with_gradient(rng, "weighted")


@focal_loss_backward.part
def extreme(rng):
    """One image, now and then a large one, with logits near 1000 and near -1000, right ones and wrong ones."""
    return _with_gradient(rng, "extreme")


@focal_loss_backward.misconception
def upstream_left_out(grad_output, logits, target, **settings):
    """Your gradient is the same whatever grad_output is.

    If the focal loss is counted three times in a larger loss, how fast does the larger one follow a logit?
    """
    return right(1.0, logits, target, **settings)


@focal_loss_backward.misconception
def mean_left_out(grad_output, logits, target, **settings):
    """Your gradient belongs to the sum over the pixels.

    The loss is their mean. By how much does a mean of twelve numbers grow when one of them grows by 1?
    """
    return right(grad_output, logits, target, **settings) * logits.size


@focal_loss_backward.misconception
def with_respect_to_p(grad_output, logits, target, **settings):
    """Your gradient says how fast the loss follows the probability, not the logit.

    The sigmoid lies between the two. How fast does it follow the logit, and where does the chain rule put that number?
    """
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-logits))
        return right(grad_output, logits, target, **settings) / (p * (1 - p))


@focal_loss_backward.misconception
def focus_held_fixed(grad_output, logits, target, *, gamma=2.0, alpha=None):
    """Your gradient takes the power for a constant: it is multiplied by it, but the power itself does not move.

    Change a logit, and the cross-entropy changes, and the power in front of it as well. What is the rule for a product?
    """
    against = (1 - 2 * target) * logits
    missing = np.exp(against - np.logaddexp(0, against))
    weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    return grad_output * weight * (1 - 2 * target) * missing ** (gamma + 1) / logits.size


@focal_loss_backward.misconception
def terms_subtracted(grad_output, logits, target, *, gamma=2.0, alpha=None):
    """Your two terms work against each other: one of them has the wrong sign.

    When the truth becomes more likely, does the cross-entropy grow or shrink? And the power in front of it?
    """
    against = (1 - 2 * target) * logits
    surprise = np.logaddexp(0, against)
    missing = np.exp(against - surprise)
    weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    slope = missing**gamma * (missing - gamma * np.exp(-surprise) * surprise)
    return grad_output * weight * (1 - 2 * target) * slope / logits.size


@focal_loss_backward.misconception
def exponent_not_lowered(grad_output, logits, target, *, gamma=2.0, alpha=None):
    """Your power keeps its exponent where it is differentiated.

    The slope of a square is twice the number itself. What has become of the 2 that was the exponent?
    """
    against = (1 - 2 * target) * logits
    surprise = np.logaddexp(0, against)
    missing = np.exp(against - surprise)
    weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    slope = missing**gamma * (missing + gamma * np.exp(-surprise) * missing * surprise)
    return grad_output * weight * (1 - 2 * target) * slope / logits.size


@focal_loss_backward.misconception
def background_drawn_upwards(grad_output, logits, target, **settings):
    """Your gradient has the right size everywhere, but in the background its sign is that of a lesion.

    A larger logit makes the loss of a lesion pixel smaller. What does it make of the loss of a background pixel?
    """
    return right(grad_output, logits, target, **settings) * np.where(target == 1, 1, -1)


@focal_loss_backward.misconception
def zero_times_infinity(grad_output, logits, target, *, gamma=2.0, alpha=None):
    """Your gradient is NaN or infinite where the network is certain: where a logit is very large, or very negative.

    There a probability is 0 to the last digit, its logarithm is infinite, and no rule says what their product is. How
    large should the gradient be there? Which product is it that you could write with the logit instead?
    """
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-logits))
        p_true = np.where(target == 1, p, 1 - p)
        weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
        slope = (1 - p_true) ** gamma * (1 - p_true - gamma * p_true * np.log(p_true))
        return grad_output * weight * (1 - 2 * target) * slope / logits.size


@focal_loss_backward.misconception
def nothing_when_certain(grad_output, logits, target, **settings):
    """Your gradient is 0 where the network is certain, also where it is certain and wrong.

    That is where there is most to learn. The slope of the sigmoid is nearly 0 there, and the slope of the logarithm is
    huge. What is their product, worked out on paper before any number is put in?
    """
    return np.where(np.abs(logits) < 700, right(grad_output, logits, target, **settings), 0)
