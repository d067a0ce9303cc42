"""However a scanner's slices lie and are named, the same place of the patient ends in the same voxel."""

import shutil
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from scans import (
    DICOM_ORIENTATIONS,
    INTERCEPT,
    SLOPE,
    assert_patient_is_in_place,
    turn,
    write_series,
    write_slice,
)

from mlcourse.datasets import dicom

ROUNDED = SLOPE / 2 + 1e-3  # stored as whole numbers
REAL = Path(get_testdata_file("CT_small.dcm", download=False)).parent  # files of real scanners, in pydicom's package


@pytest.mark.parametrize("upwards", [True, False])
@pytest.mark.parametrize(
    "orientation", DICOM_ORIENTATIONS, ids=lambda axes: np.array(axes).astype(int).tolist().__str__()
)
def test_every_main_plane_comes_back_in_place(tmp_path, orientation, upwards):
    write_series(tmp_path, orientation, heights=range(6) if upwards else range(5, -1, -1))
    volume = dicom(tmp_path)
    assert_patient_is_in_place(volume, ROUNDED)
    np.testing.assert_allclose(volume.affine[:3, :3], np.diag(volume.spacing), atol=1e-5)
    along_row, down_column = np.array(orientation)
    for axis, (mm, count) in enumerate(zip(volume.spacing, volume.array.shape, strict=True)):
        expected = (1.0, 4) if along_row[axis] else (2.0, 5) if down_column[axis] else (3.5, 6)
        assert (mm, count) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize("degrees", [(12, -20, 33), (-40, 10, 5), (200, 30, -25)], ids=str)
@pytest.mark.parametrize(
    "orientation", DICOM_ORIENTATIONS[::5], ids=lambda axes: np.array(axes).astype(int).tolist().__str__()
)
def test_an_oblique_series_comes_back_in_place(tmp_path, orientation, degrees):
    write_series(tmp_path, np.array(orientation) @ turn(degrees).T)
    volume = dicom(tmp_path)
    assert_patient_is_in_place(volume, ROUNDED)
    assert sorted(volume.spacing) == pytest.approx([1, 2, 3.5], abs=1e-4)


