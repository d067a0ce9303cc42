"""Synthetic heads: the same for everyone, different from each other, with soft edges and a true mask."""

import numpy as np
import pytest
import scipy.ndimage

from mlcourse import phantoms
from mlcourse.phantoms import TISSUES, brain
from mlcourse.phantoms.brain import BRIGHTNESS, NOISE

SIZES = [(64, 48), (96, 128), (128, 128)]
MODALITIES = pytest.mark.parametrize("modality", ["mr", "ct"])


def drawn(n=6, seed=0, **options):
    """Images and masks of shape (n, rows, columns)."""
    images, masks = brain(n, rng=np.random.default_rng(seed), **options)
    return images[:, 0], masks[:, 0]


@MODALITIES
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_values(modality, size):
    images, masks = drawn(size=size, modality=modality, lesions=0.5)
    assert -0.5 < images.min() < 0.2
    assert 0.8 < images.max() < 1.5
    assert masks.max() < len(TISSUES)


def test_the_two_modalities_show_the_same_patients():
    (mr, of_mr), (ct, of_ct) = (drawn(modality=modality, lesions=0.5) for modality in ("mr", "ct"))
    np.testing.assert_array_equal(of_mr, of_ct)
    assert abs(mr - ct).max() > 0.5


def test_another_size_shows_the_same_patients():
    small, large = (drawn(size=size)[1] for size in (64, 128))
    halved = large[:, ::2, ::2]
    assert np.mean(halved == small) > 0.9


def test_some_heads_have_more_fluid_than_others():
    areas = (drawn(40, size=64)[1] == TISSUES.index("fluid")).mean(axis=(1, 2))
    assert areas.std() > 0.05 * areas.mean()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_patient_has_every_tissue_and_lies_inside_the_image(seed, size):
    _, masks = drawn(12, seed=seed, size=size)
    for mask in masks:
        assert set(np.unique(mask)) == set(range(len(TISSUES) - 1))  # no lesion was asked for
        assert not mask[[0, -1]].any()
        assert not mask[:, [0, -1]].any()
        head = np.argwhere(mask)
        assert 0.45 < np.prod(np.ptp(head, axis=0) + 1) / min(size) ** 2 < 0.85


@pytest.mark.parametrize("seed", range(4))
def test_lesions_come_as_often_as_asked_and_lie_in_the_brain(seed):
    for share in (0.0, 0.5, 1.0):
        _, with_lesions = drawn(60, seed=seed, size=64, lesions=share)
        _, without = drawn(60, seed=seed, size=64)
        has = (with_lesions == TISSUES.index("lesion")).any(axis=(1, 2))
        assert abs(has.mean() - share) < 0.25
        replaced = without[with_lesions == TISSUES.index("lesion")]
        assert set(np.unique(replaced)) <= {TISSUES.index(t) for t in ("fluid", "grey matter", "white matter")}


@MODALITIES
def test_each_tissue_has_its_brightness(modality):
    """Inside, without noise, and without the coil's slope, which takes an eighth at most at each edge."""
    images, masks = drawn(20, modality=modality, noise=0.0, lesions=1.0)
    inside = np.stack([_eroded(mask) for mask in masks])
    for label, expected in enumerate(BRIGHTNESS[modality]):
        values = images[(masks == label) & inside]
        assert np.median(values) == pytest.approx(expected, abs=0.04)
    order = np.argsort(BRIGHTNESS[modality])
    assert TISSUES[order[-1]] == {"mr": "scalp", "ct": "skull"}[modality]


def _eroded(mask):
    """Pixels whose eight neighbours are of the same tissue."""
    same = np.ones(mask.shape, bool)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            same &= np.roll(mask, (down, right), (0, 1)) == mask
    return same


def test_edges_share_their_pixels():
    """Many brightnesses between two tissues; a hard edge would have none."""
    image = drawn(1, modality="ct", noise=0.0)[0][0]
    skull, fluid = BRIGHTNESS["ct"][2], BRIGHTNESS["ct"][3]
    between = (image > fluid + 0.55) & (image < skull - 0.05)
    assert between.sum() > 100
    assert len(np.unique(image[between].round(3))) > 50


@pytest.mark.parametrize("seed", range(4))
def test_the_noise_is_what_was_asked_for(seed):
    for level in (0.02, 0.1):
        (ct, _), (ct_clean, _) = (drawn(seed=seed, modality="ct", noise=noise) for noise in (level, 0.0))
        assert (ct - ct_clean).std() == pytest.approx(level, rel=0.02)
        (mr, mask), (mr_clean, _) = (drawn(seed=seed, noise=noise) for noise in (level, 0.0))
        bright = mask == TISSUES.index("white matter")
        assert (mr - mr_clean)[bright].std() == pytest.approx(level, rel=0.03)
        # Rician: where there is nothing, the mean of the noise is sqrt(pi / 2) of its level, not 0.
        assert mr[mr_clean == 0].mean() == pytest.approx(level * np.sqrt(np.pi / 2), rel=0.02)
        assert mr.min() >= 0
    assert NOISE["mr"] < NOISE["ct"]


