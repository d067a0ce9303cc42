"""The numbers of losses that the lecture shows, by public functions, and the examples in the docstrings."""

import doctest

import numpy as np
import pytest

from mlcourse import ops
from mlcourse.ops import cross_entropy, dice, focal, generalized_dice, regression, tversky


def mask(*pixels, size=(3, 4)):
    a = np.zeros((1, 1, *size))
    for pixel in pixels:
        a[0, 0][pixel] = 1
    return a


def test_the_numbers_of_the_slides(xp):
    p, t = xp.array(np.array([0.3, 0.9])), xp.array(np.array([1.0, 1.0]))
    assert xp.numpy(ops.binary_cross_entropy(p, t, reduction="none")).round(3).tolist() == [1.204, 0.105]
    two, others, none = mask((0, 0), (0, 1)), mask((2, 0), (2, 1)), mask()
    scores = [(two, two, 1), (two, others, 0.2), (none, none, 1), (mask((0, 0)), two, 0.75), (mask((0, 0)), none, 0.5)]
    for a, b, score in scores:
        xp.assert_close(ops.dice_score(xp.array(a), xp.array(b)), np.array(score * 1.0))
        xp.assert_close(ops.dice_loss(xp.array(a), xp.array(b)), np.array(1.0 - score), tolerance=1e-15)
    found, truth = np.zeros((2, 1, 10, 11)), np.zeros((2, 1, 10, 11))
    found[0, 0, :, :10] = truth[0, 0, :, :10] = truth[1, 0, :2, :2] = 1  # 100 pixels found whole, 4 missed
    assert round(float(ops.dice_score(xp.array(found), xp.array(truth), batch=True)), 3) == 0.980
    assert round(float(ops.dice_score(xp.array(found), xp.array(truth))), 3) == 0.600


@pytest.mark.parametrize(("p_t", "times"), [(0.9, 100), (0.5, 4), (0.968, 1000)])
def test_focal_loss_hears_what_is_right_so_many_times_less(p_t, times):
    logit = np.log([p_t / (1 - p_t)])
    for x, t in ((logit, 1), (-logit, 0)):
        target = np.array([t])
        ratio = ops.binary_cross_entropy_with_logits(x, target) / ops.focal_loss(x, target)
        assert ratio == pytest.approx(times, rel=0.03)
        assert ops.focal_loss(x, target, alpha=0.25) == pytest.approx(ops.focal_loss(x, target) * (0.25 if t else 0.75))


def test_tversky_of_halves_is_dice_with_twice_the_smooth():
    rng = np.random.default_rng(7)
    p, t = rng.uniform(0.02, 0.98, (2, 3, 4, 5)), rng.integers(0, 2, (2, 3, 4, 5))
    assert ops.tversky_loss(p, t, smooth=1.5) == pytest.approx(ops.dice_loss(p, t, smooth=3.0), rel=1e-14)
    more_wrong = np.clip(p + 0.1, 0, 1)
    costs = [ops.tversky_loss(more_wrong, t, alpha=a) - ops.tversky_loss(p, t, alpha=a) for a in (0.1, 0.5, 2.0)]
    assert costs == sorted(costs)  # alpha is the price of what is wrongly marked


@pytest.mark.parametrize(
    "module", [regression, cross_entropy, focal, dice, tversky, generalized_dice], ids=lambda m: m.__name__
)
def test_the_examples_in_the_docstrings_come_true(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
