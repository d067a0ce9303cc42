"""A real CT slice, small and always there: pydicom brings it along."""

from dataclasses import replace

from mlcourse.datasets.credits import credit
from mlcourse.datasets.dicom import dicom
from mlcourse.datasets.missing import package


def ct_slice():
    """Return an axial CT slice through a thoracic vertebra, in Hounsfield units.

    Returns
    -------
    Slice
        ``array`` is float32, (128, 128), in Hounsfield units: air is -1000, water 0, bone several hundred. ``spacing``
        is in mm, ``credit`` its licence and citation. As radiologists look at it: the first row is the front, the first
        column the patient's right. In the middle the vertebra, above it to the right the aorta with contrast agent.

    Raises
    ------
    ModuleNotFoundError
        If pydicom or nibabel is missing.
    FileNotFoundError
        If this pydicom came without its files.

    Notes
    -----
    The values reach from lung to bone, too far for one picture. A window shows part of them, here from -160 to 240 HU,
    as usual for soft tissue: ``plt.imshow(ct.array, cmap="gray", vmin=-160, vmax=240)``.

    Examples
    --------
    >>> from mlcourse import datasets
    >>> ct = datasets.ct_slice()
    >>> ct.array.shape, ct.unit, round(ct.spacing[0], 2)
    ((128, 128), 'HU', 0.66)
    """
    file = package("pydicom.data").get_testdata_file("CT_small.dcm", download=False)
    if file is None:
        raise FileNotFoundError(
            "The CT slice comes with pydicom, which was installed without it: pip install --force-reinstall pydicom."
        )
    return replace(dicom(file).slice("axial"), source="CT_small.dcm of pydicom", credit=credit("ct_slice"))
