"""Three-dimensional images that know how they lie in the patient, and the slices that are cut from them."""

from dataclasses import dataclass

import numpy as np

from mlcourse.datasets.credits import Credit
from mlcourse.datasets.missing import package

PLANES = {"sagittal": 0, "coronal": 1, "axial": 2}
CONVENTIONS = ("radiological", "neurological")


@dataclass(frozen=True, eq=False, repr=False)
class Slice:
    """One plane of an image.

    Attributes
    ----------
    array : numpy.ndarray of float32, shape (H, W)
    spacing : (float, float)
        From row to row and from column to column, in mm. They often differ: show the slice with
        ``plt.imshow(slice.array, aspect=slice.aspect)``.
    source : str
        Where it comes from.
    unit : str
        "HU" where the values are Hounsfield units, else empty.
    credit : Credit or None
        Licence and citation of a published image.
    """

    array: np.ndarray
    spacing: tuple
    source: str
    unit: str = ""
    credit: Credit | None = None

    @property
    def aspect(self):
        """Height of a pixel over its width, for ``plt.imshow``: a millimetre is then as long down as across."""
        return self.spacing[0] / self.spacing[1]

    def __repr__(self):
        size, pixel = _by(self.array.shape), _by(f"{mm:.4g}" for mm in self.spacing)
        unit = f", in {self.unit}" if self.unit else ""
        return f"Slice of {size} pixels of {pixel} mm (down x across){unit}, from {self.source}" + (
            f"\n{self.credit}" if self.credit else ""
        )


@dataclass(frozen=True, eq=False, repr=False)
class Volume:
    """A three-dimensional image whose axes run to the patient's right, front and head ("RAS+").

    Attributes
    ----------
    array : numpy.ndarray of float32, shape (X, Y, Z)
        ``array[i, j, k]``: i counts from the patient's left to the right, j from back to front, k from feet to head.
        Where the scanner was tilted, each axis is the nearest one: nothing is resampled.
    spacing : (float, float, float)
        Distance between neighbouring voxels along the three axes, in mm.
    affine : numpy.ndarray, shape (4, 4)
        ``affine @ (i, j, k, 1)`` is where the middle of a voxel lies, in mm to the right, front and head.
    source : str
        Where it comes from.
    unit : str
        "HU" where the values are Hounsfield units, else empty.
    """

    array: np.ndarray
    spacing: tuple
    affine: np.ndarray
    source: str
    unit: str = ""

    def slice(self, plane="axial", at=None, *, convention="radiological"):
        """Cut out one slice, turned as it is looked at.

        Parameters
        ----------
        plane : {"axial", "coronal", "sagittal"}
        at : float, optional
            Where to cut, in the mm of ``affine``; left out, in the middle. The nearest slice is taken.
        convention : {"radiological", "neurological"}
            The first row is always the front (axial) or the top (coronal, sagittal). As radiologists look at it, from
            the feet and from the front, the first column is the patient's right (axial, coronal) or front (sagittal);
            in the neurological convention, which `mni152_slice` follows, the patient's left or back.

        Returns
        -------
        Slice

        Raises
        ------
        ValueError
            If a name is unknown, or the cut lies outside the image.
        """
        for name, value, known in (("plane", plane, PLANES), ("convention", convention, CONVENTIONS)):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; expected one of {', '.join(known)}.")
        axis = PLANES[plane]
        across, up = (other for other in range(3) if other != axis)
        index = self._nearest(axis, at)
        picture = np.take(self.array, index, axis=axis).T[::-1]
        if convention == "radiological":
            picture = picture[:, ::-1]
        spacing = (self.spacing[up], self.spacing[across])
        return Slice(np.ascontiguousarray(picture), spacing, self.source, self.unit)

    def _nearest(self, axis, at):
        """Index of the slice whose middle lies nearest to a place in mm."""
        count = self.array.shape[axis]
        if at is None:
            return count // 2
        middle = (np.array(self.array.shape) - 1) / 2
        middle[axis] = 0
        first, step = self.affine[axis, :3] @ middle + self.affine[axis, 3], self.affine[axis, axis]
        index = round((at - first) / step)
        if not 0 <= index < count:
            raise ValueError(
                f"at={at:g} mm lies outside the image, which reaches from {first:g} to {first + step * (count - 1):g} mm."
            )
        return index

    def __repr__(self):
        size, voxel = _by(self.array.shape), _by(f"{mm:.4g}" for mm in self.spacing)
        unit = f", in {self.unit}" if self.unit else ""
        return f"Volume of {size} voxels of {voxel} mm (to the right x front x head){unit}, from {self.source}"


def volume_from(array, affine, *, source, unit=""):
    """Turn an image so that its axes run to the patient's right, front and head; nothing is resampled.

    Parameters
    ----------
    array : numpy.ndarray, shape (I, J, K)
    affine : array, shape (4, 4)
        From indices to mm to the right, front and head.
    source, unit : str

    Returns
    -------
    Volume

    Raises
    ------
    ValueError
        If ``affine`` gives no directions.
    """
    nibabel = package("nibabel")
    with np.errstate(all="ignore"):
        directions = affine[:3, :3] / nibabel.affines.voxel_sizes(affine)
    if not np.isfinite(directions).all() or abs(np.linalg.det(directions)) < 1e-3:
        raise ValueError(
            f"{source} does not say how the image lies in the patient: from indices to mm it has\n{affine}\n"
            "Save it again with the software that made it."
        )
    image = nibabel.as_closest_canonical(nibabel.Nifti1Image(array, affine))
    spacing = tuple(float(mm) for mm in nibabel.affines.voxel_sizes(image.affine))
    return Volume(np.array(image.dataobj, np.float32, order="C"), spacing, image.affine, source, unit)


def _by(numbers):
    return " x ".join(str(number) for number in numbers)
