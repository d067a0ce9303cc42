"""However a NIfTI file is stored, the same place of the patient ends in the same voxel."""

import nibabel
import numpy as np
import pytest
from scans import NIFTI_ORIENTATIONS, SHAPE, SPACING, assert_patient_is_in_place, brightness, places, reordered, turn

from mlcourse.datasets import nifti

AFFINE = np.array([[1.0, 0, 0, -7], [0, 2.0, 0, 11], [0, 0, 3.5, -20], [0, 0, 0, 1]])
PATIENT = brightness(places(AFFINE, SHAPE)).astype(np.float32)


def saved(file, array=PATIENT, affine=AFFINE, change=lambda image: None, kind=nibabel.Nifti1Image):
    image = kind(array, affine)
    change(image)
    file.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(image, file)
    return file


@pytest.mark.parametrize(("order", "flips"), NIFTI_ORIENTATIONS, ids=str)
def test_all_48_ways_to_store_a_patient_come_back_the_same(tmp_path, order, flips):
    stored, affine = reordered(PATIENT, AFFINE, order, flips)
    volume = nifti(saved(tmp_path / "a.nii.gz", stored, affine))
    np.testing.assert_array_equal(volume.array, PATIENT)
    np.testing.assert_allclose(volume.affine, AFFINE, atol=1e-5)
    assert volume.spacing == pytest.approx(SPACING)


@pytest.mark.parametrize("degrees", [(12, -20, 33), (-40, 10, 5), (200, 30, -25)], ids=str)
@pytest.mark.parametrize(("order", "flips"), NIFTI_ORIENTATIONS[::7], ids=str)
def test_a_tilted_patient_stays_in_place_and_is_not_resampled(tmp_path, order, flips, degrees):
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = turn(degrees) @ np.diag(SPACING), (5, -3, 8)
    patient = brightness(places(affine, SHAPE)).astype(np.float32)
    volume = nifti(saved(tmp_path / "a.nii", *reordered(patient, affine, order, flips)))
    assert_patient_is_in_place(volume, tolerance=1e-3)
    assert sorted(volume.spacing) == pytest.approx(sorted(SPACING))
    np.testing.assert_array_equal(np.sort(volume.array, axis=None), np.sort(patient, axis=None))


def test_it_is_what_nibabel_calls_closest_canonical(tmp_path):
    affine = np.eye(4)
    affine[:3, :3] = turn((100, -20, 33)) @ np.diag(SPACING)
    file = saved(tmp_path / "a.nii", affine=affine)
    expected, volume = nibabel.as_closest_canonical(nibabel.load(file)), nifti(file)
    np.testing.assert_array_equal(volume.array, expected.get_fdata())
    np.testing.assert_allclose(volume.affine, expected.affine)


@pytest.mark.parametrize(("unit", "mm"), [("mm", 1), ("micron", 1e-3), ("meter", 1e3), ("unknown", 1)])
def test_spacing_and_places_are_in_mm_whatever_the_unit(tmp_path, unit, mm):
    affine = AFFINE.copy()
    affine[:3] /= mm
    volume = nifti(saved(tmp_path / "a.nii", affine=affine, change=lambda image: image.header.set_xyzt_units(unit)))
    assert volume.spacing == pytest.approx(SPACING)
    np.testing.assert_allclose(volume.affine, AFFINE, rtol=1e-6)


def test_stored_numbers_are_scaled_as_the_file_says(tmp_path):
    stored = np.arange(120, dtype=np.int16).reshape(SHAPE)
    file = saved(tmp_path / "a.nii", stored, change=lambda image: image.header.set_slope_inter(0.5, -1024))
    np.testing.assert_array_equal(nifti(file).array, stored * 0.5 - 1024)
    assert nifti(file).array.dtype == np.float32


