"""Real images, from packages that bring them along, from the network, and the student's own.

What is published carries its `Credit`; what cannot be had says what is missing and how to go on.
"""

from mlcourse.datasets.brain import mni152_slice
from mlcourse.datasets.credits import Credit, credit
from mlcourse.datasets.ct import ct_slice
from mlcourse.datasets.dicom import dicom
from mlcourse.datasets.medmnist import MedMNIST, Split, medmnist
from mlcourse.datasets.nifti import nifti
from mlcourse.datasets.png import Pictures, png_folder
from mlcourse.datasets.volume import Slice, Volume

__all__ = [
    "Credit",
    "MedMNIST",
    "Pictures",
    "Slice",
    "Split",
    "Volume",
    "credit",
    "ct_slice",
    "dicom",
    "medmnist",
    "mni152_slice",
    "nifti",
    "png_folder",
]
