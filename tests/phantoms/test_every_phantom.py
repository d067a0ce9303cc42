"""What holds for every phantom: shapes, patients of their own, shares of the pixels, noise, and what is refused."""

import doctest

import numpy as np
import pytest

from mlcourse import phantoms
from mlcourse.phantoms import FINDINGS, STRUCTURES, TISSUES, brain, patients, retina, skin

PHANTOMS = {  # name -> function, names of its labels, options that ask for much, most pixels a lesion can take
    "brain_mr": (brain, TISSUES, {"lesions": 0.6}, 0.1),
    "brain_ct": (brain, TISSUES, {"lesions": 0.6, "modality": "ct"}, 0.1),
    "retina": (retina, STRUCTURES, {"lesions": 0.6}, 0.2),
    "skin": (skin, FINDINGS, {"hairs": 0.6}, 0.6),
}
EVERY = pytest.mark.parametrize(("draw", "names", "options", "most"), PHANTOMS.values(), ids=PHANTOMS)
SHARES = pytest.mark.parametrize("more", [{}, {"share": (0.002, 0.04), "contrast": -0.2}], ids=["as drawn", "share"])


def lesion(masks, names):
    """Where the lesion is."""
    return masks == names.index("lesion") if "lesion" in names else masks > 0


@EVERY
@SHARES
@pytest.mark.parametrize("size", [32, (64, 48), (50, 120), 128], ids=str)
def test_shapes_and_types(draw, names, options, most, more, size):
    images, masks = draw(5, size=size, rng=np.random.default_rng(0), **options, **more)
    rows, columns = (size, size) if isinstance(size, int) else size
    assert images.shape == masks.shape == (5, 1, rows, columns)
    assert (images.dtype, masks.dtype) == (np.float32, np.uint8)
    assert np.isfinite(images).all()
    assert masks.max() < len(names)


@EVERY
@SHARES
def test_a_patient_is_the_same_whoever_is_drawn_with_it(draw, names, options, most, more, monkeypatch):
    """One by one, in twos, all at once, before others, and whatever the number that is drawn at a time."""
    asked = options | more | {"size": (64, 48)}
    images, masks = draw(7, rng=np.random.default_rng(0), **asked)
    for pieces in ([1] * 7, [2, 0, 4, 1], [5, 2]):
        rng = np.random.default_rng(0)
        parts = [draw(n, rng=rng, **asked) for n in pieces]
        np.testing.assert_array_equal(np.concatenate([part[0] for part in parts]), images)
        np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), masks)
    for pixels in (1, 64 * 48 * 2, 64 * 48 * 5):
        monkeypatch.setattr(patients, "BLOCK", pixels)
        for n in (7, 9):
            found = draw(n, rng=np.random.default_rng(0), **asked)
            np.testing.assert_array_equal(found[0][:7], images)
            np.testing.assert_array_equal(found[1][:7], masks)


@EVERY
def test_patients_differ_from_each_other_and_between_seeds(draw, names, options, most):
    everyone = np.concatenate([draw(8, rng=np.random.default_rng(seed), noise=0.0, **options)[0] for seed in (0, 1)])
    for n, one in enumerate(everyone):
        assert min(abs(one - other).mean() for m, other in enumerate(everyone) if m != n) > 0.01


@EVERY
def test_another_size_shows_the_same_patients(draw, names, options, most):
    small, large = (draw(8, size=size, rng=np.random.default_rng(0), **options)[1] for size in (64, 128))
    assert np.mean(small == large[..., ::2, ::2]) > 0.85


@EVERY
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [128, (64, 48), (40, 90)], ids=str)
def test_the_share_is_as_asked_within_a_pixel(draw, names, options, most, seed, size):
    """From two pixels up to the most there is."""
    rows, columns = (size, size) if isinstance(size, int) else size
    pixels = rows * columns
    largest = most if draw is skin else most * min(rows, columns) ** 2 / pixels
    all_of_them = options if draw is skin else options | {"lesions": 1.0}
    for share in (2 / pixels, 0.01, largest):
        _, masks = draw(12, size=size, rng=np.random.default_rng(seed), share=share, **all_of_them)
        counts = lesion(masks, names).sum(axis=(1, 2, 3))
        assert abs(counts - share * pixels).max() <= 1.5  # two pixels may be alike to the last digit
        assert np.median(counts) == round(share * pixels)


@EVERY
def test_of_a_pair_each_patient_draws_its_share_evenly_on_a_logarithmic_scale(draw, names, options, most):
    all_of_them = options if draw is skin else options | {"lesions": 1.0}
    _, masks = draw(200, size=64, rng=np.random.default_rng(0), share=(0.004, 0.064), **all_of_them)
    logarithms = np.log2(lesion(masks, names).mean(axis=(1, 2, 3)) / 0.004)
    assert logarithms.min() >= -0.05
    assert logarithms.max() <= 4.05
    quarters = np.histogram(logarithms, [-0.1, 1, 2, 3, 4.1])[0] / 200
    assert abs(quarters - 0.25).max() < 0.12  # four standard deviations


