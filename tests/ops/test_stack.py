"""Stack against torch's modules on random stacks, against loops that count, and against numbers from papers."""

import doctest
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from geometries import DTYPES, TOLERANCE, Setting, both
from stacks import STACKS, by_torch

import mlcourse.ops.stack.stack
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
)

every_stack = pytest.mark.parametrize("drawn", STACKS, ids=str)


def weights(drawn, dtype="float64"):
    """Random arrays in torch's modules, the running statistics too; and the same as NumPy arrays for a `Stack`."""
    generator, parameters = torch.Generator().manual_seed(7), [{}]
    for module in drawn.modules:
        module.to(getattr(torch, dtype))
        arrays = {}
        for name, a in module.state_dict().items():
            if name != "num_batches_tracked":
                a.copy_(
                    torch.rand(a.shape, generator=generator, dtype=torch.float64) + ("var" in name) - 0.5 * (a.ndim > 1)
                )
                arrays[name.removeprefix("0.").removeprefix("1.")] = a.numpy().copy()
        if not any("running" in name for name in arrays):
            arrays = {{"weight": "w", "bias": "b"}[name]: a for name, a in arrays.items()}
        parameters.append(arrays)
    return parameters


def images(drawn, dtype="float64", number=2):
    return np.random.default_rng(3).normal(size=(number, *drawn.image)).astype(dtype)


def test_every_kind_of_layer_is_drawn_more_than_once():
    kinds = [type(layer) for drawn in STACKS for layer in drawn.layers]
    for kind in (Activation, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Flatten, MaxPool, Upsample):
        assert kinds.count(kind) > 4, kind
    assert sum(len(drawn.refused) for drawn in STACKS) > 40


@every_stack
def test_shapes_and_parameter_counts_are_torchs(drawn):
    stack = Stack(drawn.layers, image=drawn.image)
    assert [row.shape for row in stack.rows] == [drawn.image, *drawn.shapes]
    counts = [sum(p.numel() for p in module.parameters()) for module in drawn.modules]
    assert [row.parameter_count for row in stack.rows] == [0, *counts]
    assert stack.parameter_count == sum(counts)


@every_stack
def test_what_torch_refuses_is_refused(drawn):
    for place, layer in drawn.refused:
        with pytest.raises(ValueError, match=f"^Layer {place + 1}, "):
            Stack([*drawn.layers[:place], layer], image=drawn.image)


@every_stack
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("training", [False, True], ids=["evaluation", "training"])
def test_every_layer_gives_what_torchs_module_gives(xp, drawn, dtype, training):
    parameters, x = weights(drawn, dtype), images(drawn, dtype)
    for module in drawn.modules:
        module.train(training)
    with torch.no_grad():
        expected = by_torch(drawn.modules, torch.tensor(x))
    given = [{name: xp.array(a) for name, a in arrays.items()} for arrays in parameters]
    outputs = Stack(drawn.layers, image=drawn.image).forward(xp.array(x), given, training=training)
    assert len(outputs) == len(expected)
    for output, theirs in zip(outputs, expected, strict=True):
        xp.assert_close(output, theirs.numpy(), tolerance=10 * TOLERANCE[dtype])  # rounding adds up from layer to layer


def test_a_run_in_training_keeps_the_running_statistics_as_they_are():
    stack = Stack([BatchNorm()], image=(2, 3, 4))
    parameters = stack.parameters(0)
    stack.forward(np.random.default_rng(0).normal(3, 2, (5, 2, 3, 4)), parameters, training=True)
    np.testing.assert_array_equal(parameters[1]["running_mean"], [0, 0])
    np.testing.assert_array_equal(parameters[1]["running_var"], [1, 1])


