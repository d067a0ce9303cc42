"""Your own pictures: a folder of PNG or JPEG files."""

import re
from typing import NamedTuple

import numpy as np

from mlcourse.datasets.missing import existing, holds, package, reader_of, visible

ENDS = (".png", ".jpg", ".jpeg")


class Pictures(NamedTuple):
    """What `png_folder` found.

    Attributes
    ----------
    images : numpy.ndarray of float32, shape (N, C, H, W)
        From 0 to 1.
    names : list of str
        Of the files, in the same order.
    """

    images: np.ndarray
    names: list


def png_folder(folder, *, colour=False):
    """Read all PNG and JPEG pictures of a folder, which must have one size.

    Parameters
    ----------
    folder : str or path
        Folders in it are not looked into.
    colour : bool
        Whether to keep red, green and blue. Otherwise a coloured picture becomes grey (its luma, ITU-R 601).

    Returns
    -------
    images : numpy.ndarray of float32, shape (N, 1, H, W) or (N, 3, H, W)
        From 0, the darkest a file can hold, to 1, the brightest: 255 of 8 bits or 65535 of 16. Pictures of one folder
        can so be compared. 12-bit images kept in files of 16 bits come out dark: multiply by 65535 / 4095.
    names : list of str
        Of the files, in the same order; numbers are counted, so "scan2" comes before "scan10".

    Raises
    ------
    FileNotFoundError
        If the folder is not there, or holds no such picture; says what it holds.
    NotADirectoryError
        If it is a file.
    ValueError
        If a file cannot be read or the sizes differ; says which.
    ModuleNotFoundError
        If Pillow is missing.

    Notes
    -----
    Mind masks. One that was saved as 0 and 255 comes back as 0.0 and 1.0, as it should. One that was saved as labels
    0, 1, 2 looks black and comes back as 0, 1/255, 2/255: ``(images * 255).round().astype(int)``. One that was saved as
    JPEG has lost its sharp edges.

    A PNG does not know its pixel's size: distances are in pixels. It may know nothing of Hounsfield units either.

    Examples
    --------
    >>> from mlcourse import datasets
    >>> images, names = datasets.png_folder("scans/")  # doctest: +SKIP
    """
    folder = existing(folder, kind="a folder of PNG or JPEG files")
    if not folder.is_dir():
        raise NotADirectoryError(
            f"{folder} is a file; expected the folder it lies in, {folder.parent}.{reader_of([folder], here='png_folder')}"
        )
    entries = visible(folder.iterdir())
    files = sorted((file for file in entries if file.suffix.lower() in ENDS and file.is_file()), key=_counting)
    if not files:
        raise FileNotFoundError(
            f"No PNG or JPEG file lies in {folder}. {holds(folder)}{reader_of(entries, here='png_folder')}"
        )
    pictures = [_read(file, colour) for file in files]
    _refuse_sizes(files, pictures)
    return Pictures(np.moveaxis(np.stack(pictures), 3, 1).copy(), [file.name for file in files])


def _counting(file):
    """Sort by name as people count: scan2 before scan10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"([0-9]+)", file.name.lower())]


def _read(file, colour):
    """One picture, (H, W, C)."""
    Image, ImageOps = package("PIL.Image"), package("PIL.ImageOps")
    try:
        with Image.open(file) as opened:
            picture = ImageOps.exif_transpose(opened)  # a camera writes down how it was held, and turns nothing
            if picture.mode.startswith("I"):  # 16 bits, which convert("L") would cut off at 255
                values = np.asarray(picture)[:, :, None].astype(np.float32) / 65535
                return np.repeat(values, 3 if colour else 1, axis=2)
            values = np.asarray(picture.convert("RGB" if colour else "L"))
    except Exception as error:  # a damaged file makes Pillow raise almost anything
        raise ValueError(
            f"{file} cannot be read as a picture: {error}. Take it out of the folder, or save it again."
        ) from error
    return values.reshape(*values.shape[:2], -1) / np.float32(255)


def _refuse_sizes(files, pictures):
    """All must have the size of most; say which do not."""
    sizes = [picture.shape[:2] for picture in pictures]
    usual = max(sizes, key=sizes.count)
    others = [f"{file.name} {h} x {w}" for file, (h, w) in zip(files, sizes, strict=True) if (h, w) != usual]
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        raise ValueError(
            f"The pictures differ in size (height x width): {sizes.count(usual)} of {len(files)} have {usual[0]} x "
            f"{usual[1]} pixels, but {', '.join(others[:5])}{more}. Put those of one size into a folder of their own, or "
            "bring all to one size first: PIL.Image.open(file).resize((width, height)).save(file)."
        )