def test_nibabel_sees_each_pixel_in_the_same_place(tmp_path):
    """Its reading of the standard is not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls its DICOM readers experimental
        from nibabel.nicom.dicomwrappers import wrapper_from_file
    files = write_series(tmp_path, ((1, 0, 0), (0, 1, 0)) @ turn((12, -20, 33)).T)
    volume = dicom(tmp_path)
    for file in files:
        one = wrapper_from_file(file)
        pixels, to_mm = one.get_data(), np.diag([-1, -1, 1, 1]) @ one.affine  # DICOM counts to the left and back
        for row, column in ((0, 0), (4, 0), (2, 3)):
            index = np.linalg.inv(volume.affine) @ to_mm @ (row, column, 0, 1)
            np.testing.assert_allclose(index, index.round(), atol=1e-3)
            assert volume.array[tuple(index.round().astype(int)[:3])] == pytest.approx(pixels[row, column])


def test_an_axial_slice_looks_as_it_was_taken(tmp_path):
    files = write_series(tmp_path, heights=[0])
    stored = pydicom.dcmread(files[0]).pixel_array * SLOPE + INTERCEPT
    cut = dicom(files[0]).slice("axial")
    np.testing.assert_array_equal(cut.array, stored)
    assert cut.spacing == (2.0, 1.0)


def test_signed_numbers_and_other_slopes_in_each_slice(tmp_path):
    for number, slope in enumerate((1, 2, 0.5)):
        pixels = np.arange(-10, 10, dtype=np.int16).reshape(5, 4)
        write_slice(
            tmp_path / f"{number}.dcm", pixels, (0, 0, number), ((1, 0, 0), (0, 1, 0)), (1, 1), RescaleSlope=slope
        )
    volume = dicom(tmp_path)
    for number, slope in enumerate((1, 2, 0.5)):
        np.testing.assert_array_equal(volume.array[::-1, ::-1, number].T, pixels * slope + INTERCEPT)


@pytest.mark.parametrize(
    ("tags", "unit"),
    [({}, "HU"), ({"RescaleType": "HU"}, "HU"), ({"RescaleType": "US"}, ""), ({"Modality": "MR"}, "")],
    ids=str,
)
def test_only_ct_is_in_hounsfield_units(tmp_path, tags, unit):
    write_series(tmp_path, **tags)
    assert dicom(tmp_path).unit == unit
    assert_patient_is_in_place(dicom(tmp_path), ROUNDED)  # scaled all the same


def test_ct_without_a_scale_is_not_in_hounsfield_units(tmp_path):
    (file,) = write_series(tmp_path, heights=[0], RescaleSlope=None, RescaleIntercept=None)
    assert dicom(file).unit == ""
    np.testing.assert_array_equal(dicom(file).slice().array, pydicom.dcmread(file).pixel_array)


@pytest.mark.parametrize(("modality", "outside"), [("CT", -1024), ("MR", -2000 * SLOPE + INTERCEPT)])
def test_what_lies_outside_the_scanners_field_is_air(tmp_path, modality, outside):
    pixels = np.arange(20, dtype=np.int16).reshape(5, 4)
    pixels[0, 0] = pixels[4, 3] = -2000
    file = tmp_path / "a.dcm"
    write_slice(file, pixels, (0, 0, 0), ((1, 0, 0), (0, 1, 0)), (1, 1), PixelPaddingValue=-2000, Modality=modality)
    array = dicom(file).slice().array
    assert array[0, 0] == array[4, 3] == outside
    np.testing.assert_array_equal(array.ravel()[1:-1], pixels.ravel()[1:-1] * SLOPE + INTERCEPT)


def test_folders_in_the_folder_are_read_and_other_files_left_out_and_counted(tmp_path):
    files = write_series(tmp_path / "study" / "series")
    files[2].rename(tmp_path / "IM2")  # DICOM files often have no end
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    (tmp_path / "study" / "README").write_text("")
    (tmp_path / "study" / "._IM3.dcm").write_bytes(b"what a Mac leaves behind")
    shutil.copy(REAL / "dicomdirtests" / "DICOMDIR", tmp_path)
    shutil.copy(REAL / "test-SR.dcm", tmp_path)
    volume = dicom(tmp_path)
    assert_patient_is_in_place(volume, ROUNDED)
    assert volume.source == f"{tmp_path} (6 slices, 4 files without an image left out)"


def test_one_of_several_series_is_chosen(tmp_path):
    write_series(tmp_path / "a", SeriesInstanceUID="1.2.3", SeriesNumber=12, SeriesDescription="thin")
    write_series(tmp_path / "b", SeriesInstanceUID="1.2.4", SeriesNumber=3, heights=range(4))
    with pytest.raises(
        ValueError, match=r"2 series lie here. Choose one, for example dicom\(..., series=3\):"
    ) as error:
        dicom(tmp_path)
    assert str(error.value).splitlines()[1:] == ["  series=3: CT, 4 images", "  series=12: CT thin, 6 images"]
    for series, count in ((3, 4), (12, 6), ("12", 6), ("1.2.3", 6), ("1.2.4", 4), (np.int64(3), 4)):
        assert dicom(tmp_path, series=series).array.shape[2] == count
    for folder in (tmp_path, tmp_path / "a"):  # also where there is no choice
        with pytest.raises(ValueError, match="There is no series 4 here"):
            dicom(folder, series=4)


def test_series_of_one_number_are_chosen_by_their_uid(tmp_path):
    write_series(tmp_path / "a", SeriesInstanceUID="1.2.3")
    write_series(tmp_path / "b", SeriesInstanceUID="1.2.4", heights=range(4))
    write_series(tmp_path / "c", SeriesInstanceUID="1.2.5", SeriesNumber=None, heights=range(3))
    with pytest.raises(ValueError, match="3 series lie here") as error:
        dicom(tmp_path)
    assert "series='1.2.4': CT, 4 images" in str(error.value)
    with pytest.raises(ValueError, match="There is no series 7 here"):  # two have it
        dicom(tmp_path, series=7)
    assert dicom(tmp_path, series="1.2.4").array.shape[2] == 4
    assert dicom(tmp_path, series="1.2.5").array.shape[2] == 3


def test_a_single_slice_is_as_thick_as_it_says(tmp_path):
    (file,) = write_series(tmp_path, heights=[2])
    assert dicom(file).spacing == (1.0, 2.0, 9.0)
    (file,) = write_series(tmp_path / "b", heights=[2], SliceThickness=None)
    with pytest.warns(UserWarning, match=r"single slice and does not say how thick it is: .* 1 mm") as warned:
        assert dicom(file).spacing == (1.0, 2.0, 1.0)
    assert warned[0].filename == __file__


def test_nothing_of_who_the_patient_is_is_shown(tmp_path):
    write_series(tmp_path / "a", PatientName="Doe^Jane", PatientID="4711")
    assert "Doe" not in repr(vars(dicom(tmp_path)))
    write_series(tmp_path / "b", PatientName="Doe^Jane", PatientID="4711", SeriesInstanceUID="1.2.4")
    with pytest.raises(ValueError, match="2 series") as error:
        dicom(tmp_path)
    assert "Doe" not in str(error.value)
    assert "4711" not in str(error.value)


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm"])
def test_a_real_slice_is_the_same_however_it_was_compressed(name):
    cut = dicom(REAL / name).slice()
    np.testing.assert_array_equal(cut.array, pydicom.dcmread(REAL / "MR_small.dcm").pixel_array)


def test_a_real_series_of_a_ct_scanner():
    """Five slices, 2.5 mm apart; the two scouts beside them are another series."""
    folder = REAL / "dicomdirtests" / "98892001"
    volume = dicom(folder, series=5)
    assert volume.array.shape == (16, 16, 5)
    assert volume.spacing == pytest.approx((0.488281, 0.488281, 2.5))
    lowest = pydicom.dcmread(folder / "CT5N" / "3353")
    np.testing.assert_array_equal(
        volume.slice("axial", -1.2375).array, lowest.pixel_array * lowest.RescaleSlope + lowest.RescaleIntercept
    )
