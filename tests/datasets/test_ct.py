"""The CT slice: always there, in Hounsfield units, the right way round."""

import socket

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from mlcourse.datasets import credit, ct_slice


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)


def test_it_is_pydicoms_slice_in_hounsfield_units():
    ct, stored = ct_slice(), pydicom.dcmread(get_testdata_file("CT_small.dcm", download=False))
    np.testing.assert_array_equal(ct.array, stored.pixel_array * 1.0 - 1024)
    assert (ct.array.dtype, ct.unit, ct.spacing) == (np.float32, "HU", pytest.approx((0.661468, 0.661468)))


def test_tissues_have_their_hounsfield_units():
    """Looked up by eye in the picture: lung, muscle of the back, fat under the skin, and the hardest bone."""
    array = ct_slice().array
    assert -950 < np.median(array[10:40, 5:25]) < -700
    assert 35 < np.median(array[98:107, 5:40]) < 80
    assert -150 < np.median(array[120:127, 55:65]) < -50
    assert 700 < array[50:70, 40:80].max() < 2000


def test_the_patients_left_is_on_the_right():
    """The aorta lies to the left of the spine: with contrast agent, the largest bright round thing in front."""
    front = ct_slice().array[:20]
    aorta = np.argwhere((front > 150) & (front < 350))
    spine = np.argwhere(ct_slice().array[20:60] > 600)
    assert aorta[:, 1].mean() > spine[:, 1].mean() + 20


def test_its_credit_comes_with_it():
    ct = ct_slice()
    assert ct.credit is credit("ct_slice")
    assert str(ct.credit) in repr(ct)
    assert "CT_small.dcm of pydicom" in repr(ct)


def test_a_pydicom_without_its_files_is_told_of(monkeypatch):
    def nothing(name, download):
        assert not download
        assert name == "CT_small.dcm"

    monkeypatch.setattr(pydicom.data, "get_testdata_file", nothing)
    with pytest.raises(FileNotFoundError, match="pip install --force-reinstall pydicom"):
        ct_slice()
