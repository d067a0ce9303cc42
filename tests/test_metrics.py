"""Scores of masks: against MONAI's and SciPy's, on squares whose distance is known, and where nothing is there."""

import doctest

import numpy as np
import pytest
import torch
from scipy.ndimage import binary_erosion, distance_transform_edt

from mlcourse import metrics
from mlcourse.metrics import dice, hausdorff95, iou


def blobs(seed, shape=(3, 2, 17, 23)):
    """Two different masks that overlap."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[2], : shape[3]]
    masks = np.zeros((2, *shape), bool)
    for index in np.ndindex(2, *shape[:2]):
        centre, radius = rng.uniform((5, 7), (12, 16)), rng.uniform(2, 5)
        masks[index] = np.hypot(rows - centre[0], columns - centre[1]) < radius
    return masks


def by_distance_transform(a, b, spacing):
    """Each outline pixel's distance to the other outline, and of all distances of one direction the 95th percentile."""
    outline_a, outline_b = (mask & ~binary_erosion(mask) for mask in (a, b))
    to_b = distance_transform_edt(~outline_b, sampling=spacing)[outline_a]
    to_a = distance_transform_edt(~outline_a, sampling=spacing)[outline_b]
    return max(np.percentile(to_b, 95), np.percentile(to_a, 95))


@pytest.mark.parametrize("seed", range(4))
def test_scores_are_those_of_sets(seed):
    a, b = blobs(seed)
    both, either = (a & b).sum((2, 3)), (a | b).sum((2, 3))
    np.testing.assert_allclose(iou(a, b), both / either, rtol=1e-15)
    np.testing.assert_allclose(dice(a, b), 2 * both / (a.sum((2, 3)) + b.sum((2, 3))), rtol=1e-15)
    np.testing.assert_allclose(iou(a, b), dice(a, b) / (2 - dice(a, b)), rtol=1e-12)
    np.testing.assert_array_equal(dice(torch.tensor(a), torch.tensor(b).to(torch.uint8)), dice(a, b * 1.0))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("spacing", [1.0, 0.5, (2.0, 0.7)], ids=str)
def test_the_distance_is_that_of_the_outlines(seed, spacing):
    a, b = blobs(seed)
    steps = np.broadcast_to(spacing, 2)
    expected = [
        [by_distance_transform(*pair, steps) for pair in zip(*images, strict=True)] for images in zip(a, b, strict=True)
    ]
    np.testing.assert_allclose(hausdorff95(a, b, spacing=spacing), expected, rtol=1e-5)
    np.testing.assert_allclose(hausdorff95(b, a, spacing=spacing), expected, rtol=1e-5)


def test_a_square_moved_by_five_rows_lies_five_rows_away():
    a, b = np.zeros((2, 1, 1, 40, 30))
    a[..., 5:15, 5:20], b[..., 10:20, 5:20] = 1, 1
    assert hausdorff95(a, b).tolist() == [[5]]
    assert hausdorff95(a, b, spacing=(0.8, 3)).tolist() == [[pytest.approx(4)]]
    stray = b.copy()
    stray[..., 39, 29] = 1  # one pixel far away
    assert hausdorff95(a, stray).tolist() == [[5]]


def test_empty_masks_are_told_apart():
    empty, something = np.zeros((1, 1, 6, 7)), np.ones((1, 1, 6, 7))
    for first, second, overlap, distance in (
        (empty, empty, 1, 0),
        (empty, something, 0, np.inf),
        (something, empty, 0, np.inf),
        (something, something, 1, 0),
    ):
        assert dice(first, second) == iou(first, second) == overlap
        assert hausdorff95(first, second) == distance


# name: (wrong call, what the message says)
m = np.ones((1, 1, 4, 5))
WRONG = {
    "probabilities": (lambda: dice(m * 0.3, m), ("prediction contains 0.3", "0 and 1", "prediction > 0.5")),
    "a mask of 255": (lambda: iou(m, m * 255), ("target contains 255", "target > 0.5")),
    "not a number": (lambda: dice(m * np.nan, m), ("prediction contains nan",)),
    "shapes": (lambda: dice(m, m[..., :3]), ("(1, 1, 4, 5)", "(1, 1, 4, 3)", "the same")),
    "an image alone": (lambda: hausdorff95(m[0, 0], m[0, 0]), ("shape (4, 5)", "(N, C, H, W)", "mask[None, None]")),
    "spacing": (lambda: hausdorff95(m, m, spacing=(1, 1, 1)), ("spacing is (1, 1, 1)", "or 2, one for each axis")),
    "no spacing": (lambda: hausdorff95(m, m, spacing=0), ("spacing is 0", "positive")),
}  # fmt: skip


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG)
def test_what_is_no_mask_is_told(call, words):
    with pytest.raises(ValueError, match="expected") as caught:
        call()
    for word in words:
        assert word in str(caught.value)


def test_the_examples_in_the_docstrings_come_true():
    assert doctest.testmod(metrics).attempted
    assert not doctest.testmod(metrics).failed
