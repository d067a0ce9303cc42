"""Slices are turned as they are looked at, and cut where they are asked for."""

import nibabel
import numpy as np
import pytest
from scans import SHAPE, SPACING, brightness, places

from mlcourse.datasets import Volume, mni152_slice, nifti

AFFINE = np.array([[1.0, 0, 0, -7], [0, 2.0, 0, 11], [0, 0, 3.5, -20], [0, 0, 0, 1]])
PLANES = pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])


@pytest.fixture
def volume():
    return Volume(brightness(places(AFFINE, SHAPE)).astype(np.float32), SPACING, AFFINE, "a test", "HU")


# plane, convention -> places (right, front, head) in mm of the first pixel, one column on, one row down; cut at 0
SEEN = {
    ("axial", "radiological"): ((-4, 19, -6), (-1, 0, 0), (0, -2, 0)),
    ("axial", "neurological"): ((-7, 19, -6), (1, 0, 0), (0, -2, 0)),
    ("coronal", "radiological"): ((-4, 15, -2.5), (-1, 0, 0), (0, 0, -3.5)),
    ("coronal", "neurological"): ((-7, 15, -2.5), (1, 0, 0), (0, 0, -3.5)),
    ("sagittal", "radiological"): ((-5, 19, -2.5), (0, -2, 0), (0, 0, -3.5)),
    ("sagittal", "neurological"): ((-5, 11, -2.5), (0, 2, 0), (0, 0, -3.5)),
}
AT = {"axial": -6.0, "coronal": 15.0, "sagittal": -5.0}


@pytest.mark.parametrize(("plane", "convention"), SEEN)
def test_each_pixel_shows_the_place_it_should(volume, plane, convention):
    first, across, down = (np.array(mm, float) for mm in SEEN[plane, convention])
    cut = volume.slice(plane, AT[plane], convention=convention)
    rows, columns = np.indices(cut.array.shape)
    expected = brightness(first + rows[..., None] * down + columns[..., None] * across)
    np.testing.assert_allclose(cut.array, expected, rtol=1e-6)
    assert cut.spacing == (abs(down).max(), abs(across).max())
    assert cut.aspect == cut.spacing[0] / cut.spacing[1]
    assert (cut.source, cut.unit, cut.array.flags.c_contiguous) == ("a test", "HU", True)


def test_axial_and_radiological_is_what_comes_unasked(volume):
    np.testing.assert_array_equal(volume.slice(at=-6).array, volume.slice("axial", -6, convention="radiological").array)


def test_the_nearest_slice_is_taken_and_the_middle_one_unasked(volume):
    by_place = [volume.slice("axial", at).array for at in (-21.7, -18.3, -18.2, -0.8)]
    for index, cut in zip((0, 0, 1, 5), by_place, strict=True):
        np.testing.assert_array_equal(cut, volume.array[::-1, ::-1, index].T)
    np.testing.assert_array_equal(volume.slice().array, volume.array[::-1, ::-1, 3].T)


@pytest.mark.parametrize("at", [-21.8, -0.7])
def test_a_cut_outside_is_refused(volume, at):
    with pytest.raises(ValueError, match=rf"at={at} mm lies outside the image, which reaches from -20 to -2.5 mm"):
        volume.slice("axial", at)


def test_a_tilted_volume_is_cut_at_its_middle(volume):
    """Where the axes are tilted, "at" is the height in the middle of the slice."""
    tilted = AFFINE.copy()
    tilted[2, 0], tilted[0, 2] = 1.4, -0.9
    volume = Volume(volume.array, SPACING, tilted, "a test")
    middle = tilted @ (1.5, 2, 4, 1)
    np.testing.assert_array_equal(volume.slice("axial", middle[2]).array, volume.array[::-1, ::-1, 4].T)


def test_unknown_names_are_refused(volume):
    with pytest.raises(ValueError, match="plane is 'oblique'; expected one of sagittal, coronal, axial"):
        volume.slice("oblique")
    with pytest.raises(ValueError, match="convention is 'left'; expected one of radiological, neurological"):
        volume.slice(convention="left")


def test_what_is_shown_of_them(volume):
    assert (
        repr(volume) == "Volume of 4 x 5 x 6 voxels of 1 x 2 x 3.5 mm (to the right x front x head), in HU, from a test"
    )
    assert repr(volume.slice()) == "Slice of 5 x 4 pixels of 2 x 1 mm (down x across), in HU, from a test"


@PLANES
def test_the_neurological_slice_is_that_of_mni152_slice(plane, tmp_path):
    """The average brain through a file and through its own function: one picture."""
    from nilearn.datasets import load_mni152_gm_template

    average = load_mni152_gm_template(resolution=4)
    average.set_data_dtype(np.float32)  # saved as the bytes of the original it would be rounded
    nibabel.save(average, tmp_path / "grey.nii.gz")
    volume = nifti(tmp_path / "grey.nii.gz")
    for at in (-20, 0, 13):
        direct = mni152_slice("grey_matter", plane=plane, at=at, resolution=4)
        through = volume.slice(plane, at, convention="neurological").array / volume.array.max()
        np.testing.assert_allclose(through, direct, rtol=0, atol=1e-6)
        assert direct.std() > 0.1
