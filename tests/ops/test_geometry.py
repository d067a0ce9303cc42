"""Where a kernel lies: every slice against pixels counted one by one."""

import numpy as np
import pytest
import torch
from geometries import RANDOM, SETTINGS, Setting

from mlcourse.ops.geometry import geometry, margins

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=str)


def lies_for(setting):
    _, x, w, _ = setting.arrays()
    return geometry(x, w, **setting.options)


def numbered(lies):
    """A padded image whose pixels carry their own position, row * width + column."""
    return np.arange(lies.padded[0] * lies.padded[1]).reshape(lies.padded)


def meets(lies, setting, i, j, p, q):
    """The pixel that weight (p, q) meets where the kernel makes output (i, j): the definition, in numbers."""
    row = i * setting.stride[0] + p * setting.dilation[0]
    column = j * setting.stride[1] + q * setting.dilation[1]
    return row * lies.padded[1] + column


def test_the_random_settings_are_square_in_nothing():
    for setting in RANDOM:
        assert setting.x_shape[2] != setting.x_shape[3], setting
        assert setting.w_shape[2] != setting.w_shape[3], setting
        assert setting.stride[0] != setting.stride[1], setting
        assert setting.dilation[0] != setting.dilation[1], setting
        padding = setting.options["padding"]
        assert isinstance(padding, str) or padding[0] != padding[1], setting


@every_setting
def test_output_counts_the_placements(setting):
    assert lies_for(setting).output == setting.output_shape[2:]


@every_setting
def test_under_and_met_by_find_the_same_pixels_as_counting(setting):
    lies = lies_for(setting)
    canvas, (rows, columns), (kh, kw) = numbered(lies), lies.output, lies.kernel
    for i, j in np.ndindex(rows, columns):
        expected = [[meets(lies, setting, i, j, p, q) for q in range(kw)] for p in range(kh)]
        np.testing.assert_array_equal(canvas[lies.under(i, j)], expected)
    for p, q in np.ndindex(kh, kw):
        expected = [[meets(lies, setting, i, j, p, q) for j in range(columns)] for i in range(rows)]
        np.testing.assert_array_equal(canvas[lies.met_by(p, q)], expected)


@every_setting
def test_fed_lists_every_output_and_weight_of_a_pixel(setting):
    lies = lies_for(setting)
    for m, n in np.ndindex(lies.padded):
        position = m * lies.padded[1] + n
        expected = [
            (i, j, p, q)
            for i, j, p, q in np.ndindex(*lies.output, *lies.kernel)
            if meets(lies, setting, i, j, p, q) == position
        ]
        assert sorted(zip(*(part.tolist() for part in lies.fed(m, n)), strict=True)) == expected


@every_setting
def test_pad_puts_zeros_around_and_inside_is_the_image(xp, setting):
    _, x, w, _ = setting.arrays("float32")
    lies = geometry(x, w, **setting.options)
    expected = np.pad(x, ((0, 0), (0, 0), *setting.sides))
    x_padded = lies.pad(xp.array(x))
    xp.assert_close(x_padded, expected, tolerance=0)
    xp.assert_close(x_padded[:, :, *lies.inside()], x, tolerance=0)
    assert tuple(x_padded.shape[2:]) == lies.padded


def test_gradients_flow_through_pad():
    lies = geometry(np.zeros((1, 1, 2, 3)), np.zeros((1, 1, 1, 2)), padding=((0, 1), (2, 0)))
    x = torch.ones(1, 1, 2, 3, requires_grad=True)
    upstream = torch.arange(15.0).reshape(1, 1, 3, 5)
    lies.pad(x).backward(upstream)
    assert torch.equal(x.grad, upstream[:, :, :2, 2:])


FORMS = {
    "int": (1, ((1, 1), (1, 1))),
    "numpy int": (np.int64(2), ((2, 2), (2, 2))),
    "array of no axes": (np.array(2), ((2, 2), (2, 2))),
    "pair": ((1, 2), ((1, 1), (2, 2))),
    "list": ([1, 2], ((1, 1), (2, 2))),
    "array": (np.array([1, 2]), ((1, 1), (2, 2))),
    "sides": (((0, 1), (2, 3)), ((0, 1), (2, 3))),
    "sides as lists": ([[0, 1], [2, 3]], ((0, 1), (2, 3))),
    "sides as an array": (np.array([[0, 1], [2, 3]]), ((0, 1), (2, 3))),
    "valid": ("valid", ((0, 0), (0, 0))),
    "same": ("same", ((0, 1), (1, 1))),
}


@pytest.mark.parametrize(("padding", "expected"), FORMS.values(), ids=FORMS)
def test_every_form_of_padding(padding, expected):
    found = margins(padding, size=(4, 5), kernel=(2, 3), stride=(1, 1), dilation=(1, 1))
    assert found == expected
    assert all(type(side) is int for around in found for side in around)


def test_a_pair_is_vertical_then_horizontal():
    lies = geometry(np.zeros((1, 1, 9, 9)), np.zeros((1, 1, 2, 2)), stride=(1, 4), padding=(0, 3), dilation=(5, 2))
    assert lies.padded == (9, 15)
    assert lies.reach == (6, 3)
    assert lies.output == (4, 4)


@pytest.mark.parametrize("axis", [0, 1], ids=["rows", "columns"])
def test_a_kernel_may_be_as_large_as_the_padded_image_and_no_larger(axis):
    size, kernel = [3, 4], [1, 1]
    kernel[axis] = size[axis] + 2
    setting = Setting("edge", (1, 1, *size), (1, 1, *kernel), {"padding": 1})
    assert lies_for(setting).output[axis] == 1
    kernel[axis] += 1
    with pytest.raises(ValueError, match=r"does not fit.*" + ("rows", "columns")[axis]):
        geometry(np.zeros((1, 1, *size)), np.zeros((1, 1, *kernel)), padding=1)
