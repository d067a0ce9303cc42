"""The third quarter of the exercise `losses`: Dice loss of logits, one for each image and channel, then the mean."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops import dice_loss, sigmoid


def right(logits, target, *, smooth=1.0):
    """Dice loss of ``sigmoid(logits)``."""
    return dice_loss(sigmoid(logits), target, smooth=smooth)


dice_loss_with_logits = Exercise(right, answers=("loss",), name="dice_loss_with_logits")


def _map(rng, shape):
    """Logits of which no two are equally far from 0, over a mask of two or three pixels."""
    count = np.prod(shape)
    logits = rng.choice([-1, 1], count) * (rng.permutation(count) + 1) / 2
    return logits.reshape(shape), (rng.permutation(count) < rng.integers(2, 4)).reshape(shape) * 1.0


@dice_loss_with_logits.part
def plain(rng):
    """One image with one channel; smooth is 1."""
    logits, target = _map(rng, [(2, 3), (3, 2)][rng.integers(2)])
    return (logits[None, None], target[None, None]), {}


@dice_loss_with_logits.part
def together(rng):
    """Several images and channels, with another smooth; some masks are empty, and some logits are near 1000."""
    shape = [(2, 3), (3, 2)][rng.integers(2)]
    maps = [_map(rng, shape) for _ in range(6)]
    _, both_empty, nothing_there, nothing_found, certain, _ = maps
    for _, target in (both_empty, nothing_there):
        target[:] = 0
    no_lesion, positive = both_empty[0], rng.integers(4) > 0
    nothing_found[0][:] = -1000
    # Where all is empty to the last digit there is no large logit, so that one NaN can be told from the other.
    no_lesion[:] = -5 - np.abs(no_lesion) if positive else -1000
    certain[0][:] = rng.integers(8, 20, shape) * np.where(np.arange(6).reshape(shape) % 3, -100.0, 100.0)
    if not positive:
        certain[0][:] = -np.abs(certain[0])
    images, channels = rng.permutation([2, 3])
    order = rng.permutation(6)
    logits, target = (np.stack(a)[order].reshape(images, channels, *shape) for a in zip(*maps, strict=True))
    return (logits, target), {"smooth": float(rng.choice([0.25, 0.5, 2]))}


@dice_loss_with_logits.misconception
def score_not_loss(logits, target, **settings):
    """Your answer is the Dice score, which is 1 for masks that agree.

    A loss is to become small. What should it be where all is right?
    """
    return 1 - right(logits, target, **settings)


@dice_loss_with_logits.misconception
def sigmoid_left_out(logits, target, *, smooth=1.0):
    """Your sums are taken over the logits, as if they were probabilities.

    A logit of 3 is no pixel counted three times, and one of -3 takes nothing away. What turns a logit into a number from
    0 to 1?
    """
    both, sizes = (logits * target).sum(axis=(2, 3)), (logits + target).sum(axis=(2, 3))
    with np.errstate(all="ignore"):
        return (1 - (2 * both + smooth) / (sizes + smooth)).mean()


@dice_loss_with_logits.misconception
def cut_at_one_half(logits, target, **settings):
    """Your prediction is cut at one half to a mask of zeros and ones before it is counted.

    Then a logit that moves from 0.1 to 3 changes nothing, so no gradient could tell a network what to do. Which counts
    change a little whenever a logit does?
    """
    return right(np.where(logits > 0, 1000.0, -1000.0), target, **settings)


@dice_loss_with_logits.misconception
def smooth_only_below(logits, target, *, smooth=1.0):
    """Your smooth stands in the denominator only.

    Lay an empty prediction on an empty mask. All is right there, so which score should they get, and which do you give?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    both, sizes = (p * target).sum(axis=(2, 3)), (p + target).sum(axis=(2, 3))
    return (1 - 2 * both / (sizes + smooth)).mean()


@dice_loss_with_logits.misconception
def smooth_left_out(logits, target, *, smooth=1.0):
    """Your fraction has no smooth in it.

    Lay an empty prediction on an empty mask. What is divided by what?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    both, sizes = (p * target).sum(axis=(2, 3)), (p + target).sum(axis=(2, 3))
    with np.errstate(all="ignore"):
        return (1 - 2 * both / sizes).mean()


@dice_loss_with_logits.misconception
def squared_denominator(logits, target, *, smooth=1.0):
    """Your denominator adds up squares of the probabilities.

    There is a Dice loss that does so, but here plain sums are asked for. For zeros and ones the two are the same: which
    of your numbers are neither?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    both, sizes = (p * target).sum(axis=(2, 3)), (p**2 + target**2).sum(axis=(2, 3))
    return (1 - (2 * both + smooth) / (sizes + smooth)).mean()


@dice_loss_with_logits.misconception
def intersection_over_union(logits, target, *, smooth=1.0):
    """Your fraction is that of the Jaccard index: what both masks have, over what at least one of them has.

    It is a measure of its own, and always smaller. How often does Dice count what both masks have, above and below?
    """
    p = np.exp(-np.logaddexp(0, -logits))
    both, sizes = (p * target).sum(axis=(2, 3)), (p + target).sum(axis=(2, 3))
    return (1 - (both + smooth) / (sizes - both + smooth)).mean()


@dice_loss_with_logits.misconception
def whole_batch_at_once(logits, target, **settings):
    """Your counts run over the whole batch, so that it gets a single score.

    A large lesion in one image then hides that a small one in another was missed. Whose score comes first, and what is
    the mean taken of?
    """
    return right(logits.reshape(1, 1, 1, -1), target.reshape(1, 1, 1, -1), **settings)


@dice_loss_with_logits.misconception
def channels_together(logits, target, **settings):
    """Your counts run over all channels of an image, so that an image gets a single score.

    A channel is a class of its own, such as the liver or a tumour in it. Over which axes may be counted, and over which
    may not?
    """
    images = len(logits)
    return right(logits.reshape(images, 1, 1, -1), target.reshape(images, 1, 1, -1), **settings)


@dice_loss_with_logits.misconception
def exponential_too_large(logits, target, *, smooth=1.0):
    """Your sigmoid divides infinity by infinity where a logit is large, so your loss is NaN.

    No float can hold the exponential of 1000, while that of -1000 is merely 0. What happens to the fraction of the
    sigmoid when you divide both its halves by its exponential?
    """
    with np.errstate(all="ignore"):
        p = np.exp(logits) / (1 + np.exp(logits))
    both, sizes = (p * target).sum(axis=(2, 3)), (p + target).sum(axis=(2, 3))
    return (1 - (2 * both + smooth) / (sizes + smooth)).mean()
