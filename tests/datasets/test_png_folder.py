"""A folder of pictures becomes one array: nothing is cut off, turned, mixed up or taken for what it is not."""

import numpy as np
import pytest
from PIL import Image

from mlcourse.datasets import png_folder

GREY = np.arange(35, dtype=np.uint8).reshape(5, 7) * 7
RED, GREEN, BLUE = GREY, 255 - GREY, np.full_like(GREY, 40)
COLOUR = np.stack([RED, GREEN, BLUE], axis=2)
LUMA = COLOUR @ np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
HALF_A_STEP = 0.5 / 255 + 1e-6


def saved(folder, **pictures):
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        picture = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
        picture.save(folder / f"{name}.png")
    return folder


def test_grey_pictures_of_eight_bits(tmp_path):
    images, names = png_folder(saved(tmp_path, a=GREY, b=255 - GREY))
    assert (images.shape, images.dtype, names) == ((2, 1, 5, 7), np.float32, ["a.png", "b.png"])
    np.testing.assert_allclose(images[0, 0], GREY / 255, rtol=1e-6)
    np.testing.assert_allclose(images[1, 0], 1 - GREY / 255, rtol=0, atol=1e-6)


def test_sixteen_bits_keep_all_of_them(tmp_path):
    deep = np.arange(35, dtype=np.uint16).reshape(5, 7) * 1900  # up to 64600
    images, _ = png_folder(saved(tmp_path, a=deep))
    np.testing.assert_allclose(images[0, 0], deep / 65535, rtol=1e-6)
    images, _ = png_folder(tmp_path, colour=True)
    np.testing.assert_allclose(images[0], np.stack([deep / 65535] * 3), rtol=1e-6)


@pytest.mark.parametrize(("bits", "white"), [(1, 1.0), (8, 1.0), (16, 1.0)])
def test_black_and_white_are_0_and_1_whatever_the_bits(tmp_path, bits, white):
    mask = np.zeros((5, 7), bool)
    mask[1:3, 4] = True
    stored = {1: mask, 8: mask.astype(np.uint8) * 255, 16: mask.astype(np.uint16) * 65535}[bits]
    np.testing.assert_array_equal(png_folder(saved(tmp_path, a=stored)).images[0, 0], mask * white)


def test_labels_come_back_as_the_docstring_says(tmp_path):
    labels = np.array([[0, 1, 2], [3, 4, 250]], np.uint8)
    images, _ = png_folder(saved(tmp_path, a=labels))
    np.testing.assert_array_equal((images[0, 0] * 255).round().astype(int), labels)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colour_becomes_grey_or_is_kept(tmp_path, mode):
    picture = Image.fromarray(COLOUR)
    picture = picture.quantize(256) if mode == "P" else picture.convert(mode)
    stored = np.asarray(picture.convert("RGB"))
    images, _ = png_folder(saved(tmp_path, a=picture))
    np.testing.assert_allclose(images[0, 0], stored @ np.array([0.299, 0.587, 0.114]) / 255, rtol=0, atol=2 / 255)
    images, _ = png_folder(tmp_path, colour=True)
    np.testing.assert_allclose(images, np.moveaxis(stored, 2, 0)[None] / 255, rtol=1e-6)
    assert images.flags.c_contiguous


def test_grey_is_the_luma_and_grey_and_coloured_pictures_may_lie_together(tmp_path):
    images, _ = png_folder(saved(tmp_path, a=COLOUR, b=GREY))
    np.testing.assert_allclose(images[:, 0], [LUMA / 255, GREY / 255], rtol=0, atol=HALF_A_STEP)
    images, _ = png_folder(tmp_path, colour=True)
    np.testing.assert_allclose(images[1], np.stack([GREY / 255] * 3), rtol=1e-6)


