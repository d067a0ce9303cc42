"""A series that makes no regular volume is refused, with the files that are to blame and a way out."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from scans import write_series, write_slice

from mlcourse.datasets import dicom

REAL = Path(get_testdata_file("CT_small.dcm", download=False)).parent
AXIAL = ((1, 0, 0), (0, 1, 0))


def tilted_gantry(folder):
    for number in range(4):
        write_slice(folder / f"{number}.dcm", np.zeros((5, 4), np.uint8), (0, 1.5 * number, 5 * number), AXIAL, (1, 1))


def changed(name, **tags):
    """A series in which one slice has other tags."""

    def write(folder):
        write_series(folder, heights=[0, 1, 2, 3])
        write_slice(folder / name, np.zeros(tags.pop("size", (5, 4)), np.uint16), (-9, 12, -6), **{
            "orientation": AXIAL, "spacing": (2, 1)} | tags)  # fmt: skip

    return write


def broken(name, cut):
    def write(folder):
        files = write_series(folder)
        whole = files[2].read_bytes()
        files[2].unlink()
        (folder / name).write_bytes(whole[:cut])

    return write


REFUSED = {
    "a missing slice": (
        lambda folder: write_series(folder, heights=[0, 1, 2, 4, 5]),
        "usually 3.5 mm, but 7 mm between ", "6-2.dcm and ", "4-3.dcm; 1 of 4 distances are unusual", "missing",
    ),
    "two missing runs": (
        lambda folder: write_series(folder, heights=[0, 1, 2, 4, 5, 6, 10, 11]),
        "usually 3.5 mm, but 14 mm between ", "2 of 7 distances are unusual",
    ),
    "a slice at half the distance": (
        lambda folder: write_series(folder, heights=[0, 1, 2, 2.5, 3, 4]), "but 1.75 mm between", "two stacks are mixed",
    ),
    "copies": (
        lambda folder: write_series(folder, heights=[0, 1, 2, 2, 3]),
        "1 of 5 slices lie where another one lies already", "6-2.dcm on ", "times, echoes or directions",
    ),
    "two times": (
        lambda folder: write_series(folder, heights=[0, 1, 2, 0, 1, 2]), "3 of 6 slices lie where another", "of one into",
    ),
    "a tilted gantry": (tilted_gantry, "shifted against each other, by up to 4.5 mm", "dcm2niix", "nifti()"),
    "another plane": (
        changed("x.dcm", orientation=((1, 0, 0), (0, 0, -1))),
        "ImageOrientationPatient is (1, 0, 0, 0, 1, 0) in ", "but (1, 0, 0, 0, 0, -1) in ", "x.dcm. Scouts",
    ),
    "another pixel size": (changed("x.dcm", spacing=(2, 1.1)), "PixelSpacing is (2, 1) in ", "(2, 1.1) in ", "x.dcm"),
    "another height": (changed("x.dcm", size=(6, 4)), "Rows is (5) in ", "but (6) in ", "x.dcm"),
    "another width": (changed("x.dcm", size=(5, 3)), "Columns is (4) in ", "but (3) in ", "x.dcm"),
    "no position": (
        lambda folder: write_series(folder, ImagePositionPatient=None),
        "does not say where it lies", "ImagePositionPatient is missing", "radiographs", "png_folder()",
    ),
    "no pixel size and no direction": (
        lambda folder: write_series(folder, PixelSpacing=None, ImageOrientationPatient=None),
        "ImageOrientationPatient, PixelSpacing is missing", "save them as PNG",
    ),
    "no direction of length 1": (
        lambda folder: write_series(folder, ImageOrientationPatient=[0, 0, 0, 0, 0, 0]),
        "ImageOrientationPatient is (0, 0, 0, 0, 0, 0)", "right angles",
    ),
    "pixels without a size": (
        lambda folder: write_series(folder, PixelSpacing=[0, 1]), "does not say how the image lies", "Save it again",
    ),
    "several frames": (
        lambda folder: write_series(folder, NumberOfFrames=3), "holds 3 frames in one file", "dcm2niix",
    ),
    "colour": (
        lambda folder: write_slice(folder / "c.dcm", np.zeros((5, 4, 3), np.uint8), (0, 0, 0), AXIAL, (1, 1)),
        "c.dcm is a picture in colour", "png_folder(..., colour=True)",
    ),
    "colours by number": (
        lambda folder: write_series(folder, PhotometricInterpretation="PALETTE COLOR"), "is a picture in colour", "PNG",
    ),
    "a short file": (broken("x.dcm", -10), "x.dcm is damaged or cut short", "Copy it again"),
    "half a header": (broken("x.dcm", 400), "x.dcm should hold an image (CT Image Storage)", "Copy it again"),
    "a file named .dcm": (broken("x.dcm", 50), "x.dcm is no DICOM file, or its beginning is damaged", "take it out"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_series_that_makes_no_volume_is_told_with_a_way_out(tmp_path, name):
    write, *told = REFUSED[name]
    write(tmp_path)
    with pytest.raises(ValueError, match=r"\.") as error:
        dicom(tmp_path)
    for words in told:
        assert words in str(error.value)


def test_distances_may_be_rounded_and_the_patient_may_lie_a_little_askew(tmp_path):
    """Positions to a tenth of a mm: distances of 1.2 and 1.3 are 1.25. Less than a pixel sideways is no tilt."""
    for number, height in enumerate((0, 1.2, 2.5, 3.8, 5.0)):
        write_slice(tmp_path / f"{number}", np.zeros((5, 4), np.uint8), (0, 0.1 * number, height), AXIAL, (1, 1))
    assert dicom(tmp_path).spacing[2] == pytest.approx(1.25)


def test_real_series_that_make_no_volume():
    """A head whose slices in between were left out, and two scouts at right angles."""
    with pytest.raises(ValueError, match=r"usually 1.25 mm, but 202.5 mm between .*17106 and .*17136; 1 of 3"):
        dicom(REAL / "dicomdirtests" / "77654033" / "CT2")
    with pytest.raises(ValueError, match=r"ImageOrientationPatient is \(0, -1, 0, 0, 0, -1\) in .*6293 but \(1, 0,"):
        dicom(REAL / "dicomdirtests" / "98892001" / "CT2N")


def test_a_compression_that_nothing_here_unpacks_names_the_package(tmp_path, monkeypatch):
    """Whatever is installed where this runs."""
    decoder = pydicom.pixels.get_decoder(pydicom.uid.JPEGLSLossless)
    monkeypatch.setattr(decoder, "_available", {})
    monkeypatch.setattr(decoder, "_unavailable", {"pylibjpeg": ("pylibjpeg>=2.0", "pylibjpeg-libjpeg>=2.1")})
    with pytest.raises(ModuleNotFoundError, match="pip install pylibjpeg pylibjpeg-libjpeg") as error:
        dicom(REAL / "MR_small_jpeg_ls_lossless.dcm")
    assert "MR_small_jpeg_ls_lossless.dcm is compressed (JPEG-LS Lossless" in str(error.value)


def test_a_damaged_compressed_file_is_not_called_a_missing_package(tmp_path):
    """RLE needs no package: what fails there is the file."""
    whole = (REAL / "MR_small_RLE.dcm").read_bytes()
    at = whole.rindex(b"\xfe\xff\x00\xe0", 0, len(whole) - 1000) + 8  # behind the last item's tag and length
    (tmp_path / "a.dcm").write_bytes(whole[:at] + bytes(64) + whole[at + 64 :])
    with pytest.raises(ValueError, match=r"a.dcm is damaged or cut short"):
        dicom(tmp_path / "a.dcm")


def test_no_images(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "a.nii.gz").write_bytes(b"x")
    (tmp_path / "others" / "b.png").write_bytes(b"x")
    write_series(tmp_path / "scan")
    for name, told in {
        "empty": ("No DICOM image lies in", "0 files were looked at", "This folder is empty"),
        "others": ("2 files were looked at", "holds a.nii.gz, b.png", "by datasets.nifti and datasets.png_folder"),
        "scna": ("No 'scna' in", "a DICOM file or a folder of them", "Did you mean 'scan'?"),
    }.items():
        with pytest.raises(FileNotFoundError) as error:
            dicom(tmp_path / name)
        for words in told:
            assert words in str(error.value)
    with pytest.raises(ValueError, match=r"b.png is no DICOM file.* read by datasets.png_folder"):
        dicom(tmp_path / "others" / "b.png")
    with pytest.raises(ValueError, match=r"test-SR.dcm is a DICOM file without an image"):
        dicom(REAL / "test-SR.dcm")
