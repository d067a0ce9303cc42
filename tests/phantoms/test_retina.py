"""Synthetic retinas: vessels that hang together and taper, a disc, a fovea, lesions, and a mask that fits the image."""

from types import SimpleNamespace

import numpy as np
import pytest
import scipy.ndimage

from mlcourse.phantoms import STRUCTURES, retina, vessels
from mlcourse.phantoms.retina import DISC, EXUDATE, HAEMORRHAGE

SIZES = [(64, 64), (128, 128), (90, 130)]
BACKGROUND, FUNDUS, DISC_LABEL, THIN, THICK, LESION = range(len(STRUCTURES))
EIGHT = np.ones((3, 3))


def drawn(n=12, seed=0, **options):
    """Images and masks of shape (n, rows, columns)."""
    images, masks = retina(n, rng=np.random.default_rng(seed), **options)
    return images[:, 0], masks[:, 0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_eye_has_every_structure_inside_a_round_field(seed, size):
    _, masks = drawn(seed=seed, size=size)
    rows, columns = np.indices(size) - (np.array(size)[:, None, None] - 1) / 2
    away = np.hypot(rows, columns) / (min(size) / 2)
    for mask in masks:
        assert set(np.unique(mask)) == set(range(LESION))  # no lesion was asked for
        assert (mask[away > 0.97] == BACKGROUND).all()
        assert (mask[away < 0.89] != BACKGROUND).all()
        assert 0.01 < (mask == DISC_LABEL).sum() / (min(size) / 2) ** 2 < 0.08  # what vessels leave of it


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [32, 64, 128, (90, 130)], ids=str)
def test_every_vessel_hangs_together_with_the_disc(seed, size):
    """Without a gap, thin ones too: everything that is no fundus is one piece, and its thick part is another."""
    _, masks = drawn(40, seed=seed, size=size)
    for mask in masks:
        assert scipy.ndimage.label(mask >= DISC_LABEL, EIGHT)[1] == 1
        assert scipy.ndimage.label((mask == THICK) | (mask == DISC_LABEL), EIGHT)[1] == 1


@pytest.mark.parametrize("seed", range(3))
def test_thin_vessels_are_thin_and_thick_ones_are_thicker(seed):
    """A square wider than thin vessels fits nowhere into them, but where some meet; a narrower one fits into thick ones."""

    def part_where_it_fits(masks, label, side):
        inside = [scipy.ndimage.binary_opening(mask == label, np.ones((side, side))) for mask in masks]
        return np.sum(inside) / np.sum(masks == label)

    for size, fits_thick, too_wide_for_thin in ((64, 1, 3), (128, 2, 3), (256, 3, 5)):  # thin: up to 1, 2, 4 pixels
        _, masks = drawn(seed=seed, size=size)
        assert part_where_it_fits(masks, THIN, too_wide_for_thin) < 0.06
        assert part_where_it_fits(masks, THICK, fits_thick) > 0.95
        assert part_where_it_fits(masks, THICK, too_wide_for_thin) > 2 * part_where_it_fits(
            masks, THIN, too_wide_for_thin
        )


@pytest.mark.parametrize("seed", range(3))
def test_vessels_taper_from_the_disc_outwards(seed):
    """So the thick ones lie nearer to it."""
    _, masks = drawn(20, seed=seed)
    for mask in masks:
        middle = np.argwhere(mask == DISC_LABEL).mean(axis=0)
        near, far = (np.hypot(*(np.argwhere(mask == label) - middle).T).mean() for label in (THICK, THIN))
        assert near < 0.85 * far


@pytest.fixture
def grown(monkeypatch):
    """Eyes, their trees as `vessels.grow` returned them, and the trunks, branches and twigs these were made of."""
    kept, grow, joined = [], vessels.grow, vessels._joined

    def keeping(eyes, unit, outside):
        kept[:0] = eyes, grow(eyes, unit, outside)
        return kept[1]

    monkeypatch.setattr(vessels, "grow", keeping)
    monkeypatch.setattr(vessels, "_joined", lambda *generations: kept.append(generations) or joined(*generations))
    drawn(8, size=128)
    return kept


