"""Your own DICOM images: one series, stacked by where its slices lie."""

import re
from collections import Counter

import numpy as np

from mlcourse.datasets.dicom_stack import PLACED_BY, stacked
from mlcourse.datasets.missing import existing, holds, package, reader_of, visible
from mlcourse.datasets.volume import volume_from

NEEDED = (*PLACED_BY, "Rows", "Columns", "SliceThickness", "NumberOfFrames", "SeriesNumber")


def dicom(path, *, series=None):
    """Read the slices of one DICOM series and stack them into a volume.

    Parameters
    ----------
    path : str or path
        A folder, looked into with all folders in it, or a single file.
    series : int or str, optional
        Which one, where there are several: its SeriesNumber, or its SeriesInstanceUID. The error that asks for it lists
        them.

    Returns
    -------
    Volume
        ``array[i, j, k]``, float32: i runs to the patient's right, j to the front, k to the head, however the slices
        were taken. The distance of slices comes from their positions (ImagePositionPatient), not from SliceThickness,
        which says how thick each is. For CT the values are Hounsfield units, and what lies outside the scanner's round
        field (PixelPaddingValue) is set to -1024. ``source`` says how many files held no image and were left out.

    Raises
    ------
    FileNotFoundError
        If the path is not there, or no DICOM image lies in it; says what is there.
    ValueError
        If there are several series; or slices are missing, lie twice in one place, are shifted against each other or
        differ; or a file is damaged, in colour, or holds several frames. Says which files.
    ModuleNotFoundError
        If pydicom or nibabel is missing, or what unpacks a compressed image.

    Notes
    -----
    DICOM files carry the patient's name and more. Nothing of it is read into the volume or shown. Still, work on files
    that were anonymised.

    Examples
    --------
    >>> from mlcourse import datasets
    >>> volume = datasets.dicom("scan/")  # doctest: +SKIP
    >>> volume = datasets.dicom("scan/", series=3)  # doctest: +SKIP
    """
    path = existing(path, kind="a DICOM file or a folder of them")
    headers, without = _headers(path)
    chosen = _choose(headers, series)
    _refuse_kinds(chosen)
    slices, affine = stacked(chosen)
    array = np.empty((len(slices), slices[0].Rows, slices[0].Columns), np.float32)
    for place, header in zip(array, slices, strict=True):
        place[:] = _values(header)
    left_out = f", {without} files without an image left out" if without else ""
    source = f"{path} ({len(slices)} {'slices' if len(slices) > 1 else 'slice'}{left_out})"
    return volume_from(array.transpose(2, 1, 0), affine, source=source, unit=_unit(slices[0]))


def _headers(path):
    """Read everything but the pixels of each image; count the other files."""
    if path.is_file():
        header = _header(path, named=True)
        if header is None:
            raise ValueError(f"{path} is a DICOM file without an image.")
        return [header], 0
    files = sorted(file for file in visible(path.rglob("*")) if file.is_file())
    found = [_header(file, named=file.suffix.lower() == ".dcm") for file in files]
    headers = [header for header in found if header is not None]
    if not headers:
        raise FileNotFoundError(
            f"No DICOM image lies in {path}; {len(files)} files were looked at. {holds(path)}"
            f"{reader_of(files, here='dicom')}"
        )
    return headers, len(files) - len(headers)


def _header(file, named):
    """Read everything but the pixels; None for a file of another kind, unless it is ``named`` as DICOM."""
    pydicom = package("pydicom")
    try:
        header = pydicom.dcmread(file, stop_before_pixels=True)
        kind = getattr(header.get("SOPClassUID"), "name", "")
        for tag in NEEDED:  # a number is only decoded when it is asked for
            np.array(header.get(tag) or 0, float)
    except pydicom.errors.InvalidDicomError as error:
        if not named:
            return None
        raise ValueError(
            f"{file} is no DICOM file, or its beginning is damaged (it lacks the letters DICM)."
            f"{reader_of([file], here='dicom')} Copy it again, or take it out of the folder."
        ) from error
    except Exception as error:  # a damaged file makes pydicom raise almost anything
        raise ValueError(f"{file} is damaged: {error}. Copy it again, or take it out of the folder.") from error
    if "Rows" in header:
        return header
    if kind.endswith("Image Storage"):  # left out in silence, it would leave a hole
        raise ValueError(f"{file} should hold an image ({kind}) and does not: it may be cut short. Copy it again.")
    return None  # a folder's index (DICOMDIR), a report, a contour


