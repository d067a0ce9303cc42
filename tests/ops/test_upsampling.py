"""Upsampling against torch's own, against numbers by hand, and against the matrix that it is."""

import doctest

import numpy as np
import pytest
import torch
from geometries import DTYPES

import mlcourse.ops.upsampling
from mlcourse.ops import gradcheck, upsample2d, upsample2d_backward

# (shape of x, scale): never square, never the same in both directions unless the scale is one number.
SETTINGS = (
    ((2, 3, 4, 5), (2, 3)),
    ((1, 2, 5, 3), (3, 1)),
    ((3, 1, 2, 7), (1, 4)),
    ((2, 2, 3, 4), 2),
    ((1, 1, 6, 4), (5, 2)),
    ((1, 2, 1, 4), (3, 2)),
    ((2, 1, 3, 1), (2, 5)),
    ((1, 2, 1, 1), (2, 3)),
    ((2, 2, 2, 3), 1),
    ((0, 3, 4, 5), (2, 3)),
)

each_setting = pytest.mark.parametrize(("shape", "scale"), SETTINGS, ids=str)
both_modes = pytest.mark.parametrize("mode", ["nearest", "bilinear"])
both_dtypes = pytest.mark.parametrize("dtype", DTYPES)


def drawn(shape, scale, dtype="float64"):
    """A random gradient that arrives, and x."""
    rng = np.random.default_rng(shape)
    vertical, horizontal = (scale, scale) if isinstance(scale, int) else scale
    output = *shape[:2], vertical * shape[2], horizontal * shape[3]
    return [rng.normal(size=size).astype(dtype) for size in (output, shape)]


def by_torch(grad_output, x, scale, mode):
    """torch's output and its gradient of x, as NumPy arrays."""
    leaf = torch.tensor(x, requires_grad=True)
    options = {"align_corners": False} if mode == "bilinear" else {}
    y = torch.nn.functional.interpolate(leaf, scale_factor=scale, mode=mode, **options)
    y.backward(torch.tensor(grad_output))
    return y.detach().numpy(), leaf.grad.numpy()


@each_setting
@both_modes
@both_dtypes
def test_values_and_gradients_are_torchs(xp, shape, scale, mode, dtype):
    grad_output, x = drawn(shape, scale, dtype)
    y, grad_x = by_torch(grad_output, x, scale, mode)
    xp.assert_close(upsample2d(xp.array(x), scale, mode=mode), y)
    xp.assert_close(upsample2d_backward(xp.array(grad_output), xp.array(x), scale, mode=mode), grad_x)


@pytest.mark.parametrize(("shape", "scale"), [s for s in SETTINGS if s[0][0]], ids=str)
@both_modes
def test_the_gradient_is_what_differences_measure(xp, shape, scale, mode):
    _, x = drawn(shape, scale)
    report = gradcheck(upsample2d, upsample2d_backward, xp.array(x), scale=scale, mode=mode)
    assert report, str(report)


@both_modes
def test_backward_is_the_transposed_matrix_to_the_last_bit(xp, mode):
    """Each pixel alone, and each new pixel alone: the same share both ways."""
    (height, width), scale = (3, 4), (2, 3)
    images = np.eye(height * width).reshape(-1, 1, height, width)
    gradients = np.eye(6 * height * width).reshape(-1, 1, 2 * height, 3 * width)
    forward = upsample2d(xp.array(images), scale, mode=mode)
    back = upsample2d_backward(xp.array(gradients), xp.array(np.zeros((len(gradients), 1, 3, 4))), scale, mode=mode)
    forward, back = xp.numpy(forward).reshape(12, 72), xp.numpy(back).reshape(72, 12)
    np.testing.assert_array_equal(forward, back.T)
    assert np.linalg.matrix_rank(forward) == 12


def test_nearest_makes_a_block_of_each_pixel_and_adds_it_up_on_the_way_back(xp):
    x = xp.array(np.array([[[[1.0, 2]]]]))
    y = upsample2d(x, (2, 3))
    xp.assert_close(y, np.array([[[[1.0, 1, 1, 2, 2, 2]] * 2]]), tolerance=0)
    xp.assert_close(upsample2d_backward(y, x, (2, 3)), np.array([[[[6.0, 12]]]]), tolerance=0)


def test_bilinear_mixes_three_parts_to_one(xp):
    y = upsample2d(xp.array(np.array([[[[0.0, 4], [8, 12]]]])), 2, mode="bilinear")
    expected = [[0, 1, 3, 4], [2, 3, 5, 6], [6, 7, 9, 10], [8, 9, 11, 12]]
    xp.assert_close(y, np.array(expected, dtype=float)[None, None], tolerance=0)


def test_a_ramp_stays_on_its_own_line_and_in_its_place(xp):
    """A value that is the pixel's own position: away from the edges each new pixel holds its position."""
    rows, columns = np.arange(5.0)[:, None], np.arange(7.0)
    x = (10 * rows + columns)[None, None]
    y = xp.numpy(upsample2d(xp.array(x), (2, 3), mode="bilinear"))[0, 0]
    new_rows, new_columns = (np.arange(10) + 0.5) / 2 - 0.5, (np.arange(21) + 0.5) / 3 - 0.5
    expected = 10 * new_rows[:, None] + new_columns
    np.testing.assert_allclose(y[1:-1, 1:-1], expected[1:-1, 1:-1], rtol=0, atol=1e-12)