def test_vessels_leave_the_disc_stay_in_the_field_and_spare_the_fovea(grown):
    eyes, tree, _ = grown
    place = np.stack([tree.down, tree.right], axis=1)
    field, fovea = eyes.field[tree.patient], eyes.fovea[tree.patient]
    assert (np.hypot(*place.T) <= field - 0.03 + 1e-5).all()
    assert (np.hypot(*(place - fovea).T) >= 0.13 - 1e-5).all()
    assert abs(eyes.disc - DISC * np.stack([np.ones(8), eyes.nose], axis=1)).max() <= 0.05 + 1e-6
    for patient, disc in enumerate(eyes.disc):
        own = place[tree.patient == patient]
        assert (np.hypot(*(own - disc).T) < 1e-6).sum() == len(vessels.TRUNKS)  # each trunk begins there
        for above in (-1, 1):  # and some run above the fovea to the temple, some below, some to the nose
            towards_nose = (own[:, 1] - disc[1]) * eyes.nose[patient]
            there = above * (own[:, 0] - disc[0]) > 0.3
            assert (there & (towards_nose < -0.5)).any()
            assert (there & (towards_nose > -0.1)).any()
    np.testing.assert_allclose(np.hypot(tree.turned_down, tree.turned_right), 1, rtol=1e-5)
    assert tree.width.min() >= vessels.THINNEST
    assert set(np.unique(tree.darkness)) == {np.float32(0.30), np.float32(0.42)}


def test_branches_begin_on_living_vessels_and_samples_are_a_pixel_apart(grown):
    eyes, tree, generations = grown
    parents = None
    for one, children in zip(generations, (None, vessels.BRANCHES, vessels.TWIGS), strict=True):
        apart = np.hypot(np.diff(one.down, axis=1), np.diff(one.right, axis=1)) * 64
        np.testing.assert_allclose(apart, 1, rtol=1e-3)
        assert (np.diff(one.alive.astype(int), axis=1) <= 0).all()  # nothing lives behind an end
        assert (np.diff(one.width, axis=1) <= 0).all()
        if parents:
            for patient, vessel in np.argwhere(one.alive[:, 0]):
                above = patient, slice(None), vessel // children
                where = (parents.down[above] == one.down[patient, 0, vessel]) & parents.alive[above]
                assert (where & (parents.right[above] == one.right[patient, 0, vessel])).any()
                assert one.width[patient, 0, vessel] <= 0.8 * parents.width[above][where].max() + vessels.THINNEST
        parents = one
    assert len(tree.down) == sum(one.alive.sum() for one in generations)
    for patient in range(len(eyes.disc)):
        assert (tree.patient == patient).sum() == sum(one.alive[patient].sum() for one in generations)


@pytest.mark.parametrize("seed", range(3))
def test_the_image_fits_the_mask(seed):
    """Without noise: blood darker than the fundus around it, thick more than thin; disc brighter; nothing outside."""
    images, masks = drawn(seed=seed, noise=0.0)
    for image, mask in zip(images, masks, strict=True):
        fundus = np.median(image[mask == FUNDUS])
        around = scipy.ndimage.binary_dilation(mask >= THIN, EIGHT, 3) & (mask == FUNDUS)
        rows, columns = np.indices(mask.shape) - np.argwhere(mask == DISC_LABEL).mean(axis=0)[:, None, None]
        far = np.hypot(rows, columns) > 26  # the disc shines through
        thin, thick = (np.mean(image[far & (mask == k)]) / image[far & around].mean() for k in (THIN, THICK))
        assert thick < thin < 0.92
        assert 0.58 < thick < 0.8
        assert image[mask == DISC_LABEL].mean() > 1.25 * fundus
        outside = ~scipy.ndimage.binary_dilation(mask != BACKGROUND, EIGHT)
        assert (image[outside] == 0).all()
        assert 0.25 < fundus < 0.55


def test_blood_takes_the_same_share_of_the_light_on_fundus_and_disc(monkeypatch):
    images, masks = drawn(noise=0.0)
    grow = vessels.grow

    def without_blood(*given):
        tree = grow(*given)
        return SimpleNamespace(**vars(tree) | {"darkness": 0 * tree.darkness})

    monkeypatch.setattr(vessels, "grow", without_blood)
    clear, same = drawn(noise=0.0)
    np.testing.assert_array_equal(masks, same)
    thick = masks == THICK
    for there in (thick & (clear > 0.6), thick & (clear < 0.45)):  # the disc and its surroundings, the fundus
        assert (images[there] / clear[there]).min() == pytest.approx(1 - 0.42, abs=1e-3)
    assert (images[masks == FUNDUS] / clear[masks == FUNDUS]).max() == pytest.approx(1)