def _choose(headers, series):
    """Keep the files of one series."""
    found = {}
    for header in headers:
        found.setdefault(str(header.get("SeriesInstanceUID", "")), []).append(header)
    numbers = Counter(group[0].get("SeriesNumber") for group in found.values())
    names = {}
    for uid, group in found.items():
        number = group[0].get("SeriesNumber")
        names[uid] = int(number) if number is not None and numbers[number] == 1 else uid
    if series is None and len(found) == 1:
        return headers
    for uid, group in found.items():
        if series is not None and str(series) in (uid, str(names[uid])):
            return group
    came = f"{len(found)} series lie here." if series is None else f"There is no series {series!r} here."
    inside = sorted(found, key=lambda uid: (isinstance(names[uid], str), names[uid]))  # numbers first
    told = "".join(f"\n  series={names[uid]!r}: {_described(found[uid])}" for uid in inside)
    raise ValueError(f"{came} Choose one, for example dicom(..., series={names[inside[0]]!r}):{told}")


def _described(group):
    text = f"{group[0].get('Modality', '')} {group[0].get('SeriesDescription', '')}".strip() or "no description"
    return f"{text}, {len(group)} {'images' if len(group) > 1 else 'image'}"


def _refuse_kinds(headers):
    """Refuse what is no grey slice of its own."""
    for header in headers:
        if int(header.get("NumberOfFrames") or 1) > 1:
            raise ValueError(
                f"{header.filename} holds {header.NumberOfFrames} frames in one file (enhanced or multi-frame DICOM); "
                "expected one slice a file. Convert it to NIfTI, for example with dcm2niix, and read that with nifti()."
            )
        if not header.get("PhotometricInterpretation", "MONOCHROME2").startswith("MONOCHROME"):
            raise ValueError(
                f"{header.filename} is a picture in colour; expected grey values. Save it as PNG and use "
                "png_folder(..., colour=True)."
            )


def _values(header):
    """What the pixels of one file mean, (rows, columns)."""
    pydicom, pixels = package("pydicom"), package("pydicom.pixels")
    try:
        file = pydicom.dcmread(header.filename)
        stored = file.pixel_array
        values = pixels.apply_rescale(stored, file)
        if _unit(file) == "HU" and "PixelPaddingValue" in file:
            values = np.where(stored == file.PixelPaddingValue, -1024, values)
        return values
    except Exception as error:  # a damaged file makes pydicom raise almost anything
        syntax = header.file_meta.get("TransferSyntaxUID")
        usable, others = _unpackers(syntax)
        if not usable:
            raise ModuleNotFoundError(
                f"{header.filename} is compressed ({syntax.name}), and what unpacks this is not installed: {others}."
            ) from error
        hint = f" If that does not help, it may need another way to unpack {syntax.name}: {others}." if others else ""
        raise ValueError(f"{header.filename} is damaged or cut short: {error}. Copy it again.{hint}") from error


def _unpackers(syntax):
    """Whether something installed unpacks this kind of compression, and how to install something else that does."""
    try:
        decoder = package("pydicom.pixels").get_decoder(syntax or "")
    except NotImplementedError:  # not compressed, or no compression at all but damage
        return True, ""
    # pydicom names what each of its decoders lacks, as "pylibjpeg>=2.0 and pylibjpeg-libjpeg>=2.1"
    lacking = re.findall(r"pylibjpeg[a-z-]*(?=[>=<])", " ".join(decoder.missing_dependencies))
    return decoder.is_available, f"pip install {' '.join(dict.fromkeys(lacking))}" if lacking else ""


def _unit(header):
    """Only CT, and only where the file says how to come from stored numbers to Hounsfield units."""
    hounsfield = header.get("Modality") == "CT" and "RescaleIntercept" in header
    return "HU" if hounsfield and header.get("RescaleType", "HU") in ("HU", "") else ""
