"""Wrong stacks as students write them: the layer by its number, what came to it, and how to go on."""

import numpy as np
import pytest
import torch

from mlcourse.ops import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    MaxPool,
    Stack,
    Upsample,
    conv2d,
    relu,
)


def stack(*layers, image=(3, 16, 18)):
    return Stack(list(layers), image=image)


SMALL = stack(Conv(2, 3), BatchNorm(), Flatten(), Dense(4))
PARAMETERS = SMALL.parameters(0)
OTHER = stack(Conv(4, 3), BatchNorm(), Flatten(), Dense(4)).parameters(0)


def x(*shape):
    return np.ones(shape or (2, 3, 16, 18))


def deep(image):
    return stack(*[Conv(8, 3), MaxPool(2)] * 3, image=image)


# name: (wrong call, exception, how the message begins, what was wanted, how to go on)
WRONG = {
    "a kernel larger than the image": (
        lambda: stack(Conv(8, (3, 19))), ValueError,
        "Layer 1, Conv(8, (3, 19)), is impossible here: (3, 16, 18) comes in, from the image. The kernel does not fit",
        "reaches over 19 columns, the image has 18", "Take a smaller kernel or dilation, or pad more",
    ),
    "too much downsampling": (
        lambda: deep((1, 16, 20)), ValueError,
        "Layer 5, Conv(8, 3), is impossible here: (8, 2, 3) comes in, from layer 4, MaxPool(2). ",
        "On 16 x 20 pixels, the size of the image, it would be possible",
        "Leave one of them out, give one a smaller stride, or begin with a larger image.",
    ),
    "a pool of what pools left": (
        lambda: stack(MaxPool((16, 1)), MaxPool(2)), ValueError, "Layer 2, MaxPool(2), is impossible here: (3, 1, 18)",
        "reaches over 2 rows, the image has 1", "shrink the image too much",
    ),
    "channels last": (
        lambda: stack(Conv(8, 3), image=(32, 28, 1)), ValueError, "Layer 1, Conv(8, 3), is impossible here: (32, 28, 1)",
        "32 channels of 28 x 1 pixels. Channels come first here, unlike in Keras", "Is it (1, 32, 28)?",
    ),
    "channels of groups": (
        lambda: stack(Conv(4, 1), Conv(6, 3, groups=3)), ValueError,
        "Layer 2, Conv(6, 3, groups=3), is impossible here: (4, 16, 18) comes in, from layer 1, Conv(4, 1). 4 channels come in",
        "expected a multiple of 3", "groups that divide both the channels that come in and the filters",
    ),
    "filters of groups": (
        lambda: stack(ConvTranspose(4, 3, groups=3)), ValueError,
        "Layer 1, ConvTranspose(4, 3, groups=3), is impossible here: (3, 16, 18) comes in, from the image. 4 filters are asked for",
        "expected a multiple of 3", "Choose groups",
    ),
    "no groups": (
        lambda: stack(Conv(4, 3, groups=0)), ValueError, "Layer 1, Conv(4, 3, groups=0), is", "groups is 0", "at least 1",
    ),
    "a pool of nothing": (
        lambda: stack(Conv(4, 3), MaxPool(0)), ValueError,
        "Layer 2, MaxPool(0), is impossible here: (4, 14, 16) comes in, from layer 1, Conv(4, 3). ",
        "kernel_size is 0", "expected at least 1",
    ),
    "a pool padded too far": (
        lambda: stack(AvgPool(2, padding=2)), ValueError, "Layer 1, AvgPool(2, padding=2), is impossible",
        "at most half of it on each side", "Pad less, or take a larger window",
    ),
    "a step of nothing": (lambda: stack(MaxPool(2, stride=0)), ValueError, "Layer 1, MaxPool(2, stride=0),", "stride is 0", "at least 1"),
    "half the filters": (
        lambda: stack(Conv(16 / 2, 3)), TypeError, "Layer 1, Conv(8.0, 3), is", "filters is 8.0; expected a whole number", "with //",
    ),
    "kernel before filters": (
        lambda: stack(Conv((3, 3), 8)), TypeError, "Layer 1, Conv((3, 3), 8), is", "filters is (3, 3); expected one whole number",
        "Filters come first, then the size of the kernel: Conv(8, (3, 3))",
    ),
    "no filters": (lambda: stack(Conv(0, 3)), ValueError, "Layer 1, Conv(0, 3), is", "filters is 0", "expected at least 1"),
    "a kernel of three": (
        lambda: stack(Conv(8, (3, 3, 3))), TypeError, "Layer 1, Conv(8, (3, 3, 3)), is", "kernel_size is (3, 3, 3)", "a pair",
    ),
    "padding of another library": (
        lambda: stack(Conv(8, 3, padding="SAME")), ValueError, "Layer 1, Conv(8, 3, padding='SAME'),", 'padding is "SAME"', '"valid", "same"',
    ),
    "bias as a number": (
        lambda: stack(Conv(8, 3, bias=0)), TypeError, "Layer 1, Conv(8, 3, bias=0),", "bias is 0", "expected True or False",
    ),
    "zeros that may count": (
        lambda: stack(AvgPool(2, count_include_pad="no")), TypeError, "Layer 1, AvgPool(2, count",
        "count_include_pad is 'no'", "expected True or False",
    ),
    "everything cut off": (
        lambda: stack(ConvTranspose(2, 2, padding=9)), ValueError, "Layer 1, ConvTranspose(2, 2, padding=9),",
        "Nothing would be left", "Pad less",
    ),
    "too much added": (
        lambda: stack(ConvTranspose(2, 2, stride=2, output_padding=2)), ValueError, "Layer 1, ConvTranspose(2, 2,",
        "output_padding is 2 vertically", "take a larger stride",
    ),
    "half as many pixels": (
        lambda: stack(Upsample(0.5)), TypeError, "Layer 1, Upsample(0.5), is", "scale is 0.5", "expected a whole number",
    ),
    "an unknown way to fill": (
        lambda: stack(Upsample(2, mode="bicubic")), ValueError, "Layer 1, Upsample(2, mode='bicubic'),",
        "mode is 'bicubic'", '"nearest" or "bilinear"',
    ),
    "an unknown curve": (
        lambda: stack(Activation("softmax")), ValueError, "Layer 1, Activation('softmax'),",
        'function is \'softmax\'; expected "relu", "sigmoid" or "tanh"', "in quotes",
    ),
    "a curve without quotes": (
        lambda: stack(Activation(relu)), ValueError, "Layer 1, Activation(<function relu", "function is <function relu", "in quotes",
    ),
    "no variance to spare": (
        lambda: stack(BatchNorm(eps=0)), ValueError, "Layer 1, BatchNorm(eps=0), is", "eps is 0", "a small number above 0",
    ),
    "dense without flatten": (
        lambda: stack(Conv(8, 3), Dense(10)), ValueError,
        "Layer 2, Dense(10), is impossible here: (8, 14, 16) comes in, from layer 1, Conv(8, 3). ",
        "It takes a row of numbers, but maps (8, 14, 16) come in", "Put Flatten() before it",
    ),
    "a convolution of a row": (
        lambda: stack(Flatten(), Conv(8, 3)), ValueError, "Layer 2, Conv(8, 3), is impossible here: (864,) comes in, from layer 1, Flatten().",
        "It takes maps (C, H, W), but a row of 864 numbers", "Put it before Flatten()",
    ),
    "a pool of a row": (lambda: stack(Flatten(), MaxPool(2)), ValueError, "Layer 2, MaxPool(2), is", "It takes maps", "before Flatten()"),
    "a norm of a row": (lambda: stack(Flatten(), BatchNorm()), ValueError, "Layer 2, BatchNorm(), is", "It takes maps", "before Flatten()"),
    "a larger row": (lambda: stack(Flatten(), Upsample(2)), ValueError, "Layer 2, Upsample(2), is", "It takes maps", "before Flatten()"),
    "half a unit": (
        lambda: stack(Flatten(), Dense(0.5)), TypeError, "Layer 2, Dense(0.5), is impossible here: (864,)", "units is 0.5", "whole number",
    ),
    "units on a map": (
        lambda: stack(Flatten(), Dense((3, 4))), TypeError, "Layer 2, Dense((3, 4)), is", "units is (3, 4)", "expected one whole number",
    ),
    "a layer alone": (
        lambda: Stack(Conv(8, 3), image=(3, 16, 18)), TypeError, "layers is Conv(8, 3)", "expected a list of layers", "Stack([Conv(8, 3), ",
    ),
    "brackets left out": (
        lambda: stack(Conv(8, 3), Flatten), TypeError, "Layer 2 is the class Flatten", "expected one made of it", "Flatten(...)",
    ),
    "a function as a layer": (lambda: stack(conv2d), TypeError, "Layer 1 is <function conv2d", "expected a layer of mlcourse.ops", "Conv, "),
    "a module as a layer": (lambda: stack(torch.nn.ReLU()), TypeError, "Layer 1 is ReLU()", "a layer of mlcourse.ops", "Activation, "),
    "a grey image": (
        lambda: stack(image=(16, 18)), ValueError, "image is (16, 18)", "expected the shape (C, H, W)", "Of a grey image: (1, 16, 18).",
    ),
    "a batch": (
        lambda: stack(image=x().shape), ValueError, "image is (2, 3, 16, 18)", "the shape (C, H, W) of one image", "images out: (3, 16, 18).",
    ),
    "the image itself": (
        lambda: stack(image=x()), TypeError, "image is a ndarray", "expected the shape (C, H, W)", "out: image=x.shape[1:].",
    ),
    "a number as the image": (lambda: stack(image=16), TypeError, "image is a int", "expected the shape (C, H, W)", "of one image"),
    "an image of no columns": (lambda: stack(image=(1, 4, 0)), ValueError, "image is 0", "expected at least 1", "1"),
    "an image alone": (
        lambda: SMALL.forward(x(3, 16, 18), PARAMETERS), ValueError, "x has shape (3, 16, 18)", "expected (N, 3, 16, 18)", "x[None]",
    ),
    "another image": (
        lambda: SMALL.forward(x(2, 3, 18, 16), PARAMETERS), ValueError, "x has shape (2, 3, 18, 16)", "expected (N, 3, 16, 18)",
        "For other images make another stack: Stack(stack.layers, image=(3, 18, 16))",
    ),
    "a list as the image": (lambda: SMALL.forward([1.0], PARAMETERS), TypeError, "x is a list", "expected a NumPy array", "np.asarray"),
    "arrays as parameters": (
        lambda: SMALL.forward(x(), {"w": x()}), ValueError, "parameters is a dict of length 1", "expected a list of 5", "stack.parameters(0, like=x)",
    ),
    "none as parameters": (
        lambda: SMALL.forward(x(), None), ValueError, "parameters is a NoneType;", "expected a list of 5", "stack.parameters(0, like=x)",
    ),
    "parameters without the image": (
        lambda: SMALL.forward(x(), PARAMETERS[1:]), ValueError, "parameters is a list of length 4", "one entry for the image and one for each layer",
        "stack.parameters(0, like=x)",
    ),
    "another stack's parameters": (
        lambda: SMALL.forward(x(), OTHER), ValueError, "The parameters of layer 1, Conv(2, 3), are of shape {'w': (4, 3, 3, 3), 'b': (4,)}",
        "expected {'w': (2, 3, 3, 3), 'b': (2,)}", "drawn for another stack",
    ),
    "a kernel instead of its name": (
        lambda: SMALL.forward(x(), [{}, x(), {}, {}, {}]), ValueError, "The parameters of layer 1, Conv(2, 3), are no dict but a ndarray",
        "expected {'w': (2, 3, 3, 3), 'b': (2,)}", "stack.parameters(0, like=x)",
    ),
    "parameters of another library": (
        lambda: SMALL.forward(torch.tensor(x()), PARAMETERS), TypeError, "Layer 1, Conv(2, 3), does not run. The arrays come from different",
        "expected all from one", "torch.asarray",
    ),
    "one image to train on": (
        lambda: stack(MaxPool((16, 18)), BatchNorm()).forward(x(1, 3, 16, 18), stack(MaxPool((16, 18)), BatchNorm()).parameters(0), training=True),
        ValueError, "Layer 2, BatchNorm(), does not run. x has shape (1, 3, 1, 1)", "expected at least two", "set training=False",
    ),
    "like a list": (lambda: SMALL.parameters(0, like=[1.0]), TypeError, "like is a list", "expected a NumPy array", "np.asarray"),
    "a layer that is not there": (
        lambda: SMALL.sees(5, 0), ValueError, "layer is 5", "expected a number from 0, the image, to 4", "the last",
    ),
    "the last layer from behind": (lambda: SMALL.sees(-1, 0), ValueError, "layer is -1", "expected at least 0", "0"),
    "a unit that is not there": (
        lambda: SMALL.sees(1, 14, 0), ValueError, "unit is (14, 0), but layer 1, Conv(2, 3), gives (2, 14, 16)", "expected numbers from 0", "below (14, 16)",
    ),
    "a unit with its map": (
        lambda: SMALL.sees(1, 0, 3, 4), TypeError, "sees was asked about unit (0, 3, 4) of layer 1, Conv(2, 3)", "expected row and column", "sees(1, i, j)",
    ),
    "a unit of a row by two numbers": (
        lambda: SMALL.sees(4, 0, 3), TypeError, "sees was asked about unit (0, 3) of layer 4, Dense(4)", "expected the place of a unit in the row", "sees(4, k)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "exception", "came", "wanted", "go_on"), WRONG.values(), ids=WRONG)
def test_a_wrong_stack_is_answered(call, exception, came, wanted, go_on):
    with pytest.raises(exception) as caught:
        call()
    assert type(caught.value) is exception
    message = str(caught.value)
    assert message.startswith(came)
    for fragment in (wanted, go_on):
        assert fragment in message
    assert caught.value.__cause__ is None  # one message, not two
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_hint_is_given_only_where_it_helps():
    """Neither to shrink less nor to turn the image where that would change nothing."""
    for wrong in (
        lambda: stack(Conv(4, 3), MaxPool(0)),
        lambda: stack(Upsample(2), MaxPool(0)),
        lambda: stack(MaxPool(2), Conv(4, 30)),
        lambda: stack(Conv(4, 9), image=(1, 8, 2)),
        lambda: stack(Conv(4, 9), image=(3, 3, 3)),
    ):
        with pytest.raises(ValueError, match=r"^Layer \d") as caught:
            wrong()
        assert "shrink the image" not in str(caught.value)
        assert "unlike in Keras" not in str(caught.value)


def test_arguments_that_python_refuses_are_named():
    for wrong, named in (
        (lambda: Conv(24), "kernel_size"),
        (lambda: Conv(24, 10, 2), "positional"),
        (lambda: Conv(24, 10, strides=2), "strides"),
        (lambda: Stack([Conv(24, 10)]), "image"),
    ):
        with pytest.raises(TypeError, match=named):
            wrong()