def test_a_photograph_is_turned_as_it_was_held(tmp_path):
    flat = np.repeat(np.repeat(GREY, 8, axis=0), 8, axis=1)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn clockwise to look at it
    Image.fromarray(flat).save(tmp_path / "a.JPG", exif=exif, quality=100)
    images, names = png_folder(tmp_path)
    assert (images.shape, names) == ((1, 1, 56, 40), ["a.JPG"])
    np.testing.assert_allclose(images[0, 0], np.rot90(flat, -1) / 255, rtol=0, atol=0.02)


def test_numbers_in_names_are_counted(tmp_path):
    names = ["scan10", "scan2", "scan1", "Scan3", "1_b", "b", "scan02b"]
    saved(tmp_path, **{name: np.full((2, 3), number, np.uint8) for number, name in enumerate(names)})
    images, found = png_folder(tmp_path)
    assert found == [f"{name}.png" for name in ("1_b", "b", "scan1", "scan2", "scan02b", "Scan3", "scan10")]
    assert [names[int(image.max() * 255 + 0.5)] + ".png" for image in images] == found


def test_only_pictures_of_this_folder_are_read(tmp_path):
    saved(tmp_path, a=GREY)
    saved(tmp_path / "more", b=GREY)
    (tmp_path / "notes.txt").write_text("contrast agent")
    (tmp_path / "._a.png").write_bytes(b"what a Mac leaves behind")
    (tmp_path / "folder.png").mkdir()
    assert png_folder(tmp_path).names == ["a.png"]
    assert png_folder(str(tmp_path)).names == ["a.png"]


@pytest.fixture
def folders(tmp_path):
    """What may go wrong with a student's folder."""
    whole = (saved(tmp_path / "whole", a=np.tile(GREY, (20, 20))) / "a.png").read_bytes()
    for name, content in {
        "short": whole[: len(whole) // 2],
        "text": b"<html>404 not found</html>",
        "nothing": b"",
        "flipped": whole[:60] + bytes([whole[60] ^ 255]) + whole[61:],
    }.items():
        (saved(tmp_path / name, a=GREY) / "b.png").write_bytes(content)
    saved(tmp_path / "sizes", a=GREY, b=GREY, c=GREY.T, d=GREY, e=GREY[:3])
    saved(tmp_path / "many", z=GREY, y=GREY, **{f"a{n}": np.zeros((2, n + 1), np.uint8) for n in range(9)})
    saved(tmp_path / "classes" / "benign", a=GREY)
    saved(tmp_path / "classes" / "malignant", a=GREY)
    (tmp_path / "dicom").mkdir()
    (tmp_path / "dicom" / "IM1.dcm").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    return tmp_path


REFUSED = {
    "whoel": (FileNotFoundError, "No 'whoel' in", "a folder of PNG or JPEG files", "Did you mean 'whole'?"),
    "whole/a.png": (NotADirectoryError, "a.png is a file; expected the folder it lies in", "whole."),
    "dicom/IM1.dcm": (NotADirectoryError, "IM1.dcm is a file", "are read by datasets.dicom"),
    "empty": (FileNotFoundError, "No PNG or JPEG file lies in", "This folder is empty"),
    "classes": (FileNotFoundError, "No PNG or JPEG file lies in", "This folder holds benign/, malignant/"),
    "dicom": (FileNotFoundError, "holds IM1.dcm", "are read by datasets.dicom"),
    "short": (ValueError, "b.png cannot be read as a picture", "Take it out"),
    "text": (ValueError, "b.png cannot be read as a picture", "Take it out"),
    "nothing": (ValueError, "b.png cannot be read as a picture", "Take it out"),
    "flipped": (ValueError, "b.png cannot be read as a picture", "Take it out"),
    "sizes": (
        ValueError, "3 of 5 have 5 x 7 pixels, but c.png 7 x 5, e.png 3 x 7.", "(height x width)", "resize((width, height))",
    ),
    "many": (ValueError, "2 of 11 have 5 x 7", "a0.png 2 x 1, a1.png 2 x 2, a2.png 2 x 3", "and 4 more"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told_with_a_way_out(folders, name):
    kind, *told = REFUSED[name]
    with pytest.raises(kind) as error:
        png_folder(folders / name)
    for words in told:
        assert words in str(error.value)
