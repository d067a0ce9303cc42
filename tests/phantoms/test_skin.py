"""Synthetic pigmented lesions: naevi are even and about round, melanomas are not; the mask tells which, and where."""

import numpy as np
import pytest
import scipy.ndimage

from mlcourse.phantoms import FINDINGS, skin

NAEVUS, MELANOMA = FINDINGS.index("naevus"), FINDINGS.index("melanoma")
SEEDS = pytest.mark.parametrize("seed", range(4))


def drawn(n=24, seed=0, **options):
    """Images and masks of shape (n, rows, columns)."""
    images, masks = skin(n, rng=np.random.default_rng(seed), **options)
    return images[:, 0], masks[:, 0]


@SEEDS
def test_every_patient_has_one_lesion_of_one_kind(seed):
    _, masks = drawn(60, seed=seed, size=64)
    for mask in masks:
        kinds = set(np.unique(mask))
        assert kinds in ({0, NAEVUS}, {0, MELANOMA})
        pieces, _ = scipy.ndimage.label(mask)
        assert np.bincount(pieces[mask > 0]).max() > 0.95 * (mask > 0).sum()


@SEEDS
def test_melanomas_come_as_often_as_asked(seed):
    for share in (0.0, 0.3, 1.0):
        _, masks = skin(80, size=32, rng=np.random.default_rng(seed), malignant=share)
        is_malignant = masks.max(axis=(1, 2, 3)) == MELANOMA
        assert abs(is_malignant.mean() - share) < (0.2 if 0 < share < 1 else 1e-9)


def test_class_balance_changes_only_whom_it_changes():
    """A patient who has a naevus either way is the same patient."""
    few, many = (drawn(40, size=64, malignant=share) for share in (0.2, 0.6))
    kinds = [masks.max(axis=(1, 2)) for _, masks in (few, many)]
    same = kinds[0] == kinds[1]
    assert 0.3 < same.mean() < 0.9
    assert (kinds[1] >= kinds[0]).all()
    for one, other in zip(few, many, strict=True):
        np.testing.assert_array_equal(one[same], other[same])


def by_finding(figure, **options):
    """A figure of each patient's image and mask; those of naevi, those of melanomas."""
    images, masks = drawn(60, **options)
    kinds = masks.max(axis=(1, 2))
    figures = np.array([figure(image, mask > 0) for image, mask in zip(images, masks, strict=True)])
    return figures[kinds == NAEVUS], figures[kinds == MELANOMA]


def irregularity(_, inside):
    """By how much an outline is longer than that of an ellipse with the same spread, whatever its size."""
    rows, columns = np.nonzero(inside)
    lengths = 2 * np.sqrt(np.linalg.eigvalsh(np.cov(rows, columns)))
    y, x = rows - rows.mean(), columns - columns.mean()
    turned = np.linalg.eigh(np.cov(rows, columns))[1].T @ np.stack([y, x])
    within = (turned[0] / lengths[0]) ** 2 + (turned[1] / lengths[1]) ** 2 <= 1
    return 1 - within.mean()


def asymmetry(_, inside):
    """Share of the lesion that half a turn about its middle does not bring onto itself."""
    rows, columns = np.nonzero(inside)
    turned = np.rint(2 * rows.mean() - rows).astype(int), np.rint(2 * columns.mean() - columns).astype(int)
    return 1 - inside[np.clip(turned[0], 0, inside.shape[0] - 1), np.clip(turned[1], 0, inside.shape[1] - 1)].mean()


def spread(image, inside):
    """How far brightness varies in the inner part."""
    return image[scipy.ndimage.binary_erosion(inside, np.ones((3, 3)), 4)].std()


def softness(image, inside):
    """Steepest step across the border, as a share of the whole step from lesion to skin."""
    smooth = scipy.ndimage.gaussian_filter(image, 0.7)
    rim = scipy.ndimage.binary_dilation(inside) & ~scipy.ndimage.binary_erosion(inside)
    step = image[~scipy.ndimage.binary_dilation(inside, iterations=8)].mean() - image[inside].mean()
    return np.median(np.hypot(*np.gradient(smooth))[rim]) / step


@SEEDS
@pytest.mark.parametrize(
    ("figure", "more"), [(irregularity, 2), (asymmetry, 2), (spread, 2), (softness, 1.5)], ids=lambda v: str(v)[:20]
)
def test_a_melanoma_of_the_same_size_is_less_even_in_each_way(seed, figure, more):
    """Asymmetry, border, colours: clearly on average; no single one needs to tell every patient."""
    naevi, melanomas = by_finding(figure, seed=seed, share=0.12, noise=0.0, hairs=0.0)
    assert np.median(melanomas) > more * np.median(naevi)


