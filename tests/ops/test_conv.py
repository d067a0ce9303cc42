"""conv2d and conv2d_backward against torch's own, differences and the course's numbers, on every array library."""

import doctest
from functools import cache
from math import ceil

import numpy as np
import pytest
import torch
from geometries import DTYPES, SETTINGS, SMALL

import mlcourse.ops.conv
from mlcourse.ops import conv2d, conv2d_backward, gradcheck

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=str)
small_settings = pytest.mark.parametrize("setting", SMALL, ids=str)
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def by_torch(x, w, b, setting):
    """torch's own convolution; zeros on uneven sides are put on beforehand, since it cannot."""
    (top, bottom), (left, right) = setting.sides
    x_padded = torch.nn.functional.pad(x, (left, right, top, bottom))
    return torch.nn.functional.conv2d(
        x_padded, w, b, stride=setting.stride, dilation=setting.dilation, groups=setting.groups
    )


def leaves(*arrays):
    return [torch.tensor(a, requires_grad=True) for a in arrays]


@cache
def truth(setting, dtype):
    """torch's output with and without bias, and its gradients of x, w and b, as NumPy arrays."""
    grad_output, *arrays = setting.arrays(dtype)
    x, w, b = leaves(*arrays)
    y = by_torch(x, w, b, setting)
    y.backward(torch.tensor(grad_output))
    y_without_bias = by_torch(x, w, None, setting)
    return y.detach().numpy(), y_without_bias.detach().numpy(), [leaf.grad.numpy() for leaf in (x, w, b)]


@every_setting
@both_dtypes
def test_forward_is_torchs(xp, setting, dtype):
    _, x, w, b = setting.arrays(dtype)
    with_bias, without_bias, _ = truth(setting, dtype)
    xp.assert_close(conv2d(xp.array(x), xp.array(w), xp.array(b), **setting.options), with_bias)
    xp.assert_close(conv2d(xp.array(x), xp.array(w), **setting.options), without_bias)


@every_setting
@both_dtypes
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no_bias"])
def test_backward_is_torchs_autograd(xp, setting, dtype, bias):
    grad_output, x, w, b = setting.arrays(dtype)
    given = [xp.array(a) for a in (grad_output, x, w, b if bias else None)]
    gradients = conv2d_backward(*given, **setting.options)
    assert len(gradients) == 3  # grad_b also where no bias was given
    for gradient, expected in zip(gradients, truth(setting, dtype)[2], strict=True):
        xp.assert_close(gradient, expected)


@every_setting
def test_the_inputs_stay_as_they_were(xp, setting):
    arrays = setting.arrays()
    given = [xp.array(a) for a in arrays]
    conv2d(*given[1:], **setting.options)
    conv2d_backward(*given, **setting.options)
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


@every_setting
def test_every_library_gives_what_numpy_gives(xp, setting):
    arrays = setting.arrays()
    given = [xp.array(a) for a in arrays]
    tolerance = None if xp.name.startswith("torch") else 0  # torch multiplies matrices by another library
    xp.assert_close(conv2d(*given[1:], **setting.options), conv2d(*arrays[1:], **setting.options), tolerance)
    expected = conv2d_backward(*arrays, **setting.options)
    for gradient, same in zip(conv2d_backward(*given, **setting.options), expected, strict=True):
        xp.assert_close(gradient, same, tolerance)


# torch warns that it copies to pad unevenly; that is asked of it here.
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")
@pytest.mark.parametrize("size", [(n, n + 1) for n in range(1, 8)], ids=str)
@pytest.mark.parametrize("kernel", [(1, 2), (2, 3), (3, 1), (4, 5)], ids=str)
@pytest.mark.parametrize("stride", [(1, 1), (1, 2), (3, 2)], ids=str)
@pytest.mark.parametrize("dilation", [1, (2, 1)], ids=str)
def test_same_gives_a_pixel_for_each_stride_and_puts_the_odd_one_at_the_end(size, kernel, stride, dilation):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 1, *size)), rng.normal(size=(1, 1, *kernel))
    y = conv2d(x, w, padding="same", stride=stride, dilation=dilation)
    assert y.shape[2:] == tuple(ceil(n / s) for n, s in zip(size, stride, strict=True))
    if stride == (1, 1):  # torch knows "same" for this stride only
        expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(w), padding="same", dilation=dilation)
        np.testing.assert_allclose(y, expected.numpy(), rtol=0, atol=1e-13 * abs(y).max())


@small_settings
def test_backward_is_what_differences_measure(xp, setting):
    _, *arrays = setting.arrays()
    report = gradcheck(conv2d, conv2d_backward, *(xp.array(a) for a in arrays), rng=1, **setting.options)
    assert report, str(report)
    assert set(report.numeric) == {"x", "w", "b"}


@pytest.mark.parametrize("setting", [s for s in SMALL if s.x_shape[0]], ids=str)
def test_autograd_flows_through_forward_and_backward(setting):
    grad_output, x, w, b = leaves(*setting.arrays())

    def forward(x, w, b):
        return conv2d(x, w, b, **setting.options)

    def backward(grad_output, x, w):
        return conv2d_backward(grad_output, x, w, **setting.options)

    assert torch.autograd.gradcheck(forward, (x, w, b), fast_mode=True)
    assert torch.autograd.gradgradcheck(forward, (x, w, b), fast_mode=True)
    assert torch.autograd.gradcheck(backward, (grad_output, x, w), fast_mode=True)


def test_two_images_do_not_mix():
    grad_output, x, w, b = next(s for s in SETTINGS if s.name == "sides").arrays()
    options = {"padding": ((0, 2), (3, 1)), "stride": (1, 2)}
    together = conv2d_backward(grad_output, x, w, b, **options)
    alone = [conv2d_backward(grad_output[n : n + 1], x[n : n + 1], w, b, **options) for n in range(2)]
    np.testing.assert_allclose(together[0], np.concatenate([one[0] for one in alone]), atol=1e-13)
    np.testing.assert_allclose(together[1], alone[0][1] + alone[1][1], atol=1e-13)


def as_image(xp, rows):
    return xp.array(np.array(rows, dtype=float)[None, None])


def test_the_edge_of_the_first_lecture(xp):
    x, w = as_image(xp, [[3, 0, 1], [1, 5, 8], [2, 7, 2]]), as_image(xp, [[1, 0, -1]] * 3)
    xp.assert_close(conv2d(x, w), np.array([[[[-5.0]]]]), tolerance=0)


def test_the_training_step_of_the_slides(xp):
    x, w = as_image(xp, [[3, 1], [2, 1], [0, 7]]), as_image(xp, [[0.1, 0], [0, 0.1]])
    xp.assert_close(conv2d(x, w), np.array([[[[0.4], [0.9]]]]))
    grad_x, grad_w, grad_b = conv2d_backward(as_image(xp, [[-7.4], [-7.4]]), x, w)
    xp.assert_close(grad_w, np.array([[[[-37, -14.8], [-14.8, -59.2]]]]))
    xp.assert_close(grad_x, np.array([[[[-0.74, 0], [-0.74, -0.74], [0, -0.74]]]]))
    xp.assert_close(grad_b, np.array([-14.8]))


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.conv)
    assert result.attempted
    assert not result.failed
