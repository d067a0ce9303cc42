"""The first quarter of the exercise `losses`: focal loss of logits, the mean over all pixels."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops import focal_loss as right

focal_loss = Exercise(right, answers=("loss",))


def _draw(rng, images, channels):
    """Logits of which no two are equally far from 0, over masks with a lesion in every fourth pixel."""
    shape = (images, channels, *[(2, 3), (3, 2)][rng.integers(2)])
    count = np.prod(shape)
    logits = rng.choice([-1, 1], count) * (rng.permutation(count) + 1) / 8
    target = rng.permutation(count) < count // 4
    return logits.reshape(shape), target.reshape(shape) * 1.0


@focal_loss.part
def plain(rng):
    """Two small images with one channel; gamma is 2, and there is no alpha."""
    return _draw(rng, 2, 1), {}


@focal_loss.part
def weighted(rng):
    """Several images and channels, with alpha and with another gamma, which may be 0."""
    drawn = _draw(rng, *rng.permutation([2, 3]))
    return drawn, {"gamma": float(rng.choice([0, 0.5, 1, 3])), "alpha": float(rng.choice([0.25, 0.75, 0.9]))}


@focal_loss.part
def extreme(rng):
    """One image, now and then a large one, with logits near 1000 and near -1000, right ones and wrong ones."""
    rows, columns = [(3, 4), (4, 3), (3, 5), (20, 50)][rng.integers(4)]
    logits, target = np.full(rows * columns, -1000.0), np.zeros(rows * columns)  # certain, and right
    pixels = rng.permutation(rows * columns)
    logits[pixels[:6]] = rng.choice([-1, 1], 6) * (rng.permutation(6) + 1) / 2
    logits[pixels[6:9]] = rng.integers(8, 20, 3) * 100.0 * [1, -1, 1]
    target[pixels[[0, 1, 2, 6, 7]]] = 1  # pixel 6 is right, 7 and 8 are wrong
    shape = 1, 1, rows, columns
    return (logits.reshape(shape), target.reshape(shape)), {"gamma": float(rng.integers(1, 4))}


@focal_loss.misconception
def sum_not_mean(logits, target, **settings):
    """Your loss is the sum over the pixels, where it should be their mean.

    Then an image of twice the size costs twice as much. What does a mean do after it has added up?
    """
    return right(logits, target, **settings) * logits.size


@focal_loss.misconception
def divided_by_the_foreground(logits, target, **settings):
    """Your sum over all pixels is divided by the number of lesion pixels.

    In object detection that is usual, but here the mean is asked for. What would become of an image without a lesion?
    """
    return right(logits, target, **settings) * logits.size / target.sum()


@focal_loss.misconception
def logarithm_to_base_ten(logits, target, **settings):
    """Your logarithm is the one to base ten.

    A prediction of 0.9 that was right has a cross-entropy of 0.105. Which logarithm gives that number?
    """
    return right(logits, target, **settings) / np.log(10)


@focal_loss.misconception
def alpha_on_the_wrong_class(logits, target, *, gamma=2.0, alpha=None):
    """Your alpha is on the background, and the lesion gets what is left.

    In the table above, which class weighs alpha, and which gets the rest? A large alpha is for those who fear to miss
    a lesion.
    """
    return right(logits, target, gamma=gamma, alpha=None if alpha is None else 1 - alpha)


@focal_loss.misconception
def alpha_for_both_classes(logits, target, *, gamma=2.0, alpha=None):
    """Your alpha multiplies every pixel, so it makes the whole loss smaller and favours nobody.

    The lesion is weighted with alpha. What is the background weighted with?
    """
    return (1 if alpha is None else alpha) * right(logits, target, gamma=gamma)


@focal_loss.misconception
def background_forgotten(logits, target, *, gamma=2.0, alpha=None):
    """Your loss comes from the lesion alone: a pixel of the background costs nothing, whatever is predicted there.

    With such a loss, what would a network gain by calling every pixel a lesion? What should that cost?
    """
    return (1 if alpha is None else alpha) * right(logits, target, gamma=gamma, alpha=1.0)


@focal_loss.misconception
def focus_reversed(logits, target, *, gamma=2.0, alpha=None):
    """Your power is the wrong way round: it makes hard pixels small and leaves easy ones as they are.

    Where the truth was given a probability of 0.9, the loss should become a hundredth of the cross-entropy. Which
    number has that as its square?
    """
    against = (1 - 2 * target) * logits
    surprise = np.logaddexp(0, against)
    weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    return (weight * np.exp(-surprise) ** gamma * surprise).mean()


@focal_loss.misconception
def focus_of_the_mean(logits, target, *, gamma=2.0, alpha=None):
    """Your power is taken once, of the mean over all pixels, where each pixel has one of its own.

    The mean cannot tell which pixels were easy. When must it be taken, so that each pixel counts by how hard it is?
    """
    cross_entropy = right(logits, target, gamma=0.0)
    return (1 - np.exp(-cross_entropy)) ** gamma * right(logits, target, gamma=0.0, alpha=alpha)


@focal_loss.misconception
def logarithm_of_zero(logits, target, *, gamma=2.0, alpha=None):
    """Your loss is NaN or infinite where the network is certain: where a logit is very large, or very negative.

    For a logit of -1000 the sigmoid is 0 to the last digit, and for 1000 there is an exponential that no float can hold.
    How large should the loss be there? It can be had from the logit, without the probability.
    """
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-logits))
        p_true = np.where(target == 1, p, 1 - p)
        weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
        return -(weight * (1 - p_true) ** gamma * np.log(p_true)).mean()


@focal_loss.misconception
def probability_cut(logits, target, *, gamma=2.0, alpha=None):
    """Your probabilities are cut off at 0.0000001, so no pixel can cost more than about 16.

    That keeps the logarithm from 0, but it also stops asking for more where the network is most wrong. A pixel with a
    logit of -1000 in a lesion should cost 1000. Which form of the loss gives that?
    """
    with np.errstate(over="ignore"):
        p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    p_true = np.where(target == 1, p, 1 - p)
    weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    return -(weight * (1 - p_true) ** gamma * np.log(p_true)).mean()
