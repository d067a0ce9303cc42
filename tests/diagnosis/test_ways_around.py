"""Calls that an answer may not make, by ways that are less well known; the usual ones are in test_attempt.py."""

import warnings

import numpy as np
import pytest
import torch
from scipy import ndimage, signal

from mlcourse.diagnosis import attempt

ROW, IMAGE, KERNEL = np.ones(4), np.ones((3, 4)), np.ones((2, 3))


def by_jvp(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch deprecates something of its own
        return torch.func.jvp(torch.sin, (torch.ones(2),), (torch.ones(2),))[0]


def by_dual_numbers(x):
    with torch.autograd.forward_ad.dual_level():
        return torch.autograd.forward_ad.make_dual(torch.ones(2), torch.ones(2)).detach()


WAYS = {
    "torch's autograd (jvp_with_argnums)": by_jvp,
    "torch's autograd (make_dual)": by_dual_numbers,
    "scipy.signal.oaconvolve": lambda x: signal.oaconvolve(IMAGE, KERNEL),
    "scipy.signal.fftconvolve": lambda x: signal.fftconvolve(IMAGE, KERNEL),
    "scipy.ndimage.generic_filter": lambda x: ndimage.generic_filter(IMAGE, np.max, (2, 3)),
    "scipy.ndimage.correlate1d": lambda x: ndimage.correlate1d(ROW, ROW[:3]),
    "scipy.ndimage.maximum_filter1d": lambda x: ndimage.maximum_filter1d(ROW, 3),
    "scipy.ndimage.grey_dilation": lambda x: ndimage.grey_dilation(IMAGE, (2, 3)),
}


@pytest.mark.parametrize("called", WAYS)
def test_a_way_around_is_named(called):
    kind, says, _ = attempt.attempt(WAYS[called], (ROW,), {}, seconds=5).problem
    assert (kind, says.partition(". ")[0]) == ("library", f"Your function calls {called}")
