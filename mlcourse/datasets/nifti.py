"""Your own NIfTI images, turned so that everyone's left is on the same side."""

import warnings

import numpy as np

from mlcourse.datasets.missing import existing, holds, package, reader_of, visible
from mlcourse.datasets.volume import volume_from

MILLIMETRES = {"mm": 1.0, "unknown": 1.0, "micron": 1e-3, "meter": 1e3}


def nifti(path, *, volume=None, nan=None):
    """Read a NIfTI image and turn its axes to the patient's right, front and head.

    Parameters
    ----------
    path : str or path
        A file (``.nii``, ``.nii.gz``, or ``.hdr`` beside its ``.img``), or a folder that holds one.
    volume : int, optional
        Which one, from 0, where a file holds several (four axes: functional MR, diffusion).
    nan : float, optional
        What to put where a voxel is no finite number. Left out, such a file is refused.

    Returns
    -------
    Volume
        ``array[i, j, k]``, float32, with the file's scaling applied: i runs to the patient's right, j to the front, k to
        the head, whatever the file's order. ``spacing`` and ``affine`` are in mm; ``slice()`` cuts as radiologists look.

    Raises
    ------
    FileNotFoundError
        If the file is not there, or the folder holds none; says what is there.
    ValueError
        If the file is no NIfTI image, is damaged, holds several volumes or voxels that are no numbers, does not say how
        it lies, or if a folder holds several files.
    TypeError
        If the voxels are colours or complex numbers, or ``path`` is no path.
    ModuleNotFoundError
        If nibabel is missing.

    Warns
    -----
    UserWarning
        If the file does not say where left and right are.

    Examples
    --------
    >>> from mlcourse import datasets
    >>> brain = datasets.nifti("brain.nii.gz")  # doctest: +SKIP
    >>> brain.slice("axial", at=20).array  # doctest: +SKIP
    """
    nibabel = package("nibabel")
    file = _one_file(existing(path, kind="a NIfTI file"))
    try:
        image = nibabel.load(file)
        millimetres = MILLIMETRES[image.header.get_xyzt_units()[0]] if isinstance(image, nibabel.Nifti1Pair) else 1
    except Exception as error:  # a damaged file makes nibabel raise almost anything
        raise ValueError(
            f"{file} cannot be read as NIfTI: {error}.{reader_of([file], here='nifti')} If it should be one, copy or "
            "download it again: it may be damaged or cut short."
        ) from error
    if not isinstance(image, nibabel.Nifti1Pair):
        raise ValueError(
            f"{file} is a {type(image).__name__}, not NIfTI. Convert it: image.to_filename('name.nii.gz')."
        )
    affine = image.affine.copy()
    affine[:3] *= millimetres
    if not (image.header["sform_code"] or image.header["qform_code"]):
        warnings.warn(
            f"{file} does not say how it lies in the patient (sform and qform are unknown): left and right may be "
            "exchanged. Ask who made it.",
            stacklevel=2,
        )
    array = _finite(_voxels(file, image, volume), nan, file)
    return volume_from(array, affine, source=str(file))


def _one_file(path):
    """Take the file, or the only one of a folder."""
    if not path.is_dir():
        return path
    files = sorted(f for f in visible(path.iterdir()) if f.name.lower().endswith((".nii", ".nii.gz")))
    if not files:
        raise FileNotFoundError(
            f"No NIfTI file lies in {path}. {holds(path)}{reader_of(visible(path.iterdir()), here='nifti')}"
        )
    if len(files) > 1:
        names = ", ".join(file.name for file in files[:8]) + (" and more" if len(files) > 8 else "")
        raise ValueError(
            f"{path} holds {len(files)} NIfTI files: {names}. Name one, nifti({str(files[0])!r}), or read them one by "
            "one: [nifti(file) for file in sorted(pathlib.Path(folder).glob('*.nii*'))]."
        )
    return files[0]


def _voxels(file, image, volume):
    """The three axes asked for, as float32; the whole file is not read if one volume is enough."""
    kind = image.get_data_dtype()
    if kind.fields or kind.kind == "c":
        what = "colours" if kind.fields else "complex numbers"
        raise TypeError(f"{file} holds {what} in each voxel; expected one real number. Save a single channel.")
    shape = image.shape + (1,) * (3 - len(image.shape))
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) > 4:
        raise ValueError(f"{file} has shape {image.shape}; expected (X, Y, Z) or (X, Y, Z, volumes).")
    if len(shape) == 3 and volume not in (None, 0):
        raise ValueError(f"volume is {volume!r}, but {file} holds only one. Leave it out.")
    if len(shape) == 4 and volume not in range(shape[3]):
        came = "is not given" if volume is None else f"is {volume!r}"
        raise ValueError(
            f"{file} holds {shape[3]} volumes, shape {shape}, and volume {came}. Say which: nifti(..., volume=0) is the "
            f"first, volume={shape[3] - 1} the last."
        )
    try:
        voxels = image.dataobj[:, :, :, int(volume)] if len(shape) == 4 else image.dataobj
        return np.asarray(voxels, dtype=np.float32).reshape(shape[:3])
    except Exception as error:  # a damaged file makes nibabel raise almost anything
        raise ValueError(f"{file} is damaged or cut short: {error}. Copy or download it again.") from error


def _finite(array, nan, file):
    """Put a number where there is none, or say that there is none."""
    bad = ~np.isfinite(array)
    if bad.any() and nan is None:
        raise ValueError(
            f"{file} has {bad.sum()} of {bad.size} voxels that are no finite number (NaN), often those outside the brain. "
            "Say what they shall be: nifti(..., nan=0)."
        )
    return np.where(bad, np.float32(nan), array) if bad.any() else array
