"""Of the exercise `unet`: masks as they are stored, 0 and 255, become masks of zeros and ones."""

import numpy as np

from mlcourse.diagnosis import Exercise


def right(stored):
    """Zeros and ones, in torch's float32."""
    return (stored > 0) * 1.0


as_mask = Exercise(right, answers=("masks",), name="as_mask")


@as_mask.part
def stored(rng):
    """Bytes of 0 and 255, as an image file holds them; the last mask is empty."""
    import torch

    from mlcourse.machine import device

    masks = rng.random((rng.integers(2, 4), 1, *[(2, 3), (3, 2), (3, 4)][rng.integers(3)])) < 0.4
    masks[0, 0, 0, :2] = True, False  # in the first there are always both
    masks[-1] = False
    return (torch.asarray(masks * 255, dtype=torch.uint8, device=device()),), {}


@as_mask.misconception
def still_255(stored):
    """Your masks still hold 255.

    A Dice loss lays a probability from 0 to 1 on the mask. What does it take a vessel of 255 for?
    """
    return stored * 1.0


@as_mask.misconception
def divided_by_256(stored):
    """Your vessels are a little less than 1.

    A byte has 256 values. Which is the largest of them?
    """
    return stored / 256


@as_mask.misconception
def divided_by_the_mean(stored):
    """Your masks are divided by a number that is taken from the masks themselves.

    The same vessel would then weigh more in one patient than in another. What does 255 stand for, in every file?
    """
    return stored / (stored * 1.0).mean()


@as_mask.misconception
def vessels_and_rest_exchanged(stored):
    """Your masks are 1 where there is no vessel.

    Which of the two numbers in the file stands for a vessel?
    """
    return 1 - right(stored)


@as_mask.misconception
def between_minus_one_and_one(stored):
    """Your masks run from -1 to 1, as some people scale images.

    A mask is no image: it is the probability that is wanted. Which number says that there is certainly no vessel?
    """
    return 2 * right(stored) - 1


@as_mask.misconception
def empty_mask_divided(stored):
    """Each of your masks is divided by its own largest number, and in an empty mask that is 0.

    A patient without a vessel in the image is a patient as well. Which number could you divide by in every mask?
    """
    with np.errstate(all="ignore"):
        return right(stored) / (right(stored).sum((1, 2, 3), keepdims=True) > 0)
