"""Whose images these are: where they come from, under which licence, and how to cite them."""

import difflib
from dataclasses import dataclass

CC_BY = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
CC_BY_NC = "CC BY-NC 4.0 (not for commercial use), https://creativecommons.org/licenses/by-nc/4.0/"
MEDMNIST = (
    'J. Yang et al., "MedMNIST v2 - A large-scale lightweight benchmark for 2D and 3D biomedical image '
    'classification", Scientific Data 10:41, 2023'
)
ZENODO = "MedMNIST, https://doi.org/10.5281/zenodo.10519652"
CELL = (
    'D. S. Kermany et al., "Identifying medical diagnoses and treatable diseases by image-based deep learning", '
    "Cell 172(5), 2018"
)


@dataclass(frozen=True)
class Credit:
    """The line that belongs under a figure; ``str(credit)`` is that line.

    Attributes
    ----------
    name : str
        What is shown.
    source : str
        Where it comes from.
    licence : str
        What one may do with it, with the notice that must be kept, if there is one.
    citation : str
        What to cite.
    """

    name: str
    source: str
    licence: str
    citation: str

    def __str__(self):
        return f"{self.name}. Source: {self.source}. Licence: {self.licence}. Cite: {self.citation}."

    __repr__ = __str__


def _medmnist(name, *sources, licence=CC_BY):
    return Credit(name, ZENODO, licence, "; ".join((MEDMNIST, *sources)))


CREDITS = {
    # The terms are the MNI's own, which come with its atlases; nilearn calls the licence of its copy unknown.
    "mni152_slice": Credit(
        "MNI152 average brain, ICBM 2009a nonlinear symmetric",
        "Montreal Neurological Institute, brought along by nilearn",
        "to be used, copied, changed and passed on for any purpose without fee if this notice stays with it: "
        "Copyright (C) 1993-2004 Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological Institute, "
        "McGill University",
        'V. Fonov et al., "Unbiased average age-appropriate atlases for pediatric studies", NeuroImage 54(1), 2011',
    ),
    # From pydicom's LICENSE and from the README beside its test files.
    "ct_slice": Credit(
        "CT slice through a thoracic vertebra",
        "CT1_UNC of the sample images of DICOM Working Group 4 (NEMA), cut out and brought along by pydicom",
        "the authors of pydicom, which is under the MIT licence, know of no restriction on using this file",
        'D. Mason, "SU-E-T-33: Pydicom: an open source DICOM library", Medical Physics 38(6), 2011',
    ),
    "bloodmnist": _medmnist(
        "BloodMNIST, single blood cells under the microscope",
        'A. Acevedo et al., "A dataset of microscopic peripheral blood cell images for development of automatic '
        'recognition systems", Data in Brief 30:105474, 2020',
    ),
    "breastmnist": _medmnist(
        "BreastMNIST, breast ultrasound",
        'W. Al-Dhabyani et al., "Dataset of breast ultrasound images", Data in Brief 28:104863, 2020',
    ),
    "chestmnist": _medmnist(
        "ChestMNIST, chest radiographs",
        'X. Wang et al., "ChestX-ray8: hospital-scale chest X-ray database and benchmarks on weakly-supervised '
        'classification and localization of common thorax diseases", CVPR 2017',
    ),
    "dermamnist": _medmnist(
        "DermaMNIST, dermatoscopic images of pigmented skin lesions",
        'P. Tschandl et al., "The HAM10000 dataset, a large collection of multi-source dermatoscopic images of common '
        'pigmented skin lesions", Scientific Data 5:180161, 2018',
        'N. Codella et al., "Skin lesion analysis toward melanoma detection 2018", arXiv:1902.03368, 2019',
        licence=CC_BY_NC,
    ),
    "octmnist": _medmnist("OCTMNIST, optical coherence tomography of the retina", CELL),
    "organamnist": _medmnist(
        "OrganAMNIST, abdominal organs in axial CT",
        'P. Bilic et al., "The liver tumor segmentation benchmark (LiTS)", Medical Image Analysis 84:102680, 2023',
        'X. Xu et al., "Efficient multiple organ localization in CT image using 3D region proposal network", IEEE '
        "Transactions on Medical Imaging 38(8), 2019",
    ),
    "pathmnist": _medmnist(
        "PathMNIST, histology of colorectal cancer",
        'J. N. Kather et al., "Predicting survival from colorectal cancer histology slides using deep learning: a '
        'retrospective multicenter study", PLOS Medicine 16(1), 2019',
    ),
    "pneumoniamnist": _medmnist("PneumoniaMNIST, chest radiographs of children", CELL),
    "retinamnist": _medmnist(
        "RetinaMNIST, photographs of the retina",
        'R. Liu et al., "DeepDRiD: diabetic retinopathy - grading and image quality estimation challenge", '
        "Patterns 3(6), 2022",
    ),
}


def credit(name):
    """Return licence and citation of published images, to be shown under a figure.

    Parameters
    ----------
    name : str
        "mni152_slice", "ct_slice" or the name of a set of `medmnist`.

    Returns
    -------
    Credit
        ``str(credit)`` is the line under a figure. What `ct_slice` and `medmnist` return carries it as ``credit``.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> print(credit("breastmnist").licence)
    CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
    """
    if name not in CREDITS:
        near = difflib.get_close_matches(str(name), CREDITS, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"name is {name!r}; expected one of {', '.join(CREDITS)}.{meant}")
    return CREDITS[name]
