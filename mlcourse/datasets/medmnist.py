"""MedMNIST: small, labelled medical images from many modalities, downloaded once and kept."""

import difflib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mlcourse.datasets.credits import Credit, credit
from mlcourse.datasets.missing import package

ADDRESS = "https://zenodo.org/records/10519652/files/{file}?download=1"
MD5 = {  # as published with version 3 of MedMNIST, for 28 x 28 and 64 x 64 pixels
    "bloodmnist": {28: "7053d0359d879ad8a5505303e11de1dc", 64: "2b94928a2ae4916078ca51e05b6b800b"},
    "breastmnist": {28: "750601b1f35ba3300ea97c75c52ff8f6", 64: "742edef2a1fd1524b2efff4bd7ba9364"},
    "chestmnist": {28: "02c8a6516a18b556561a56cbdd36c4a8", 64: "9de6cd0b934ebb5b7426cfba5efbae16"},
    "dermamnist": {28: "0744692d530f8e62ec473284d019b0c7", 64: "b70a2f5635c6199aeaa28c31d7202e1f"},
    "octmnist": {28: "c68d92d5b585d8d81f7112f81e2d0842", 64: "e229e9440236b774d9f0dfef9d07bdaf"},
    "organamnist": {28: "68e3f8846a6bd62f0c9bf841c0d9eacc", 64: "2dcccc29b88e6da5a01161ef20cda288"},
    "pathmnist": {28: "a8b06965200029087d5bd730944a56c1", 64: "55aa9c1e0525abe5a6b9d8343a507616"},
    "pneumoniamnist": {28: "28209eda62fecd6e6a2d98b1501bb15f", 64: "8f4eceb4ccffa70c672198ea285246c6"},
    "retinamnist": {28: "bd4c0672f1bba3e3a89f0e4e876791e4", 64: "afda852cc34dcda56f86ad2b2457dbcc"},
}
CLASSES = {
    "bloodmnist": (
        "basophil", "eosinophil", "erythroblast", "immature granulocyte", "lymphocyte", "monocyte", "neutrophil",
        "platelet",
    ),
    "breastmnist": ("malignant", "normal or benign"),
    "chestmnist": (
        "atelectasis", "cardiomegaly", "effusion", "infiltration", "mass", "nodule", "pneumonia", "pneumothorax",
        "consolidation", "edema", "emphysema", "fibrosis", "pleural", "hernia",
    ),
    "dermamnist": (
        "actinic keratoses and intraepithelial carcinoma", "basal cell carcinoma", "benign keratosis-like lesions",
        "dermatofibroma", "melanoma", "melanocytic nevi", "vascular lesions",
    ),
    "octmnist": ("choroidal neovascularization", "diabetic macular edema", "drusen", "normal"),
    "organamnist": (
        "bladder", "femur-left", "femur-right", "heart", "kidney-left", "kidney-right", "liver", "lung-left",
        "lung-right", "pancreas", "spleen",
    ),
    "pathmnist": (
        "adipose", "background", "debris", "lymphocytes", "mucus", "smooth muscle", "normal colon mucosa",
        "cancer-associated stroma", "colorectal adenocarcinoma epithelium",
    ),
    "pneumoniamnist": ("normal", "pneumonia"),
    "retinamnist": ("grade 0", "grade 1", "grade 2", "grade 3", "grade 4"),
}  # fmt: skip


class Split(NamedTuple):
    """Images and what is seen in them.

    Attributes
    ----------
    images : numpy.ndarray of float32, shape (N, C, H, W)
        From 0 to 1; C is 1 for grey and 3 for colour.
    labels : numpy.ndarray of int64, shape (N,) or (N, L)
        Number of the class; for several labels an image, 0 or 1 for each of L classes.
    """

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class MedMNIST:
    """One set of `medmnist`; ``train``, ``val`` and ``test`` are read when they are first asked for.

    Attributes
    ----------
    name : str
    size : int
        Pixels in height and width.
    classes : tuple of str
        ``classes[label]`` is what a label means.
    credit : Credit
        Licence and citation.
    file : pathlib.Path
        Where the set is kept.
    train, val, test : Split
    """

    name: str
    size: int
    classes: tuple
    credit: Credit
    file: Path

    @cached_property
    def train(self):
        """To learn from."""
        return self._read("train")

    @cached_property
    def val(self):
        """To choose settings by."""
        return self._read("val")

    @cached_property
    def test(self):
        """To be looked at once, at the end."""
        return self._read("test")

    def _read(self, part):
        with np.load(self.file, allow_pickle=False) as stored:
            images, labels = stored[f"{part}_images"], stored[f"{part}_labels"].astype(np.int64)
        images = images[:, None] if images.ndim == 3 else np.moveaxis(images, 3, 1)
        images = np.divide(np.ascontiguousarray(images), 255, dtype=np.float32)
        return Split(images, labels[:, 0] if labels.shape[1] == 1 else labels)

    def __repr__(self):
        classes = ", ".join(f"{number} {name}" for number, name in enumerate(self.classes))
        return f"{self.name}, {self.size} x {self.size} pixels. Classes: {classes}.\n{self.credit}"


