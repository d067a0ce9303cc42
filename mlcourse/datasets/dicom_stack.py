"""How the slices of a DICOM series lie on each other; the standard's C.7.6.2 says where each one is."""

import warnings

import numpy as np

GAP = 0.1  # so much may the distance of two slices differ from the usual one, as a share of it
PLACED_BY = {"ImagePositionPatient": 3, "ImageOrientationPatient": 6, "PixelSpacing": 2}  # tag -> how many numbers
TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])  # DICOM counts mm to the patient's left, back and head


def stacked(headers):
    """Sort slices along their normal and say where their voxels lie.

    Parameters
    ----------
    headers : list of pydicom.Dataset
        Of one series, in any order.

    Returns
    -------
    slices : list of pydicom.Dataset
        From low to high along their normal.
    affine : numpy.ndarray, shape (4, 4)
        From (column, row, slice) to mm to the patient's right, front and head.

    Raises
    ------
    ValueError
        If the slices make no regular grid; says why, and names files.

    Warns
    -----
    UserWarning
        If a single slice does not say how thick it is.
    """
    _refuse_unplaced(headers)
    _refuse_different(headers)
    first = headers[0]
    along_row, down_column = np.array(first.ImageOrientationPatient, float).reshape(2, 3)
    row_distance, column_distance = (float(mm) for mm in first.PixelSpacing)
    normal = np.cross(along_row, down_column)
    if abs(np.linalg.norm(normal) - 1) > 1e-3:
        raise ValueError(
            f"{first.filename} does not say how it lies: ImageOrientationPatient is "
            f"{_numbers(first.ImageOrientationPatient)}; expected two directions at right angles, each of length 1."
        )
    positions = np.array([header.ImagePositionPatient for header in headers], float)
    order = np.argsort(positions @ normal, kind="stable")
    slices, positions = [headers[n] for n in order], positions[order]
    heights = positions @ normal
    _refuse_gaps(slices, heights)
    sideways = positions - heights[:, None] * normal
    shift = np.linalg.norm(sideways - sideways[0], axis=1).max()
    if shift > min(row_distance, column_distance):
        raise ValueError(
            f"The slices are shifted against each other, by up to {shift:.4g} mm: the scanner's gantry was tilted, or the "
            "table moved. Stacked as they are, they would show a slanted patient. Convert them with dcm2niix, which "
            "corrects a tilted gantry, and read the result with nifti()."
        )
    distance = (heights[-1] - heights[0]) / (len(slices) - 1) if len(slices) > 1 else _thickness(first)
    affine = np.eye(4)
    affine[:3] = np.stack(
        [along_row * column_distance, down_column * row_distance, normal * distance, positions[0]], axis=1
    )
    return slices, TO_RAS @ affine


def _refuse_unplaced(headers):
    for header in headers:
        missing = [tag for tag, numbers in PLACED_BY.items() if np.size(header.get(tag)) != numbers]
        if missing:
            raise ValueError(
                f"{header.filename} does not say where it lies in the patient: {', '.join(missing)} is missing, as in "
                "radiographs and ultrasound. Such images make no volume. Take the pixels of each, "
                "pydicom.dcmread(file).pixel_array, or save them as PNG and use png_folder()."
            )


def _refuse_different(headers):
    first = headers[0]
    for header in headers[1:]:
        for tag in ("Rows", "Columns", "PixelSpacing", "ImageOrientationPatient"):
            one, other = (np.atleast_1d(np.array(file[tag].value, float)) for file in (first, header))
            if not np.allclose(one, other, rtol=1e-3, atol=1e-3):
                raise ValueError(
                    f"The slices of this series do not belong on each other: {tag} is {_numbers(one)} in "
                    f"{first.filename} but {_numbers(other)} in {header.filename}. Scouts and other planes are often kept "
                    "in one series with the slices: put those that belong together into a folder of their own."
                )


def _refuse_gaps(slices, heights):
    steps = np.diff(heights)
    if not steps.size:
        return
    if steps.min() < 1e-3:
        at = int(steps.argmin())
        raise ValueError(
            f"{(steps < 1e-3).sum()} of {len(slices)} slices lie where another one lies already, for example "
            f"{slices[at + 1].filename} on {slices[at].filename}. The series holds several times, echoes or directions, or "
            "copies: put the slices of one into a folder of their own."
        )
    usual = np.median(steps)
    odd = np.flatnonzero(abs(steps - usual) > GAP * usual)
    if odd.size:
        at = int(odd[abs(steps[odd] - usual).argmax()])
        raise ValueError(
            f"The slices do not lie at equal distances: usually {usual:.4g} mm, but {steps[at]:.4g} mm between "
            f"{slices[at].filename} and {slices[at + 1].filename}; {odd.size} of {steps.size} distances are unusual. "
            "Slices are missing, or two stacks are mixed. Export the series again, or put the slices of one stack "
            "without a gap into a folder of their own."
        )


def _thickness(header):
    """How far one slice alone reaches: there is no other to measure from."""
    thickness = float(header.get("SliceThickness") or 0)
    if thickness <= 0:
        warnings.warn(
            f"{header.filename} is a single slice and does not say how thick it is: its spacing across is set to 1 mm.",
            stacklevel=4,
        )
    return thickness if thickness > 0 else 1.0


def _numbers(values):
    return f"({', '.join(f'{float(value):.6g}' for value in values)})"