def test_the_array_is_ordinary_memory_and_survives_its_file(tmp_path):
    file = saved(tmp_path / "a.nii")
    volume = nifti(file)
    file.unlink()
    assert type(volume.array) is np.ndarray
    assert volume.array.flags.c_contiguous
    assert volume.array.flags.owndata


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image, nibabel.Nifti1Pair])
def test_every_kind_of_nifti_is_read(tmp_path, kind):
    file = saved(tmp_path / ("a.hdr" if kind is nibabel.Nifti1Pair else "a.nii"), kind=kind)
    np.testing.assert_array_equal(nifti(file).array, PATIENT)


def test_one_of_several_volumes_is_asked_for(tmp_path):
    four = np.stack([PATIENT, PATIENT + 100, PATIENT + 200], axis=3)
    stored, affine = reordered(PATIENT, AFFINE, (2, 0, 1), (True, False, True))
    stored = np.stack([stored, stored + 100, stored + 200], axis=3)
    file = saved(tmp_path / "bold.nii.gz", stored, affine)
    for index in range(3):
        np.testing.assert_array_equal(nifti(file, volume=index).array, four[..., index])
    for wrong, came in ((None, "is not given"), (3, "is 3"), (-1, "is -1")):
        with pytest.raises(
            ValueError, match=rf"bold.nii.gz holds 3 volumes, .* and volume {came}. .*volume=2 the last"
        ):
            nifti(file, volume=wrong)


@pytest.mark.parametrize("shape", [(4, 5, 6, 1), (4, 5, 6, 1, 1)])
def test_an_axis_of_one_is_no_axis(tmp_path, shape):
    file = saved(tmp_path / "a.nii", PATIENT.reshape(shape))
    np.testing.assert_array_equal(nifti(file).array, PATIENT)
    np.testing.assert_array_equal(nifti(file, volume=0).array, PATIENT)
    with pytest.raises(ValueError, match=r"volume is 1, but .*a\.nii holds only one"):
        nifti(file, volume=1)


def test_volumes_with_a_fifth_axis_of_one(tmp_path):
    file = saved(tmp_path / "a.nii", np.stack([PATIENT, PATIENT + 100], axis=3)[..., None])
    np.testing.assert_array_equal(nifti(file, volume=1).array, PATIENT + 100)


