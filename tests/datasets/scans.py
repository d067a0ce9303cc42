"""Synthetic patients whose brightness is a known function of the place, and how scanners write them down."""

import itertools

import numpy as np

SPACING = (1.0, 2.0, 3.5)
SHAPE = (4, 5, 6)
NIFTI_ORIENTATIONS = [
    (order, flips) for order in itertools.permutations(range(3)) for flips in itertools.product((False, True), repeat=3)
]
AXES = np.array([*np.eye(3), *-np.eye(3)])
DICOM_ORIENTATIONS = [(row, column) for row in AXES for column in AXES if row @ column == 0]
SLOPE, INTERCEPT = 0.25, -1024.0  # from stored numbers to Hounsfield units


def brightness(points):
    """Of places (..., 3) in mm to the right, front and head: no turn, mirror or exchange of axes leaves it as it is."""
    x, y, z = np.moveaxis(np.asarray(points), -1, 0)
    return 20 + 5 * x - 3 * y + 2 * z + 0.11 * x * y - 0.07 * y * z + 0.05 * z * x


def places(affine, shape):
    """Where each voxel lies, (*shape, 3)."""
    indices = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1)
    return indices @ affine[:3, :3].T + affine[:3, 3]


def turn(degrees):
    """Turn about three axes, by angles that differ."""
    a, b, c = np.radians(degrees)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(c), -np.sin(c)], [0, np.sin(c), np.cos(c)]])
    return about_z @ about_y @ about_x


def reordered(array, affine, order, flips):
    """The same patient, stored with other axes: where each voxel lies stays as it is."""
    back = np.zeros((4, 4))  # from new indices to old ones
    back[3, 3] = 1
    for new, (old, flip) in enumerate(zip(order, flips, strict=True)):
        back[old, new] = -1 if flip else 1
        back[old, 3] = array.shape[old] - 1 if flip else 0
    stored = array.transpose(order)[tuple(slice(None, None, -1 if flip else 1) for flip in flips)]
    return stored, affine @ back


def write_slice(file, pixels, position, orientation, spacing, **tags):
    """Write one DICOM file; ``position`` and ``orientation`` as DICOM counts, in mm to the left, back and head."""
    import pydicom

    written = pydicom.Dataset()
    written.file_meta = pydicom.dataset.FileMetaDataset()
    written.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    written.SOPClassUID = pydicom.uid.CTImageStorage
    written.SOPInstanceUID = pydicom.uid.generate_uid(entropy_srcs=[str(file)])
    written.SeriesInstanceUID = "1.2.3"
    written.SeriesNumber = 7
    written.Modality = "CT"
    written.ImagePositionPatient = [f"{mm:.6f}" for mm in position]
    written.ImageOrientationPatient = [f"{cosine:.6f}" for cosine in np.ravel(orientation)]
    written.PixelSpacing = list(spacing)
    written.SliceThickness = 9
    written.RescaleSlope, written.RescaleIntercept = SLOPE, INTERCEPT
    pixels = np.asarray(pixels)
    written.set_pixel_data(pixels, "RGB" if pixels.ndim == 3 else "MONOCHROME2", pixels.dtype.itemsize * 8)
    for tag, value in tags.items():
        if value is None:
            delattr(written, tag)
        else:
            setattr(written, tag, value)
    file.parent.mkdir(parents=True, exist_ok=True)
    written.save_as(file, enforce_file_format=True)


def write_series(
    folder, orientation=((1, 0, 0), (0, 1, 0)), *, heights=range(6), spacing=(2.0, 1.0), origin=(-9, 12, -20), **tags
):
    """Write a stack: names and InstanceNumber tell nothing of the order, SliceThickness nothing of the distance.

    ``heights`` in slices of 3.5 mm along the normal; ``spacing`` from row to row and from column to column.
    """
    along_row, down_column = np.array(orientation, float)
    normal = np.cross(along_row, down_column)
    rows, columns = np.arange(5)[:, None, None], np.arange(4)[:, None]
    files = []
    for number, height in enumerate(heights):
        position = np.array(origin) + 3.5 * height * normal
        lps = position + rows * spacing[0] * down_column + columns * spacing[1] * along_row
        stored = np.round((brightness(lps * (-1, -1, 1)) - INTERCEPT) / SLOPE).astype(np.uint16)
        file = folder / f"{(number * 5 + 3) % 7}-{number}.dcm"
        write_slice(file, stored, position, (along_row, down_column), spacing, **{"InstanceNumber": -number} | tags)
        files.append(file)
    return files


def assert_patient_is_in_place(volume, tolerance):
    """Every voxel is as bright as the patient at the place where the volume says that it lies."""
    np.testing.assert_allclose(
        volume.array, brightness(places(volume.affine, volume.array.shape)), rtol=0, atol=tolerance
    )
    directions = volume.affine[:3, :3] / volume.spacing
    assert (np.diag(directions) > 0.5).all(), "the axes do not run to the right, front and head"