def counted(layer, x, w):
    """What a layer without bias makes of one image, by loops; and how often they multiplied."""
    if isinstance(layer, Dense):
        y = np.zeros(len(w))
        for place in np.ndindex(w.shape):
            y[place[0]] += w[place] * x[place[1]]
        return y, w.size
    transposed, times = isinstance(layer, ConvTranspose), 0
    setting = Setting("", (1, *x.shape), w.shape, {"padding": layer.padding, "stride": layer.stride})
    (top, bottom), (left, right) = setting.sides
    (down, across), (kh, kw) = both(layer.stride), w.shape[2:]
    if transposed:
        y = np.zeros((w.shape[1], (x.shape[1] - 1) * down + kh, (x.shape[2] - 1) * across + kw))
        for c, i, j in np.ndindex(x.shape):
            for o, p, q in np.ndindex(w.shape[1:]):
                y[o, i * down + p, j * across + q] += x[c, i, j] * w[c, o, p, q]
                times += 1
        return y[:, top : y.shape[1] - bottom, left : y.shape[2] - right], times
    x_padded, y = np.pad(x, ((0, 0), (top, bottom), (left, right))), np.zeros(setting.output_shape[1:])
    own = len(w) // layer.groups
    for o, i, j in np.ndindex(y.shape):
        for c, p, q in np.ndindex(w.shape[1:]):
            y[o, i, j] += x_padded[o // own * w.shape[1] + c, i * down + p, j * across + q] * w[o, c, p, q]
            times += 1
    return y, times


def test_multiply_adds_are_those_of_loops_that_give_the_same_numbers():
    layers = [
        Conv(4, (3, 2), padding=((1, 0), (2, 1)), bias=False),
        Conv(6, (2, 3), stride=(2, 1), groups=2, bias=False),
        ConvTranspose(3, (2, 4), stride=(3, 2), padding=((0, 1), (2, 0)), bias=False),
        Conv(2, (1, 3), padding="same", stride=(2, 3), bias=False),
        Flatten(),
        Dense(5, bias=False),
    ]
    stack = Stack(layers, image=(2, 5, 7))
    parameters = stack.parameters(1)
    outputs = stack.forward(np.random.default_rng(2).normal(size=(1, 2, 5, 7)), parameters)
    for row in stack.rows:
        if "w" not in row.arrays:
            assert row.multiply_adds == 0
            continue
        y, times = counted(row.layer, outputs[row.number - 1][0], parameters[row.number]["w"])
        np.testing.assert_allclose(outputs[row.number][0], y, rtol=0, atol=1e-12)
        assert row.multiply_adds == times
    assert stack.multiply_adds == sum(row.multiply_adds for row in stack.rows) > 1000


def test_what_has_no_learnt_kernel_multiplies_nothing():
    layers = [MaxPool(2), AvgPool((1, 2)), Upsample(2, mode="bilinear"), Activation("tanh"), BatchNorm(), Flatten()]
    assert Stack(layers, image=(3, 8, 9)).multiply_adds == 0


def vgg19():
    """K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015."""
    layers = []
    for filters, times in ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)):
        layers += [Conv(filters, 3, padding=1), Activation("relu")] * times + [MaxPool(2)]
    layers += [Flatten(), Dense(4096), Activation("relu"), Dense(4096), Activation("relu"), Dense(1000)]
    return Stack(layers, image=(3, 224, 224))


def test_a_known_network_costs_what_the_papers_say():
    """144 million parameters in its own, table 2; 19.6 billion multiply-adds in that of residual networks, figure 3."""
    stack = vgg19()
    assert round(stack.parameter_count / 1e6) == 144
    assert round(stack.multiply_adds / 1e9, 1) == 19.6


def test_the_stacks_of_the_lecture():
    assert Stack([Conv(24, 10)], image=(1, 64, 48)).parameter_count == 2424
    assert Stack([Conv(1, 3, stride=2)], image=(1, 7, 7)).rows[1].shape == (1, 3, 3)
    for x, y in ((3, 5), (8, 16)):
        stack = Stack([Conv(x, 3, padding="same"), MaxPool(2), Conv(y, 3, padding="same")], image=(1, 32, 32))
        assert [row.shape for row in stack.rows] == [(1, 32, 32), (x, 32, 32), (x, 16, 16), (y, 16, 16)]
        assert stack.rows[3].arrays == {"w": (y, x, 3, 3), "b": (y,)}  # a filter spans all maps
        assert stack.rows[3].parameter_count == 9 * x * y + y


def test_a_stack_of_no_layers_is_the_image():
    stack = Stack([], image=[2, 3, 4])
    assert [row.shape for row in stack.rows] == [(2, 3, 4)]
    assert stack.rows[0].jump == stack.rows[0].receptive_field == (1, 1)
    x = np.ones((1, 2, 3, 4))
    assert stack.forward(x, stack.parameters(0)) == [x]


def test_parameters_go_where_the_image_lies(xp):
    layers = [Conv(3, (2, 3)), BatchNorm(), ConvTranspose(2, 2, groups=1), Flatten(), Dense(4)]
    stack = Stack(layers, image=(1, 4, 6))
    for dtype in DTYPES:
        x = xp.array(np.ones((2, 1, 4, 6), dtype=dtype))
        for row, arrays, same in zip(stack.rows, stack.parameters(5, like=x), stack.parameters(5), strict=True):
            assert {name: tuple(a.shape) for name, a in arrays.items()} == row.arrays
            for name, a in arrays.items():
                xp.assert_close(a, same[name].astype(dtype), tolerance=0)


