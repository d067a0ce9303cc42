"""Wrong calls of the transposed convolution and of pooling: what came, what was wanted and how to go on."""

import numpy as np
import pytest
import torch

from mlcourse.ops import (
    avg_pool2d,
    avg_pool2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    max_pool2d,
    max_pool2d_backward,
)


def x(*shape):
    return np.ones(shape or (2, 4, 3, 5))


w = np.ones((4, 3, 2, 3))
g = np.ones((2, 3, 4, 7))

# name: (wrong call, exception, what came, what was wanted, how to go on)
WRONG_TRANSPOSED = {
    "an image alone": (lambda: conv_transpose2d(x(3, 5), w), ValueError, "x has shape (3, 5)", "(N, C_in, H, W)", "x[None, None]"),
    "one kernel": (lambda: conv_transpose2d(x(), w[0]), ValueError, "w has shape (3, 2, 3)", "(C_in, C_out / groups, kH", "w[None]"),
    "a kernel for conv2d": (
        lambda: conv_transpose2d(x(2, 3, 3, 5), w), ValueError,
        "x has 3 channels", "w of shape (4, 3, 2, 3) expects 4", "the channels of x are the first axis of w",
    ),
    "channels of groups": (
        lambda: conv_transpose2d(x(), w, groups=3), ValueError, "x has 4 channels", "a multiple of 3", "groups=3 does not divide",
    ),
    "no groups": (lambda: conv_transpose2d(x(), w, groups=0), ValueError, "groups is 0", "expected at least 1", "groups"),
    "a kernel of nothing": (
        lambda: conv_transpose2d(x(), w[:, :, :0]), ValueError, "w has shape (4, 3, 0, 3)", "at least one row", "one column",
    ),
    "an image of nothing": (
        lambda: conv_transpose2d(x(2, 4, 0, 5), w), ValueError, "x has shape (2, 4, 0, 5)", "expected images", "at least one row",
    ),
    "half a step": (lambda: conv_transpose2d(x(), w, stride=0.5), TypeError, "stride is 0.5", "expected a whole number", "with //"),
    "no dilation": (lambda: conv_transpose2d(x(), w, dilation=0), ValueError, "dilation is 0", "expected at least 1", "dilation"),
    "one bias too many": (
        lambda: conv_transpose2d(x(), w, np.ones(4)), ValueError,
        "b has shape (4,)", "expected (3,), one number for each channel of the output", "the second axis of w",
    ),
    "bias of groups": (
        lambda: conv_transpose2d(x(), w, np.ones(3), groups=2), ValueError, "b has shape (3,)", "expected (6,)", "times groups=2",
    ),
    "unknown padding": (
        lambda: conv_transpose2d(x(), w, padding="full"), ValueError, 'padding is "full"', '"valid", "same"', "or numbers",
    ),
    "everything cut off": (
        lambda: conv_transpose2d(x(), w, padding=(2, 0)), ValueError,
        "covers (4, 7) pixels, and padding ((2, 2), (0, 0))", "down to (0, 7)", "takes away what it would add in conv2d. Pad less",
    ),
    "output_padding of a stride": (
        lambda: conv_transpose2d(x(), w, stride=(3, 2), output_padding=2), ValueError,
        "output_padding is 2 horizontally, with stride 2 and dilation 1", "less than one of the two", "take a larger stride",
    ),
    "output_padding of a dilation": (
        lambda: conv_transpose2d(x(), w, dilation=(3, 4), output_padding=3), ValueError,
        "output_padding is 3 vertically, with stride 1 and dilation 3", "less than one of the two", "take a larger stride",
    ),
    "less than no output_padding": (
        lambda: conv_transpose2d(x(), w, output_padding=-1), ValueError, "output_padding is -1", "at least 0", "output_padding",
    ),
    "output_padding in words": (
        lambda: conv_transpose2d(x(), w, stride=2, output_padding="same"), TypeError,
        "output_padding is 'same'", "expected a whole number", "or a pair",
    ),
    "output_padding beside same": (
        lambda: conv_transpose2d(x(), w, stride=(2, 3), padding="same", output_padding=(0, 1)), ValueError,
        "output_padding is (0, 1)", 'padding="same" already makes the output size * stride = (6, 15)', "Leave output_padding out",
    ),
    "whole numbers": (
        lambda: conv_transpose2d(x().astype(int), w), TypeError, "x has dtype int64", "floating-point", "x * 1.0",
    ),
    "the gradient of another output": (
        lambda: conv_transpose2d_backward(g, x(), w, stride=2), ValueError,
        "grad_output has shape (2, 3, 4, 7)", "expected (2, 3, 6, 11), the shape of conv_transpose2d's output",
        "Were stride, padding, output_padding, dilation and groups the same",
    ),
}  # fmt: skip