def medmnist(name, *, size=28, folder=None):
    """Return one set of MedMNIST, downloaded when it is first asked for and kept on this machine.

    Parameters
    ----------
    name : str
        "bloodmnist", "breastmnist", "chestmnist", "dermamnist", "octmnist", "organamnist", "pathmnist",
        "pneumoniamnist" or "retinamnist".
    size : {28, 64}
        Pixels in height and width.
    folder : str or path, optional
        Where the set is kept; left out, in the user's folder for such files. Others who use the same folder need no
        download, nor do you if the package medmnist was here before: ``folder="~/.medmnist"``.

    Returns
    -------
    MedMNIST
        With ``train``, ``val`` and ``test``, each of ``images``, float32 (N, C, H, W) from 0 to 1, and ``labels``, int64
        (N,) or, for ChestMNIST, (N, 14). It also carries ``classes`` and ``credit``.

    Raises
    ------
    ValueError
        If a name or size is unknown, or what arrived is not the published file.
    ConnectionError
        If the set is not here yet and cannot be fetched; says where to put it by hand.
    OSError
        If the folder cannot be written to.
    ModuleNotFoundError
        If pooch or tqdm is missing.

    Notes
    -----
    An image of 28 x 28 pixels shows less than a doctor looks at: a result on these sets says how methods compare, and
    nothing about patients. In BreastMNIST, label 1 means "normal or benign": what is positive there is not the cancer.

    As float32 an image takes four times the memory that it takes as it was stored: the training images of PathMNIST take
    0.8 GB, with 64 x 64 pixels 4.4 GB.

    References
    ----------
    J. Yang et al., "MedMNIST v2 - A large-scale lightweight benchmark for 2D and 3D biomedical image classification",
    Scientific Data 10:41, 2023.

    Examples
    --------
    >>> from mlcourse import datasets
    >>> breast = datasets.medmnist("breastmnist")  # doctest: +SKIP
    >>> breast.train.images.shape  # doctest: +SKIP
    (546, 1, 28, 28)
    """
    if name not in MD5:
        near = difflib.get_close_matches(str(name).lower(), MD5, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"name is {name!r}; expected one of {', '.join(MD5)}.{meant}")
    if size not in MD5[name]:
        raise ValueError(f"size is {size!r}; expected {' or '.join(str(known) for known in MD5[name])} pixels.")
    file = f"{name}.npz" if size == 28 else f"{name}_{size}.npz"
    kept = _kept(file, MD5[name][size], folder)
    return MedMNIST(name, size, CLASSES[name], credit(name), kept)


def _kept(file, md5, folder):
    """Path of the file on this machine; fetched first, whole or not at all, if it is not there as published."""
    pooch, requests, _ = package("pooch"), package("requests"), package("tqdm")
    folder = Path(folder).expanduser() if folder is not None else pooch.os_cache("mlcourse")
    address, place = ADDRESS.format(file=file), folder.absolute() / file
    damaged = " What lies there now is another file, or only a part of this one." if place.is_file() else ""
    by_hand = (
        f"Lectures go on without it, with synthetic patients (mlcourse.phantoms). To have the real images, fetch "
        f"{address} elsewhere, for example with a browser, and put it here: {place}.{damaged}"
    )
    download = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16)
    try:
        return Path(pooch.retrieve(address, f"md5:{md5}", file, folder, downloader=download))
    except requests.exceptions.RequestException as error:
        raise ConnectionError(
            f"{file} is not on this machine and cannot be fetched. Is there a network? {by_hand} (It said: {error})"
        ) from error
    except ValueError as error:
        raise ValueError(
            f"What came from {address} is not {file} as it was published: its checksum (MD5) is not {md5}. Nothing was "
            f"kept. Either a part is missing, or a login page of this network answered: open it in a browser, then try "
            f"again. {by_hand}"
        ) from error
    except OSError as error:
        raise OSError(f"{place} cannot be written: {error}. Name another folder: medmnist(..., folder=...).") from error
