"""Of the exercise `unet`: the Dice loss of logits, in torch, so that a network can learn by it."""

import numpy as np

from mlcourse import ops
from mlcourse.diagnosis import Exercise


def right(logits, masks, *, smooth=1.0):
    """Dice loss of ``sigmoid(logits)``, one for each image, then the mean."""
    return ops.dice_loss(ops.sigmoid(logits), masks, smooth=smooth)


dice_loss = Exercise(right, answers=("loss",), name="dice_loss")


@dice_loss.part
def batch(rng):
    """Two or three images, one of them without a vessel; smooth is 1, or another number."""
    import torch

    from mlcourse.machine import device

    shape = (rng.integers(2, 4), 1, *[(2, 3), (3, 2)][rng.integers(2)])
    count = np.prod(shape)
    drawn = (rng.choice([-1, 1], count) * (rng.permutation(count) + 1) / 4).reshape(shape)  # no two equally far from 0
    masks = rng.permuted(np.broadcast_to(np.arange(6) < 2, (shape[0], 6)), axis=1).reshape(shape)
    masks[0] = False
    # In one piece, since a student may say view.
    given = (torch.asarray(np.ascontiguousarray(a * 1.0), dtype=torch.float32, device=device()) for a in (drawn, masks))
    return tuple(given), [{}, {"smooth": float(rng.choice([0.5, 2]))}][rng.integers(2)]


@dice_loss.misconception
def sigmoid_left_out(logits, masks, *, smooth=1.0):
    """Your sums are taken over the logits, as if they were probabilities.

    A logit of 3 is no pixel counted three times, and one of -3 takes nothing away. What turns a logit into a number from
    0 to 1?
    """
    both, sizes = (logits * masks).sum((2, 3)), (logits + masks).sum((2, 3))
    with np.errstate(all="ignore"):
        return 1 - ((2 * both + smooth) / (sizes + smooth)).mean()


@dice_loss.misconception
def sigmoid_twice(logits, masks, **settings):
    """Your logits go through the sigmoid twice.

    The sigmoid of a probability lies between 0.5 and 0.73. How certain could a network then be that there is no vessel?
    """
    return right(1 / (1 + np.e**-logits), masks, **settings)


@dice_loss.misconception
def score_not_loss(logits, masks, **settings):
    """Your answer is the Dice score, so a network that makes it smaller unlearns.

    A loss is to become small. What should it be where all is right?
    """
    return 1 - right(logits, masks, **settings)


@dice_loss.misconception
def cut_to_a_mask(logits, masks, **settings):
    """Your prediction is cut to zeros and ones before it is counted.

    Then a logit that moves from 0.1 to 3 changes nothing, and the gradient is 0 everywhere. Which counts change a little
    whenever a logit does?
    """
    return right((logits > 0) * 2000.0 - 1000, masks, **settings)


@dice_loss.misconception
def whole_batch_at_once(logits, masks, **settings):
    """Your counts run over the whole batch, so that it gets a single score.

    A patient with many vessels then outvotes one with few. Whose score comes first, and what is the mean taken of?
    """
    return right(logits.reshape(1, 1, 1, -1), masks.reshape(1, 1, 1, -1), **settings)


@dice_loss.misconception
def smooth_left_out(logits, masks, *, smooth=1.0):
    """Your fraction has no smooth in it.

    Where a mask is empty there is nothing to find. Which score do you give to a network that marks nearly nothing there?
    """
    p = 1 / (1 + np.e**-logits)
    return 1 - (2 * (p * masks).sum((2, 3)) / (p + masks).sum((2, 3))).mean()


@dice_loss.misconception
def smooth_only_below(logits, masks, *, smooth=1.0):
    """Your smooth stands in the denominator only.

    Lay an empty prediction on an empty mask. All is right there, so which score should they get, and which do you give?
    """
    p = 1 / (1 + np.e**-logits)
    return 1 - (2 * (p * masks).sum((2, 3)) / ((p + masks).sum((2, 3)) + smooth)).mean()


@dice_loss.misconception
def intersection_over_union(logits, masks, *, smooth=1.0):
    """Your fraction is that of the Jaccard index: what both masks have, over what at least one of them has.

    It is a measure of its own, and always smaller. How often does Dice count what both masks have, above and below?
    """
    p = 1 / (1 + np.e**-logits)
    both, sizes = (p * masks).sum((2, 3)), (p + masks).sum((2, 3))
    return 1 - ((both + smooth) / (sizes - both + smooth)).mean()