def test_a_single_plane_is_a_thin_volume(tmp_path):
    assert nifti(saved(tmp_path / "a.nii", PATIENT[:, :, 0])).array.shape == (4, 5, 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_voxels_that_are_no_numbers_are_told_or_replaced(tmp_path, bad):
    holed = PATIENT.copy()
    holed[1, 2, 3] = holed[0, 0, 0] = bad
    file = saved(tmp_path / "t.nii", holed)
    with pytest.raises(ValueError, match=r"t.nii has 2 of 120 voxels that are no finite number .*nan=0"):
        nifti(file)
    filled = nifti(file, nan=-1).array
    assert (filled[1, 2, 3], filled[0, 0, 0]) == (-1, -1)
    np.testing.assert_array_equal(filled != PATIENT, ~np.isfinite(holed))


def test_a_file_that_does_not_know_left_from_right_is_told_of(tmp_path):
    def forget(image):
        image.set_sform(None, 0)
        image.set_qform(None, 0)

    file = saved(tmp_path / "a.nii", change=forget)
    with pytest.warns(UserWarning, match="a.nii does not say how it lies in the patient .*left and right"):
        nifti(file)


def test_a_folder_with_one_file_is_that_file(tmp_path):
    saved(tmp_path / "scan" / "T1.NII.GZ")
    (tmp_path / "scan" / "notes.txt").write_text("3 T")
    (tmp_path / "scan" / "._T1.nii.gz").write_bytes(b"what a Mac leaves behind")
    np.testing.assert_array_equal(nifti(tmp_path / "scan").array, PATIENT)


@pytest.fixture
def folder(tmp_path):
    """Many things a student may have in one folder."""
    saved(tmp_path / "scans" / "t1.nii.gz")
    saved(tmp_path / "scans" / "t2.nii.gz")
    saved(tmp_path / "old.mgz", kind=nibabel.MGHImage)
    saved(tmp_path / "colour.nii", np.zeros(SHAPE, [("R", "u1"), ("G", "u1"), ("B", "u1")]))
    saved(tmp_path / "raw.nii", PATIENT.astype(np.complex64))
    saved(tmp_path / "tensor.nii", np.zeros((*SHAPE, 1, 3), np.float32))
    whole = saved(tmp_path / "whole.nii").read_bytes()
    (tmp_path / "short.nii").write_bytes(whole[:-50])
    (tmp_path / "header.nii").write_bytes(whole[:100])
    (tmp_path / "text.nii").write_text("404 not found")
    packed = saved(tmp_path / "packed.nii.gz").read_bytes()
    (tmp_path / "short.nii.gz").write_bytes(packed[:-50])
    (tmp_path / "broken.nii.gz").write_bytes(packed[:80] + bytes(20) + packed[100:])
    (tmp_path / "scan.dcm").write_bytes(bytes(200))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    for name, rows in {"flat": ("srow_y", "srow_z"), "parallel": ("srow_x", "srow_y")}.items():
        header = nibabel.Nifti1Image(PATIENT, AFFINE).header
        header["magic"], header["vox_offset"] = b"n+1", 352
        header[rows[1]] = 0  # two of the file's axes lie on one line, or one has no length
        header[rows[0]][:3] = (0, 2, 0) if name == "flat" else (1, 2, 0)
        # written as it is, not as nibabel would mend it
        (tmp_path / f"{name}.nii").write_bytes(header.binaryblock + bytes(4) + PATIENT.tobytes(order="F"))
    return tmp_path


REFUSED = {
    "scan.nii": (FileNotFoundError, "No 'scan.nii' in ", "a NIfTI file", "This folder holds broken.nii.gz, colour.nii"),
    "whle.nii": (FileNotFoundError, "No 'whle.nii' in ", "Did you mean 'whole.nii'?"),
    "nowhere/deep/a.nii": (FileNotFoundError, "No 'nowhere' in ", "nowhere/deep/a.nii"),
    "scans": (ValueError, "holds 2 NIfTI files: t1.nii.gz, t2.nii.gz", "Name one, nifti('", "t1.nii.gz"),
    "pictures": (FileNotFoundError, "No NIfTI file lies in", "holds a.png", "are read by datasets.png_folder"),
    "empty": (FileNotFoundError, "No NIfTI file lies in", "This folder is empty"),
    "old.mgz": (ValueError, "old.mgz is a MGHImage, not NIfTI", "to_filename"),
    "scan.dcm": (ValueError, "scan.dcm cannot be read as NIfTI", "are read by datasets.dicom"),
    "text.nii": (ValueError, "text.nii cannot be read as NIfTI", "download it again"),
    "header.nii": (ValueError, "header.nii cannot be read as NIfTI", "cut short"),
    "short.nii": (ValueError, "short.nii is damaged or cut short", "download it again"),
    "short.nii.gz": (ValueError, "short.nii.gz", "cut short", "download it again"),
    "broken.nii.gz": (ValueError, "broken.nii.gz", "download it again"),
    "colour.nii": (TypeError, "colour.nii holds colours in each voxel", "expected one real number"),
    "raw.nii": (TypeError, "raw.nii holds complex numbers in each voxel", "expected one real number"),
    "tensor.nii": (ValueError, "tensor.nii has shape (4, 5, 6, 1, 3)", "expected (X, Y, Z)"),
    "parallel.nii": (ValueError, "parallel.nii does not say how the image lies in the patient", "Save it again"),
    "flat.nii": (ValueError, "flat.nii does not say how the image lies in the patient", "Save it again"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told_with_a_way_out(folder, name):
    kind, *told = REFUSED[name]
    with pytest.raises(kind) as error:
        nifti(folder / name)
    for words in told:
        assert words in str(error.value)
    assert "read by datasets.nifti" not in str(error.value)  # which was called


def test_a_path_must_be_a_path():
    with pytest.raises(TypeError, match="The path is of type NoneType; expected the path of a NIfTI file, as text"):
        nifti(None)