@pytest.mark.parametrize(("draw", "names"), [(brain, TISSUES), (retina, STRUCTURES)])
@pytest.mark.parametrize("seed", range(3))
def test_a_share_of_pixels_is_that_of_patients_with_lesions(draw, names, seed):
    asked = {"size": 64, "share": 0.01}
    images, masks = draw(60, rng=np.random.default_rng(seed), lesions=0.5, **asked)
    plain, without = draw(60, rng=np.random.default_rng(seed), **asked)
    counts = lesion(masks, names).sum(axis=(1, 2, 3))
    assert set(counts) <= {0, 40, 41}
    assert abs((counts > 0).mean() - 0.5) < 0.25
    np.testing.assert_array_equal(images[counts == 0], plain[counts == 0])
    np.testing.assert_array_equal(masks[counts == 0], without[counts == 0])


@EVERY
def test_contrast_and_noise_leave_the_mask_as_it_is(draw, names, options, most):
    asked = options | {"size": 64}
    _, masks = draw(6, rng=np.random.default_rng(0), **asked)
    for more in ({"noise": 0.3}, {"contrast": 0.05}, {"contrast": -0.1, "noise": 0.0}):
        np.testing.assert_array_equal(draw(6, rng=np.random.default_rng(0), **asked, **more)[1], masks)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("draw", [retina, skin])
def test_the_noise_is_what_was_asked_for(draw, seed):
    """Gaussian (that of MR is another: see the brain's tests), everywhere, and the same pattern at every level."""
    clean, faint, strong = (draw(8, rng=np.random.default_rng(seed), noise=noise)[0] for noise in (0.0, 0.02, 0.1))
    for noisy, level in ((faint, 0.02), (strong, 0.1)):
        assert (noisy - clean).std(axis=(1, 2, 3)) == pytest.approx(np.full(8, level), rel=0.03)
        assert abs((noisy - clean).mean()) < 5 * level / np.sqrt(clean.size)
    np.testing.assert_allclose(strong - clean, 5 * (faint - clean), atol=1e-5)
    as_drawn = draw(8, rng=np.random.default_rng(seed))[0] - clean
    assert as_drawn.std() == pytest.approx(draw.__globals__["NOISE"], rel=0.03)


@EVERY
def test_nobody(draw, names, options, most):
    images, masks = draw(0, size=(40, 50), rng=np.random.default_rng(0), **options)
    assert images.shape == masks.shape == (0, 1, 40, 50)
    assert (images.dtype, masks.dtype) == (np.float32, np.uint8)


@EVERY
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"rng": 0}, r"rng is 0; expected a generator of random numbers: rng=np.random.default_rng\(0\)"),
        ({"size": 16}, r"size is \(16, 16\); expected \(rows, columns\), whole numbers of at least 32"),
        ({"size": (64, 64, 3)}, r"size is \(64, 64, 3\); expected \(rows, columns\)"),
        ({"size": 64.5}, r"size is \(64.5, 64.5\); expected"),
        ({"n": -1}, r"n is -1; expected how many patients"),
        ({"n": 2.5}, r"n is 2.5; expected how many patients"),
        ({"noise": -1.0}, r"noise is -1.0; expected a standard deviation"),
        ({"share": 0.0}, r"share is 0.0; expected the lesion's share of the image's pixels, a number between 0 and 1"),
        ({"share": 1.0}, r"share is 1.0; expected the lesion's share"),
        ({"share": (0.1, 0.01)}, r"share is \(0.1, 0.01\); expected .* or a pair \(low, high\)"),
        ({"share": (0.01, 0.02, 0.03)}, r"share is \(0.01, 0.02, 0.03\); expected"),
        ({"share": float("nan")}, r"share is nan; expected"),
        (
            {"share": 0.7},
            r"share is 0.7, which is 2867 pixels of an image of \(64, 64\); .* has room for \d+. Expected at",
        ),
        (
            {"share": 1e-4},
            r"less than one pixel of an image of \(64, 64\). Expected at least 0.000244, or a larger size",
        ),
        ({"contrast": float("inf")}, r"contrast is inf; expected a number: the lesion's brightness minus"),
        ({"contrast": (0.1, 0.2)}, r"contrast is \(0.1, 0.2\); expected a number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, names, options, most, asked, told):
    asked = {"n": 2, "size": 64, "rng": np.random.default_rng(0)} | asked
    with pytest.raises((TypeError, ValueError), match=told):
        draw(asked.pop("n"), **asked)


@pytest.mark.parametrize(
    ("draw", "name"), [(brain, "lesions"), (retina, "lesions"), (skin, "malignant"), (skin, "hairs")]
)
@pytest.mark.parametrize("share", [-0.1, 2, float("nan")])
def test_a_share_of_patients_is_from_0_to_1(draw, name, share):
    with pytest.raises(ValueError, match=rf"{name} is {share}; expected the share of patients that .*, from 0 to 1"):
        draw(2, rng=np.random.default_rng(0), **{name: share})


@pytest.mark.parametrize("draw", [brain, retina, skin])
def test_the_example_of_the_docstring(draw):
    known = {name: getattr(phantoms, name) for name in phantoms.__all__} | {"np": np}
    (example,) = doctest.DocTestFinder().find(draw, globs=known)
    ran = doctest.DocTestRunner().run(example)
    assert (ran.failed, ran.attempted) == (0, 2)