def test_parameters_follow_the_seed_and_the_generator():
    stack = Stack([Conv(2, 3), Conv(2, 3)], image=(2, 9, 8))
    rng = np.random.default_rng(4)
    first, second, again = stack.parameters(rng), stack.parameters(rng), stack.parameters(4)
    np.testing.assert_array_equal(first[1]["w"], again[1]["w"])
    assert not np.array_equal(first[1]["w"], first[2]["w"])
    assert not np.array_equal(first[1]["w"], second[1]["w"])


@pytest.mark.parametrize(
    "layer",
    [
        Conv(64, (3, 5), stride=(2, 1)),
        Conv(64, (3, 5), groups=4),
        ConvTranspose(64, (4, 6), stride=(2, 3)),
        ConvTranspose(64, (4, 6), stride=(2, 3), groups=8),
        Dense(4000),
    ],
    ids=repr,
)
def test_numbers_keep_their_size_through_a_layer_with_relu(layer):
    """The paper's claim: the mean of squares stays. Within 10 %, more than five times what chance does with as many numbers."""
    flat = isinstance(layer, Dense)
    stack = Stack([*([Flatten()] if flat else []), layer, Activation("relu")], image=(64, 12, 14))
    parameters = stack.parameters(11)
    assert not parameters[1 + flat]["b"].any()
    outputs = stack.forward(np.random.default_rng(12).normal(size=(8, 64, 12, 14)), parameters)
    # Away from the edge, where fewer stamps of a transposed convolution meet.
    inner = outputs[-1] if flat else outputs[-1][:, :, 6:-6, 6:-6] if isinstance(layer, ConvTranspose) else outputs[-1]
    assert np.mean(inner**2) == pytest.approx(np.mean(outputs[0] ** 2), rel=0.1)


def test_a_layer_prints_as_it_is_written():
    for layer in (layer for drawn in STACKS for layer in drawn.layers):
        assert eval(repr(layer)) == layer
    assert repr(Conv(24, 10)) == "Conv(24, 10)"
    assert repr(Conv(24, (10, 3), stride=2, padding="same")) == "Conv(24, (10, 3), stride=2, padding='same')"
    assert repr(BatchNorm()) == "BatchNorm()"


class Cells(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.rows = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.rows[-1][-1] += data


def test_the_table_says_what_the_rows_say():
    stack = Stack([Conv(8, 3), Upsample((2, 4)), Flatten(), Dense(7), Activation("relu")], image=(1, 12, 34))
    for lines in ([line.split("  ") for line in str(stack).split("\n")], Cells(stack._repr_html_()).rows):
        found = [[cell.strip() for cell in cells if cell.strip()] for cells in lines]
        assert found == [
            ["layer", "output", "parameters", "multiply-adds", "receptive field", "jump"],
            ["0", "image", "(1, 12, 34)", "0", "0", "(1, 1)", "(1, 1)"],
            ["1", "Conv(8, 3)", "(8, 10, 32)", "80", "23,040", "(3, 3)", "(1, 1)"],
            ["2", "Upsample((2, 4))", "(8, 20, 128)", "0", "0", "(3, 3)", "(1/2, 1/4)"],
            ["3", "Flatten()", "(20480,)", "0", "0", "(3, 3)", "–"],
            ["4", "Dense(7)", "(7,)", "143,367", "143,360", "(12, 34)", "–"],
            ["5", "Activation('relu')", "(7,)", "0", "0", "(12, 34)", "–"],
            ["together", "143,447", "166,400"],
        ]
    assert stack.rows[2].jump == (Fraction(1, 2), Fraction(1, 4))
    assert {len(cells) for cells in Cells(stack._repr_html_()).rows} == {7}
    assert '"></th>' not in stack._repr_html_()  # no heading that says nothing
    assert repr(stack) == str(stack)
    assert "Upsample((2, 4))" in repr(stack.rows[2])


def test_what_looks_like_markup_is_shown_as_it_is():
    class Arrow(Activation):
        def __repr__(self):
            return "<b>&amp;"

    assert Cells(Stack([Arrow("relu")], image=(1, 2, 3))._repr_html_()).rows[2][1] == "<b>&amp;"


def test_the_examples_in_the_docstrings_come_true():
    result = doctest.testmod(mlcourse.ops.stack.stack)
    assert result.attempted
    assert not result.failed


def test_counts_are_whole_numbers():
    stack = vgg19()
    for row in stack.rows:
        assert type(row.parameter_count) is type(row.multiply_adds) is int
        assert row.jump is None or {type(n) for n in row.jump} == {int}