def test_far_along_a_row_the_shares_keep_their_digits(xp):
    """Positions past 512, rounded to float32, would leave the shares four digits."""
    x = np.zeros((1, 1, 1, 600), "float32")
    x[..., ::2] = 1
    y = xp.numpy(upsample2d(xp.array(x), (1, 3), mode="bilinear"))[0, 0, 0]
    np.testing.assert_allclose(y[3 * 580 :][:6], [2 / 3, 1, 2 / 3, 1 / 3, 0, 1 / 3], rtol=0, atol=2e-7)


def test_a_pixel_that_is_no_number_stays_in_its_block(xp):
    y = xp.numpy(upsample2d(xp.array(np.array([[[[1, np.nan], [np.inf, 4]]]])), (2, 3)))
    above, below = [1] * 3 + [np.nan] * 3, [np.inf] * 3 + [4] * 3
    np.testing.assert_array_equal(y[0, 0], [above, above, below, below])


@both_modes
@pytest.mark.parametrize("shape", [(2, 3, 0, 4), (2, 3, 4, 0), (2, 0, 4, 5)], ids=str)
def test_nothing_becomes_nothing(xp, shape, mode):
    grad_output, x = drawn(shape, (2, 3))
    xp.assert_close(upsample2d(xp.array(x), (2, 3), mode=mode), grad_output)
    xp.assert_close(upsample2d_backward(xp.array(grad_output), xp.array(x), (2, 3), mode=mode), x)


@each_setting
@both_modes
def test_the_inputs_stay_as_they_were_and_are_not_handed_out(xp, shape, scale, mode):
    arrays = drawn(shape, scale)
    grad_output, x = given = [xp.array(a) for a in arrays]
    y, grad_x = upsample2d(x, scale, mode=mode), upsample2d_backward(grad_output, x, scale, mode=mode)
    y += 1  # also with a scale of 1, where y is equal to x
    grad_x += 1
    for a, before in zip(given, arrays, strict=True):
        xp.assert_close(a, before, tolerance=0)


@both_modes
def test_autograd_flows_through_forward_and_backward(mode):
    grad_output, x = (torch.tensor(a, requires_grad=True) for a in drawn((2, 1, 3, 2), (2, 3)))
    assert torch.autograd.gradcheck(lambda x: upsample2d(x, (2, 3), mode=mode), x)
    assert torch.autograd.gradgradcheck(lambda x: upsample2d(x, (2, 3), mode=mode), x)
    assert torch.autograd.gradcheck(lambda g: upsample2d_backward(g, x.detach(), (2, 3), mode=mode), grad_output)


x = np.ones((2, 3, 4, 5))

# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG = {
    "an image alone": (lambda: upsample2d(x[0, 0], 2), ValueError, "x has shape (4, 5)", "(N, C, H, W)", "x[None, None]"),
    "channels alone": (lambda: upsample2d(x[0], 2), ValueError, "x has shape (3, 4, 5)", "four axes", "x[None]"),
    "the scale first": (lambda: upsample2d(2, x), TypeError, "x is a int", "expected a NumPy array", "np.asarray(x"),
    "a label map": (lambda: upsample2d(x > 0, 2), TypeError, "x has dtype bool", "floating-point", "x * 1.0"),
    "half the size": (lambda: upsample2d(x, 0.5), TypeError, "scale is 0.5", "expected a whole number", "or a pair of them"),
    "a fraction of two": (lambda: upsample2d(x, 4 / 2), TypeError, "scale is 2.0", "a whole number", "Divide with //"),
    "no pixel": (lambda: upsample2d(x, 0), ValueError, "scale is 0", "expected at least 1", "scale"),
    "a scale for each axis": (
        lambda: upsample2d(x, (1, 1, 2, 2)), TypeError, "scale is (1, 1, 2, 2)", "a pair", "(vertical, horizontal)",
    ),
    "torch's other word": (
        lambda: upsample2d(x, 2, mode="linear"), ValueError, "mode is 'linear'", 'expected "nearest"', 'or "bilinear"',
    ),
    "no gradient": (lambda: upsample2d_backward(None, x, 2), TypeError, "grad_output is None", "NumPy array", "return"),
    "the gradient of another scale": (
        lambda: upsample2d_backward(np.ones((2, 3, 8, 10)), x, (2, 3)), ValueError,
        "grad_output has shape (2, 3, 8, 10)", "expected (2, 3, 8, 15)", "Were x and scale the same there?",
    ),
    "a scale turned round": (
        lambda: upsample2d_backward(np.ones((2, 3, 8, 15)), x, (3, 2)), ValueError,
        "grad_output has shape (2, 3, 8, 15)", "expected (2, 3, 12, 10)", "the shape of upsample2d's output",
    ),
    "the small image of an unknown way": (
        lambda: upsample2d_backward(x, x, 1, mode="bicubic"), ValueError, "mode is 'bicubic'", 'expected "nearest"', "bilinear",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "exception", "came", "wanted", "go_on"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_answered(call, exception, came, wanted, go_on):
    with pytest.raises(exception) as caught:
        call()
    assert type(caught.value) is exception
    for fragment in (came, wanted, go_on):
        assert fragment in str(caught.value)


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.upsampling)
    assert result.attempted
    assert not result.failed