def test_the_fovea_is_the_darkest_region_of_the_fundus():
    for seed in range(3):
        images, masks = drawn(8, seed=seed, noise=0.0)
        for image, mask in zip(images, masks, strict=True):
            smooth = scipy.ndimage.gaussian_filter(np.where(mask == FUNDUS, image, np.median(image[mask == FUNDUS])), 4)
            rows, columns = np.indices(mask.shape) - 63.5
            smooth[np.hypot(rows, columns) > 45] = 1
            darkest = np.array(np.unravel_index(smooth.argmin(), smooth.shape)) - 63.5
            disc = np.argwhere(mask == DISC_LABEL).mean(axis=0) - 63.5
            assert abs(darkest[0] - 0.06 * 64) < 10
            assert abs(darkest[1] + np.sign(disc[1]) * 0.16 * 64) < 10


@pytest.mark.parametrize("seed", range(3))
def test_the_light_falls_off_towards_the_rim(seed):
    """On average; of one eye, its own spots may hide it."""
    images, masks = drawn(30, seed=seed, size=64, noise=0.0)
    away = np.hypot(*(np.indices((64, 64)) - 31.5)) / 32
    inner, outer = (images[(masks == FUNDUS) & ring].mean() for ring in ((away > 0.35) & (away < 0.55), away > 0.7))
    assert 0.85 < outer / inner < 0.99


@pytest.mark.parametrize("seed", range(3))
def test_half_of_the_eyes_are_right_ones(seed):
    _, masks = drawn(60, seed=seed, size=64)
    right = [np.argwhere(mask == DISC_LABEL)[:, 1].mean() > 31.5 for mask in masks]
    assert 0.25 < np.mean(right) < 0.75


@pytest.mark.parametrize("seed", range(3))
def test_lesions_come_as_often_as_asked_beside_the_disc(seed):
    for share in (0.0, 0.5, 1.0):
        _, with_lesions = drawn(60, seed=seed, size=64, lesions=share)
        _, without = drawn(60, seed=seed, size=64)
        has = (with_lesions == LESION).any(axis=(1, 2))
        assert abs(has.mean() - share) < (0.25 if share == 0.5 else 1e-9)
        replaced = without[with_lesions == LESION]
        assert set(np.unique(replaced)) <= {FUNDUS, THIN, THICK}
        np.testing.assert_array_equal(with_lesions[with_lesions != LESION], without[with_lesions != LESION])


@pytest.mark.parametrize("seed", range(3))
def test_lesions_are_bright_or_dark_or_have_the_contrast_that_was_asked_for(seed):
    """Times the light, which the same lesion without contrast shows: the fundus is between 0.42 and 0.50 bright."""
    options = {"seed": seed, "noise": 0.0, "size": 256, "lesions": 1.0, "share": 0.02}
    level, masks = drawn(contrast=0.0, **options)
    inside = np.stack([scipy.ndimage.binary_erosion(mask == LESION, EIGHT, 2) for mask in masks])
    light = level[inside] / 0.46
    for contrast in (0.2, -0.15):
        step = (drawn(contrast=contrast, **options)[0] - level)[inside] / light
        assert np.quantile(abs(step / contrast - 1), 0.98) < 0.1  # the rest are soft bridges between lesions
    step = (drawn(**options)[0] - level)[inside] / light
    bright = step > 0
    assert 0.2 < bright.mean() < 0.8
    assert np.quantile(abs(step / np.where(bright, EXUDATE, HAEMORRHAGE) - 1), 0.98) < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_the_largest_lesions_leave_the_disc_free_and_stay_in_the_field(seed):
    (_, masks), (_, without) = drawn(40, seed=seed, size=64, lesions=1.0, share=0.2), drawn(40, seed=seed, size=64)
    np.testing.assert_array_equal(masks == DISC_LABEL, without == DISC_LABEL)
    np.testing.assert_array_equal(masks == BACKGROUND, without == BACKGROUND)


def test_a_large_share_makes_large_lesions_not_more_of_them():
    for share in (0.002, 0.15):
        _, masks = drawn(lesions=1.0, share=share)
        pieces = [scipy.ndimage.label(mask == LESION, EIGHT)[1] for mask in masks]
        assert min(pieces) >= 1
        assert max(pieces) <= 12
        if share < 0.01:  # and a small one makes them small, not few
            assert np.median(pieces) >= 5


def test_lesions_of_right_and_left_eyes_lie_on_the_side_of_the_temple():
    _, masks = drawn(80, size=64, lesions=1.0)
    disc, lesions = ([np.argwhere(mask == k)[:, 1].mean() - 31.5 for mask in masks] for k in (DISC_LABEL, LESION))
    nose = np.sign(disc)
    for side in (-1, 1):
        assert (np.array(lesions)[nose == side] * side / 32).mean() < -0.2