@pytest.fixture
def with_anatomy(monkeypatch):
    """Draw heads of which some measures are fixed."""
    found = phantoms.brain.__globals__["_anatomy"]

    def draw(fixed, **options):
        monkeypatch.setitem(phantoms.brain.__globals__, "_anatomy", lambda rng: found(rng) | fixed)
        return drawn(noise=0.0, **options)

    return draw


@pytest.mark.parametrize("angle", [-0.5, 0.3])
def test_a_turned_head_is_the_same_head_turned(with_anatomy, angle):
    straight = with_anatomy({"angle": 0.0, "centre": np.zeros(2)}, lesions=1.0, size=(121, 131))[1]
    turned = with_anatomy({"angle": angle, "centre": np.zeros(2)}, lesions=1.0, size=(121, 131))[1]
    for one, other in zip(straight, turned, strict=True):
        expected = scipy.ndimage.rotate(one, np.degrees(angle), reshape=False, order=0)
        assert np.mean(expected == other) > 0.95
        for label in np.unique(one)[1:]:  # each tissue lies where it should, apart from its edges
            both, either = (
                ((expected == label) & (other == label)).sum(),
                (expected == label).sum() + (other == label).sum(),
            )
            assert 2 * both / either > 0.6


def test_a_head_in_the_middle_is_as_far_from_each_side(with_anatomy):
    _, masks = with_anatomy({"angle": 0.0, "centre": np.zeros(2)}, size=(96, 128))
    for mask in masks > 0:
        np.testing.assert_array_equal(mask, mask[::-1])
        np.testing.assert_array_equal(mask, mask[:, ::-1])
    _, masks = with_anatomy({"angle": 0.0, "centre": np.array([0.05, -0.05])}, size=(96, 128))
    middle = [(np.argwhere(mask).min(axis=0) + np.argwhere(mask).max(axis=0)) / 2 for mask in masks]
    np.testing.assert_allclose(middle, [[47.5 + 0.05 * 48, 63.5 - 0.05 * 48]] * 6, atol=0.5)


def test_in_mr_the_brightness_changes_slowly_across_the_image(with_anatomy):
    flat = with_anatomy({"slope": np.zeros(2)}, size=(97, 129))[0]
    sloped = with_anatomy({"slope": np.array([0.1, -0.05])}, size=(97, 129))[0]
    ratio = sloped[flat > 0] / flat[flat > 0]
    rows, columns = (2 * at / (n - 1) - 1 for at, n in zip(np.nonzero(flat)[1:], (97, 129), strict=True))
    np.testing.assert_allclose(ratio, 1 + 0.1 * rows - 0.05 * columns, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"modality": "pet"}, r'modality is \'pet\'; expected "mr" or "ct"'),
        ({"share": 0.11}, r"a brain has room for 1638\. Expected at most 0\.1\."),
    ],
)
def test_what_no_brain_can_have_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        drawn(**options)


LESION = TISSUES.index("lesion")


@MODALITIES
@pytest.mark.parametrize("seed", range(3))
def test_a_lesion_of_chosen_size_leaves_the_rest_as_it_is(modality, seed):
    """Where there is none, image and mask are those of the same patient without one."""
    options = {"seed": seed, "modality": modality, "size": (64, 48)}
    (image, mask), (plain, without) = drawn(lesions=1.0, share=0.05, **options), drawn(**options)
    np.testing.assert_array_equal(mask[mask != LESION], without[mask != LESION])
    assert set(np.unique(without[mask == LESION])) <= {
        TISSUES.index(t) for t in ("fluid", "grey matter", "white matter")
    }
    far = ~scipy.ndimage.binary_dilation(mask == LESION, np.ones((1, 5, 5)))
    np.testing.assert_array_equal(image[far], plain[far])
    for one in mask == LESION:  # one piece, apart from what furrows cut off
        pieces, count = scipy.ndimage.label(one, np.ones((3, 3)))
        assert np.bincount(pieces[one]).max() > 0.9 * one.sum()


@MODALITIES
@pytest.mark.parametrize("contrast", [-0.3, 0.1])
def test_a_lesion_has_the_contrast_that_was_asked_for(with_anatomy, modality, contrast):
    images, masks = with_anatomy({"slope": np.zeros(2)}, modality=modality, lesions=1.0, share=0.03, contrast=contrast)
    for image, mask in zip(images, masks, strict=True):
        inside = _eroded(mask)
        white, lesion = (image[(mask == label) & inside] for label in (TISSUES.index("white matter"), LESION))
        assert np.median(lesion) - np.median(white) == pytest.approx(contrast, abs=1e-3)


def test_no_brightness_is_negative(with_anatomy):
    images, masks = with_anatomy({"slope": np.zeros(2)}, lesions=1.0, share=0.03, contrast=-2.0)
    assert images[masks == LESION].min() == 0
    assert images.min() == 0