@SEEDS
def test_melanomas_are_larger_and_darker_unless_told_otherwise(seed):
    size = lambda image, inside: inside.mean()  # noqa: E731
    step = lambda image, inside: image[inside].mean() - image[~inside].mean()  # noqa: E731
    naevi, melanomas = by_finding(size, seed=seed)
    assert 0.019 < naevi.min() < naevi.max() < 0.121
    assert 0.039 < melanomas.min() < melanomas.max() < 0.251
    assert np.median(melanomas) > 1.3 * np.median(naevi)
    naevi, melanomas = by_finding(step, seed=seed, noise=0.0, hairs=0.0)
    assert -0.3 < naevi.mean() < -0.1
    assert melanomas.mean() < naevi.mean() - 0.04
    naevi, melanomas = by_finding(step, seed=seed, noise=0.0, hairs=0.0, share=0.1, contrast=-0.2)
    assert abs(melanomas.mean() - naevi.mean()) < 0.03


@SEEDS
@pytest.mark.parametrize("contrast", [-0.4, -0.1, 0.1])
def test_a_lesion_has_the_contrast_that_was_asked_for(seed, contrast):
    """Within its border, against the same skin with a lesion of no contrast and no colours: the light is its quotient."""
    options = {"seed": seed, "noise": 0.0, "hairs": 0.0, "share": 0.2, "malignant": 0.0}
    images, masks = drawn(contrast=contrast, **options)
    plain, _ = drawn(contrast=0.0, **options)
    for image, flat, mask in zip(images, plain, masks, strict=True):
        inside = scipy.ndimage.binary_erosion(mask > 0, np.ones((3, 3)), 6)
        light = flat[inside] / 0.72  # skin is between 0.62 and 0.82
        assert np.mean((image - flat)[inside] / light) == pytest.approx(contrast, rel=0.2)


@SEEDS
def test_without_contrast_a_melanoma_is_as_bright_as_the_skin_and_only_colours_remain(seed):
    images, masks = drawn(seed=seed, noise=0.0, hairs=0.0, contrast=0.0, malignant=1.0, share=0.15)
    varies = []
    for image, mask in zip(images, masks, strict=True):
        inside = mask > 0
        around = scipy.ndimage.binary_dilation(inside, iterations=8) & ~scipy.ndimage.binary_dilation(
            inside, iterations=2
        )
        assert image[inside].mean() == pytest.approx(image[around].mean(), abs=0.05)
        varies.append((image[inside].std(), image[around].std()))
    lesion, skin_around = np.mean(varies, axis=0)
    assert lesion > 1.5 * skin_around


@SEEDS
def test_hairs_are_dark_thin_and_leave_the_mask_as_it_is(seed):
    for share in (0.0, 0.5, 1.0):
        with_hairs, masks = drawn(40, seed=seed, noise=0.0, hairs=share)
        without, same = drawn(40, seed=seed, noise=0.0, hairs=0.0)
        np.testing.assert_array_equal(masks, same)
        darker = without - with_hairs
        assert darker.min() >= 0
        has = (darker > 0).any(axis=(1, 2))
        assert abs(has.mean() - share) < (0.3 if share == 0.5 else 1e-9)
        if share:
            seen = darker[has] > 0.02
            assert 0.001 < seen.mean(axis=(1, 2)).min() < seen.mean(axis=(1, 2)).max() < 0.2
            wide = np.stack([scipy.ndimage.binary_opening(one, np.ones((5, 5))) for one in seen])
            assert wide.sum() < 0.05 * seen.sum()


@SEEDS
def test_the_light_is_uneven_and_slow(seed):
    images, masks = drawn(seed=seed, noise=0.0, hairs=0.0, share=0.005)
    for image, mask in zip(images, masks, strict=True):
        skin_only = np.where(scipy.ndimage.binary_dilation(mask > 0, iterations=6), np.nan, image)
        blocks = np.nanmean(skin_only.reshape(8, 16, 8, 16), axis=(1, 3))
        assert 0.03 < np.ptp(blocks) < 0.4
        assert np.nanmax(abs(np.diff(skin_only, axis=0))) < 0.03


def test_lesions_lie_inside_where_there_is_room():
    for seed in range(4):
        _, masks = drawn(seed=seed, size=(64, 100), share=0.1)
        assert not masks[:, [0, -1]].any()
        assert not masks[:, :, [0, -1]].any()


def test_half_of_an_image_is_not_too_much():
    _, masks = drawn(seed=1, share=0.5)
    assert abs((masks > 0).sum(axis=(1, 2)) - 128 * 64).max() <= 1
    _, masks = drawn(seed=1, share=0.001)
    assert abs((masks > 0).sum(axis=(1, 2)) - 16).max() <= 1
