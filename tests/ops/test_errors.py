"""Wrong calls: each message says what came, what was wanted and how to go on."""

import array_api_strict
import numpy as np
import pytest
import torch

from mlcourse.ops import conv2d, conv2d_backward, gradcheck, max_pool2d, mse_loss, mse_loss_backward, numeric_gradient


def x(*shape):
    return np.ones(shape or (2, 3, 5, 6))


w = np.ones((4, 3, 2, 3))
g = np.ones((2, 4, 4, 4))
p = np.ones((2, 3))


def square(a):
    return a * a


def elsewhere():
    return array_api_strict.asarray(np.ones((4, 3, 2, 3)), device=array_api_strict.Device("device1"))


# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG = {
    "a list": (lambda: conv2d([[1.0]], w), TypeError, "x is a list", "expected a NumPy array or a torch", "np.asarray(x"),
    "several results": (
        lambda: conv2d(max_pool2d(x(), 2), w), TypeError, "x is a tuple", "expected a NumPy array", "take one, x[0]",
    ),
    "a forgotten return": (lambda: conv2d(None, w), TypeError, "x is None", "expected a NumPy array", "end with `return`"),
    "a forgotten return above": (lambda: conv2d_backward(None, x(), w), TypeError, "grad_output is None", "array", "return"),
    "no target": (lambda: mse_loss(p, None), TypeError, "target is None", "expected a NumPy array", "end with `return`"),
    "whole numbers": (lambda: conv2d(x().astype(int), w), TypeError, "x has dtype int64", "floating-point", "x * 1.0"),
    "a mask": (lambda: mse_loss(p > 0, p > 0), TypeError, "prediction has dtype bool", "floating", "prediction * 1.0"),
    "complex numbers": (lambda: conv2d(x() * 1j, w * 1j), TypeError, "x has dtype complex128", "real numbers", "abs(x)"),
    "two dtypes": (
        lambda: conv2d(x(), w.astype("float32")), TypeError,
        "w has dtype float32 but x has float64", "expected the same", "w.astype(x.dtype) in NumPy, w.to(x.dtype) in torch",
    ),
    "two dtypes above": (
        lambda: mse_loss_backward(np.ones((), "float32"), p, p), TypeError,
        "grad_output has dtype float32 but prediction has float64", "expected the same", "grad_output.astype(",
    ),
    "two libraries": (
        lambda: conv2d(x(), torch.ones(4, 3, 2, 3)), TypeError,
        "different libraries (x: numpy.ndarray, w: torch.Tensor)", "all from one", "torch.asarray(a)",
    ),
    "two libraries above": (
        lambda: mse_loss_backward(torch.tensor(1.0), p, p), TypeError,
        "different libraries (prediction: numpy.ndarray, grad_output: torch.Tensor", "all from one", ".numpy()",
    ),
    "two devices": (
        lambda: conv2d(array_api_strict.asarray(x()), elsewhere()), TypeError,
        "w lies on array_api_strict.Device('device1')", "x on array_api_strict.Device('CPU_DEVICE')", "w.to(x.device)",
    ),
    "an image alone": (lambda: conv2d(x(5, 6), w), ValueError, "x has shape (5, 6)", "(N, C_in, H, W)", "x[None, None]"),
    "channels alone": (lambda: conv2d(x(3, 5, 6), w), ValueError, "x has shape (3, 5, 6)", "four axes", "x[None]"),
    "a kernel alone": (lambda: conv2d(x(), w[0, 0]), ValueError, "w has shape (2, 3)", "(C_out, C_in /", "w[None, None]"),
    "one filter": (lambda: conv2d(x(), w[0]), ValueError, "w has shape (3, 2, 3)", "expected four axes", "w[None]"),
    "five axes": (lambda: conv2d(x()[None], w), ValueError, "x has shape (1, 2, 3, 5, 6)", "expected", "four axes (N, C_in"),
    "channels last": (lambda: conv2d(x(2, 5, 6, 3), w), ValueError, "x has 5 channels", "3 * 1 = 3", "second axis of x"),
    "channels of groups": (
        lambda: conv2d(x(), w, groups=3), ValueError, "x has 3 channels", "groups=3 expects 3 * 3 = 9", "second axis",
    ),
    "filters of groups": (
        lambda: conv2d(x(2, 9, 5, 6), w, groups=3), ValueError, "w has 4 filters", "expected a multiple of 3", "groups=3",
    ),
    "no groups": (lambda: conv2d(x(), w, groups=0), ValueError, "groups is 0", "expected at least 1", "groups"),
    "a kernel of nothing": (
        lambda: conv2d(x(), w[:, :, :0]), ValueError, "w has shape (4, 3, 0, 3)", "at least one row", "one column",
    ),
    "too large a kernel": (
        lambda: conv2d(x(2, 3, 2, 2), w), ValueError,
        "reaches over 3 columns, the image has 2", "does not fit", "smaller kernel or dilation, or pad more",
    ),
    "too wide a dilation": (
        lambda: conv2d(x(), w, dilation=(5, 1)), ValueError, "reaches over 6 rows", "the image has 5", "or dilation",
    ),
    "bias with axes": (
        lambda: conv2d(x(), w, np.ones((4, 1))), ValueError, "b has shape (4, 1)", "expected (4,)", "for each filter of w",
    ),
    "a step of nothing": (lambda: conv2d(x(), w, stride=0), ValueError, "stride is 0", "expected at least 1", "stride"),
    "half a step": (lambda: conv2d(x(), w, stride=3 / 2), TypeError, "stride is 1.5", "expected a whole number", "with //"),
    "yes as a step": (lambda: conv2d(x(), w, stride=True), TypeError, "stride is True", "whole number", "or a pair"),
    "three steps": (
        lambda: conv2d(x(), w, stride=(1, 1, 1)), TypeError, "stride is (1, 1, 1)", "a pair", "(vertical, horizontal)",
    ),
    "a step as text": (lambda: conv2d(x(), w, stride="2"), TypeError, "stride is '2'", "expected a whole number", "pair"),
    "nothing as a step": (lambda: conv2d(x(), w, stride=None), TypeError, "stride is None", "whole number", "or a pair"),
    "less than no padding": (lambda: conv2d(x(), w, padding=-1), ValueError, "padding is -1", "at least 0", "padding"),
    "less at one side": (
        lambda: conv2d(x(), w, padding=((0, 0), (-2, 0))), ValueError, "padding is -2", "at least 0", "padding",
    ),
    "unknown padding": (
        lambda: conv2d(x(), w, padding="reflect"), ValueError, 'padding is "reflect"', '"valid", "same"', "or numbers",
    ),
    "half written out": (
        lambda: conv2d(x(), w, padding=((0, 1), 2)), TypeError, "padding is ((0, 1), 2)", "expected", "((top, bottom), (left",
    ),
    "four sides in a row": (
        lambda: conv2d(x(), w, padding=(1, 1, 2, 2)), TypeError,
        "padding is (1, 1, 2, 2)", "a pair (vertical, horizontal)", "((top, bottom), (left, right))",
    ),
    "no dilation": (lambda: conv2d(x(), w, dilation=(1, 0)), ValueError, "dilation is 0", "expected at least 1", "dilation"),
    "the gradient of another output": (
        lambda: conv2d_backward(g, x(), w, stride=2), ValueError,
        "grad_output has shape (2, 4, 4, 4)", "expected (2, 4, 2, 2)", "Were stride, padding, dilation and groups the same",
    ),
    "a column and a row": (
        lambda: mse_loss(p[:, :1], p[:, 0]), ValueError, "prediction has shape (2, 1), target (2,)", "the same", "reshape(target",
    ),
    "unknown reduction": (
        lambda: mse_loss(p, p, reduction="average"), ValueError, "reduction is 'average'", 'expected "mean", "sum"', "none",
    ),
    "a gradient for each, one loss": (
        lambda: mse_loss_backward(p, p, p), ValueError,
        "grad_output has shape (2, 3)", 'expected (), that of the loss with reduction="mean"', "Give 1.0 if nothing",
    ),
    "one gradient, a loss for each": (
        lambda: mse_loss_backward(1.0, p, p, reduction="none"), ValueError,
        "grad_output has shape ()", "expected (2, 3)", "Give ones of that shape if nothing",
    ),
    "no gradient above": (
        lambda: mse_loss_backward(None, p, p), TypeError, "grad_output is None", "expected a NumPy array", "return",
    ),
    "a gradient of another shape": (
        lambda: gradcheck(square, lambda grad, a: grad[0], p), ValueError,
        "The gradient of a has shape (3,)", "expected (2, 3)", "that of a",
    ),
    "a backward without return": (
        lambda: gradcheck(square, lambda grad, a: None, p), ValueError, "gradient of a is None", "an array", "`return`",
    ),
    "nothing to compare": (
        lambda: gradcheck(square, lambda grad, a: (), p), ValueError,
        "backward returned no gradient", "every array is empty", "expected at least one gradient with an entry",
    ),
    "a weight of another shape": (
        lambda: numeric_gradient(square, p, np.ones(3)), ValueError,
        "grad_output has shape (3,)", "expected (2, 3)", "that of the function's output",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "exception", "came", "wanted", "go_on"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_answered(call, exception, came, wanted, go_on):
    with pytest.raises(exception) as caught:
        call()
    assert type(caught.value) is exception
    message = str(caught.value)
    for fragment in (came, wanted, go_on):
        assert fragment in message


@pytest.mark.parametrize("name", ["x", "w", "b", "grad_output"])
def test_every_array_of_a_convolution_is_called_by_its_name(name):
    arrays = {"grad_output": g, "x": x(), "w": w, "b": np.ones(4)}
    arrays[name] = arrays[name].tolist()
    with pytest.raises(TypeError, match=f"^{name} is a list"):
        conv2d_backward(**arrays)
