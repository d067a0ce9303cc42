"""Every published image has its licence and citation; and what is missing on a machine says how to get it."""

import doctest
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from scans import write_series

from mlcourse import datasets
from mlcourse.datasets import Credit, credit, ct_slice, dicom, medmnist, mni152_slice, nifti, png_folder
from mlcourse.datasets.credits import CREDITS


@pytest.mark.parametrize("name", CREDITS)
def test_a_credit_is_one_line_with_all_that_is_needed(name):
    line = str(credit(name))
    assert "\n" not in line
    for part in ("name", "source", "licence", "citation"):
        assert getattr(credit(name), part) in line
        assert len(getattr(credit(name), part)) > 10
    assert isinstance(credit(name), Credit)


def test_licences_are_those_that_were_published():
    assert {name for name in CREDITS if credit(name).licence.startswith("CC BY-NC 4.0")} == {"dermamnist"}
    others = {name for name in CREDITS if name.endswith("mnist")} - {"dermamnist"}
    assert {name for name in CREDITS if credit(name).licence.startswith("CC BY 4.0")} == others
    assert "Copyright (C) 1993-2004 Louis Collins, McConnell Brain" in credit("mni152_slice").licence  # must be kept


def test_every_loader_of_published_images_has_a_credit():
    assert {"mni152_slice", "ct_slice"} <= CREDITS.keys()
    assert CREDITS.keys() - {"mni152_slice", "ct_slice"} == set(sys.modules["mlcourse.datasets.medmnist"].MD5)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match=r"name is 'mni152'; expected one of .* Did you mean 'mni152_slice'\?"):
        credit("mni152")


def test_the_average_brain_is_the_symmetric_one():
    """As its credit says."""
    brain = mni152_slice(resolution=2)
    assert brain.shape[1] % 2 == 1
    np.testing.assert_allclose(brain, brain[:, ::-1], rtol=0, atol=1e-12)


NEEDS = {
    "mni152_slice": (lambda folder: mni152_slice(resolution=7), ["nilearn"]),
    "ct_slice": (lambda folder: ct_slice(), ["pydicom", "nibabel"]),
    "medmnist": (lambda folder: medmnist("breastmnist", folder=folder), ["pooch", "requests", "tqdm"]),
    "nifti": (lambda folder: nifti(folder / "a.nii"), ["nibabel"]),
    "dicom": (lambda folder: dicom(folder / "scan"), ["pydicom", "nibabel"]),
    "png_folder": (lambda folder: png_folder(folder), ["PIL"]),
}


class Without:
    """Stands before Python's own finders and answers as they do where a package is not installed."""

    def __init__(self, name):
        self.name = name

    def find_spec(self, module, path=None, target=None):
        if module.split(".")[0] == self.name:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)


@pytest.mark.parametrize(("loader", "name"), [(loader, name) for loader in NEEDS for name in NEEDS[loader][1]])
def test_a_missing_package_is_told_with_the_way_to_get_it(monkeypatch, tmp_path, loader, name):
    Image.new("L", (3, 2)).save(tmp_path / "a.png")
    (tmp_path / "a.nii").write_bytes(b"never read")
    write_series(tmp_path / "scan")
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(sys, "meta_path", [Without(name), *sys.meta_path])
    with pytest.raises(
        ModuleNotFoundError, match=rf"need {name}, which is not installed: .*mlcourse\[student\]"
    ) as error:
        NEEDS[loader][0](tmp_path)
    assert error.value.name == name


def test_importing_the_room_brings_nothing_heavy():
    code = "import json, sys, mlcourse.datasets; print(json.dumps(list(sys.modules)))"
    out = subprocess.check_output([sys.executable, "-W", "error", "-c", code], text=True)
    loaded = {name.split(".")[0] for name in json.loads(out)}
    assert not loaded & {"nibabel", "pydicom", "PIL", "pooch", "requests", "tqdm", "nilearn", "torch", "matplotlib"}


def test_all_that_the_room_offers_is_listed():
    offered = {n for n, thing in vars(datasets).items() if getattr(thing, "__module__", "").startswith("mlcourse.")}
    assert offered == set(datasets.__all__)


def test_the_examples_of_the_docstrings():
    for name in datasets.__all__:
        for example in doctest.DocTestFinder().find(
            getattr(datasets, name), name, globs={name: getattr(datasets, name)}
        ):
            assert doctest.DocTestRunner().run(example).failed == 0, name