# The same for both ways of pooling; `{}` is the name of the function.
WRONG_POOLING = {
    "an image alone": (lambda pool, _: pool(x(3, 5), 2), ValueError, "x has shape (3, 5)", "(N, C, H, W)", "x[None, None]"),
    "channels alone": (lambda pool, _: pool(x(4, 3, 5), 2), ValueError, "x has shape (4, 3, 5)", "four axes", "x[None]"),
    "a list": (lambda pool, _: pool([[1.0]], 2), TypeError, "x is a list", "expected a NumPy array", "np.asarray(x"),
    "whole numbers": (lambda pool, _: pool(x().astype(int), 2), TypeError, "x has dtype int64", "floating-point", "x * 1.0"),
    "an image of nothing": (
        lambda pool, _: pool(x(2, 4, 3, 0), 2), ValueError, "x has shape (2, 4, 3, 0)", "expected images", "one column",
    ),
    "half a window": (
        lambda pool, _: pool(x(), 3 / 2), TypeError, "kernel_size is 1.5", "expected a whole number", "with //",
    ),
    "a window of nothing": (lambda pool, _: pool(x(), (2, 0)), ValueError, "kernel_size is 0", "at least 1", "kernel_size"),
    "a window of all axes": (
        lambda pool, _: pool(x(), (1, 1, 2, 2)), TypeError, "kernel_size is (1, 1, 2, 2)", "a pair", "(vertical, horizontal)",
    ),
    "too large a window": (
        lambda pool, _: pool(x(), (2, 6)), ValueError,
        "reaches over 6 columns, the image has 5", "does not fit", "Take a smaller window, or pad more",
    ),
    "a step of nothing": (lambda pool, _: pool(x(), 2, stride=0), ValueError, "stride is 0", "at least 1", "stride"),
    "padding past half the window": (
        lambda pool, _: pool(x(), (2, 3), padding=(1, 2)), ValueError,
        "padding is ((1, 1), (2, 2)) with kernel_size (2, 3)", "at most half of it on each side, (1, 1)", "Pad less, or take a larger",
    ),
    "one side past half the window": (
        lambda pool, _: pool(x(), 2, padding=((0, 2), (0, 0))), ValueError,
        "padding is ((0, 2), (0, 0))", "at most half", "a window could lie on padding alone, with no pixel in it",
    ),
    "unknown padding": (
        lambda pool, _: pool(x(), 2, padding="half"), ValueError, 'padding is "half"', '"valid", "same"', "or numbers",
    ),
    "the gradient of another output": (
        lambda pool, back: back(x(2, 4, 2, 3), x(), 2), ValueError,
        "grad_output has shape (2, 4, 2, 3)", "expected (2, 4, 1, 2), the shape of {}'s output",
        "Were kernel_size, stride and padding the same there",
    ),
    "a forgotten return above": (
        lambda pool, back: back(None, x(), 2), TypeError, "grad_output is None", "expected a NumPy array", "end with `return`",
    ),
    "two libraries above": (
        lambda pool, back: back(torch.ones(2, 4, 1, 2), x(), 2), TypeError,
        "different libraries (x: numpy.ndarray, grad_output: torch.Tensor)", "all from one", "torch.asarray(a)",
    ),
    "two dtypes above": (
        lambda pool, back: back(x(2, 4, 1, 2).astype("float32"), x(), 2), TypeError,
        "grad_output has dtype float32 but x has float64", "expected the same", "grad_output.astype(x.dtype)",
    ),
}  # fmt: skip


def assert_answered(call, exception, *fragments):
    with pytest.raises(exception) as caught:
        call()
    assert type(caught.value) is exception
    for fragment in fragments:
        assert fragment in str(caught.value)


@pytest.mark.parametrize(
    ("call", "exception", "came", "wanted", "go_on"), WRONG_TRANSPOSED.values(), ids=WRONG_TRANSPOSED
)
def test_a_wrong_transposed_convolution_is_answered(call, exception, came, wanted, go_on):
    assert_answered(call, exception, came, wanted, go_on)


@pytest.mark.parametrize(("call", "exception", "came", "wanted", "go_on"), WRONG_POOLING.values(), ids=WRONG_POOLING)
@pytest.mark.parametrize(
    ("pool", "back"), [(max_pool2d, max_pool2d_backward), (avg_pool2d, avg_pool2d_backward)], ids=["max", "avg"]
)
def test_a_wrong_pooling_is_answered(pool, back, call, exception, came, wanted, go_on):
    assert_answered(lambda: call(pool, back), exception, came, wanted.format(pool.__name__), go_on)


@pytest.mark.parametrize("value", [0, "False", None])
def test_counting_the_padding_is_a_yes_or_no(value):
    for call in (lambda **o: avg_pool2d(x(), 2, **o), lambda **o: avg_pool2d_backward(x(2, 4, 1, 2), x(), 2, **o)):
        assert_answered(
            lambda call=call: call(count_include_pad=value),
            TypeError,
            f"count_include_pad is {value!r}",
            "True or False",
        )


@pytest.mark.parametrize("name", ["x", "w", "b", "grad_output"])
def test_every_array_is_called_by_its_name(name):
    arrays = {"grad_output": g, "x": x(), "w": w, "b": np.ones(3)}
    arrays[name] = arrays[name].tolist()
    with pytest.raises(TypeError, match=f"^{name} is a list"):
        conv_transpose2d_backward(**arrays)
