"""What units see, against the truth: spoil a pixel and look which units it reaches; against gradients; against papers.

A NaN spreads through sums, maxima and curves alike, whatever the weights are, and so shows exactly what depends on what.
Only bilinear upsampling multiplies by shares of 0, which would spread it everywhere; there torch's autograd is asked.
"""

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
import torch
from stacks import STACKS

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


def is_flat(layer):
    return isinstance(layer, Flatten | Dense)


def kinds(layers):
    return {getattr(layer, "mode", type(layer).__name__) for layer in layers}


# Layers that scatter in ways of their own, and what they bring to those that gather behind them.
CHOSEN = {
    "dilation_passes_over": ([Conv(1, (2, 3), dilation=(3, 2)), Conv(2, (3, 2), dilation=(2, 4))], (1, 11, 12)),
    "stride_passes_over": ([MaxPool((2, 1), stride=(3, 4)), Conv(2, (2, 3), padding="same")], (2, 14, 11)),
    "pixels_left_over": ([Conv(2, (2, 3), stride=(3, 4)), Conv(1, (3, 2), padding=(3, 2))], (1, 10, 9)),
    "on_padding_alone": ([Conv(2, (2, 1), padding=((4, 0), (1, 3))), Conv(1, (1, 2))], (1, 3, 4)),
    "nothing_stamped": ([ConvTranspose(2, (1, 2), stride=(3, 4)), Conv(1, (2, 1), stride=(1, 2))], (1, 4, 5)),
    "between_the_stamps": ([ConvTranspose(1, 1, stride=(2, 3)), Conv(1, 1, stride=(2, 3), padding=1)], (1, 4, 3)),
    "stamps_on_padding": (
        [Conv(1, 1, padding=(4, 5)), ConvTranspose(1, 1, stride=(3, 4)), Conv(1, 2, stride=(3, 4))],
        (1, 4, 3),
    ),
    "stamps_out_of_order": ([ConvTranspose(1, (3, 2), stride=(3, 4), dilation=(2, 3)), Conv(1, (2, 1))], (1, 5, 4)),
    "stamps_overlap": ([ConvTranspose(1, (5, 4), stride=(2, 3), padding=((1, 0), (2, 1)))] * 2, (1, 3, 4)),
    "room_for_a_stamp": ([ConvTranspose(1, (2, 3), stride=(2, 1), dilation=(1, 3), output_padding=(1, 2))], (1, 3, 4)),
    "same_scattered": ([ConvTranspose(2, (5, 2), stride=(2, 3), padding="same"), MaxPool((2, 3))], (1, 4, 3)),
    "down_and_up": ([Conv(1, 3, stride=(2, 3)), Upsample((3, 2)), Conv(1, (2, 4)), Upsample((2, 1))], (1, 9, 12)),
    "up_and_down": ([Upsample((3, 2)), Conv(1, (4, 2), stride=(2, 3)), Conv(2, (2, 3), stride=(1, 2))], (2, 5, 7)),
    "tents": ([Upsample((2, 3), mode="bilinear"), Conv(2, (3, 2)), Upsample((3, 4), mode="bilinear")], (1, 4, 3)),
    "tents_and_strides": ([Conv(1, (2, 3), stride=(1, 2)), Upsample(4, mode="bilinear"), AvgPool((3, 2))], (1, 5, 9)),
    "a_row": ([AvgPool((2, 3), padding=(1, 0)), Flatten(), Activation("tanh"), Dense(3), Dense(2)], (2, 5, 7)),
    "dense_on_part": ([Conv(1, (2, 3), stride=(3, 2)), Upsample((2, 1)), Flatten(), Dense(2)], (1, 6, 8)),
}
CASES = CHOSEN | {drawn.name: (drawn.layers, drawn.image) for drawn in STACKS}
NO_TENT = {name: case for name, case in CASES.items() if "bilinear" not in kinds(case[0])}
SMOOTH = {name: case for name, case in CASES.items() if "MaxPool" not in kinds(case[0])}


def cases(chosen):
    return pytest.mark.parametrize(("layers", "image"), chosen.values(), ids=chosen)


def seen_by_all(stack, row):
    """Which pixels (H, W) each unit (..., H, W) of a layer sees, by `Stack.sees`."""
    units = row.shape[-2:] if len(row.shape) == 3 else row.shape
    seen = np.zeros((*units, *stack.image[1:]), dtype=bool)
    for unit in np.ndindex(*units):
        seen[unit][np.ix_(*stack.sees(row.number, *unit))] = True
    return seen


def spoilt(stack, pixels):
    """For each layer, which of its units become NaN with which of the pixels (T, H, W): (T, ...), over all channels."""
    parameters, clean = stack.parameters(1), np.random.default_rng(0).normal(size=stack.image)
    reached = [[] for _ in stack.rows]
    for some in np.array_split(pixels, len(pixels) // 50 + 1):
        outputs = stack.forward(np.where(some[:, None], np.nan, clean), parameters)
        for found, y in zip(reached, outputs, strict=True):
            found.append(np.isnan(y).any(axis=1) if y.ndim == 4 else np.isnan(y))
    return [np.concatenate(found) for found in reached]


@cases(NO_TENT)
def test_a_spoilt_pixel_reaches_the_units_that_see_it_and_no_others(layers, image):
    stack = Stack(layers, image=image)
    size = image[1:]
    each_pixel = np.eye(size[0] * size[1], dtype=bool).reshape(-1, *size)
    for row, reached in zip(stack.rows, spoilt(stack, each_pixel), strict=True):
        np.testing.assert_array_equal(
            seen_by_all(stack, row), np.moveaxis(reached, 0, -1).reshape(*reached.shape[1:], *size)
        )


@cases(SMOOTH)
def test_a_unit_has_a_gradient_with_respect_to_what_it_sees_and_nothing_else(layers, image):
    layers = [Activation("sigmoid") if layer == Activation("relu") else layer for layer in layers]
    stack, generator = Stack(layers, image=image), torch.Generator().manual_seed(2)
    x = torch.randn(1, *image, generator=generator, dtype=torch.float64)
    parameters, row = stack.parameters(3, like=x), stack.rows[-1]
    expected, flat = seen_by_all(stack, row), len(row.shape) == 1
    channels = torch.randn(1 if flat else row.shape[0], generator=generator, dtype=torch.float64)
    for some in np.array_split(list(np.ndindex(expected.shape[:-2])), 1 + expected[..., 0, 0].size // 100):
        copies = x.repeat(len(some), 1, 1, 1).requires_grad_()  # an image for each unit that is asked
        y = stack.forward(copies, parameters)[-1]
        asked = [y[n, *k] if flat else channels @ y[n, :, *k] for n, k in enumerate(map(tuple, some))]
        torch.stack(asked).sum().backward()
        reached = (copies.grad != 0).any(dim=1).numpy()
        np.testing.assert_array_equal(expected[tuple(some.T)], reached)


def on_a_strip(layers, image, axis):
    """The layers up to the first that makes a row, on an image so long that most units are away from its ends.

    Of one filter each, to be quick: which pixels are seen does not depend on how many there are.
    """
    layers = layers[: next((k for k, layer in enumerate(layers) if is_flat(layer)), None)]
    layers = [replace(layer, filters=1, groups=1) if hasattr(layer, "filters") else layer for layer in layers]
    rows = Stack(layers, image=image).rows
    size = [n + max(row.receptive_field[d] for row in rows) for d, n in enumerate(image[1:])]
    size[axis] += max(row.receptive_field[axis] + 20 * ceil(row.jump[axis]) for row in rows)
    return Stack(layers, image=(1, *size))


@cases(NO_TENT)
@pytest.mark.parametrize("axis", [0, 1], ids=["vertical", "horizontal"])
def test_receptive_field_and_jump_are_those_measured_away_from_the_ends(layers, image, axis):
    stack = on_a_strip(layers, image, axis)
    length = stack.image[1 + axis]
    lines = np.broadcast_to(np.eye(length, dtype=bool)[:, :, None], (length, length, stack.image[2 - axis]))
    for row, reached in zip(stack.rows, spoilt(stack, lines if axis == 0 else lines.swapaxes(1, 2)), strict=True):
        seen = reached.any(axis=2 - axis).T  # (units, pixels)
        first = np.where(seen.any(axis=1), seen.argmax(axis=1), np.nan)
        last = np.where(seen.any(axis=1), length - 1 - seen[:, ::-1].argmax(axis=1), np.nan)
        assert row.receptive_field[axis] == np.nanmax(last - first + 1, initial=0)
        if np.isnan(first).all():
            continue  # nothing is seen that could move
        inside = slice(len(first) // 4, -len(first) // 4)
        period, moved = measured_period(first[inside])
        assert row.jump[axis] == Fraction(moved, period)


def measured_period(first):
    """After how many units all moves on by the same number of pixels, and by how many; units that see nothing too."""
    for period in range(1, len(first) // 2):
        moved = first[period:] - first[:-period]
        known = moved[~np.isnan(moved)]
        if len(known) and (known == known[0]).all() and (np.isnan(first[period:]) == np.isnan(first[:-period])).all():
            return period, int(known[0])
    raise AssertionError("no period: take a longer image")


def test_receptive_field_of_a_tent_is_two_pixels_and_its_jump_a_fraction():
    rows = Stack([Upsample((2, 4), mode="bilinear"), Conv(1, (2, 5))], image=(1, 9, 8)).rows
    assert rows[1].receptive_field == (2, 2)
    assert rows[1].jump == rows[2].jump == (Fraction(1, 2), Fraction(1, 4))
    assert rows[2].receptive_field == (3, 3)


# The formula of Araujo, Norris and Sim, section 2.1, for layers that gather only.
@pytest.mark.parametrize("drawn", STACKS, ids=str)
def test_where_all_layers_gather_it_is_the_papers_formula(drawn):
    size, jump = [1, 1], [1, 1]
    for row in Stack(drawn.layers, image=drawn.image).rows[1:]:
        if not isinstance(row.layer, Conv | MaxPool | AvgPool | Activation | BatchNorm):
            break
        for axis in (0, 1):
            kernel, stride, dilation = (
                getattr(row.layer, name, one)
                for name, one in (("kernel_size", (1, 1)), ("stride", (1, 1)), ("dilation", (1, 1)))
            )
            size[axis] += dilation[axis] * (kernel[axis] - 1) * jump[axis]
            jump[axis] *= (stride or kernel)[axis]
        assert (row.receptive_field, row.jump) == (tuple(size), tuple(jump))


def test_a_published_network_sees_what_the_paper_lists():
    """VGG-16: 212 pixels, stride 32, at its last pooling; the dense layers then see 404."""
    layers = []
    for filters, times in ((2, 2), (2, 2), (3, 3), (3, 3), (3, 3)):
        layers += [Conv(filters, 3, padding=1)] * times + [MaxPool(2)]
    rows = Stack([*layers, Flatten(), Dense(1)], image=(3, 224, 224)).rows
    assert (rows[-3].receptive_field, rows[-3].jump) == ((212, 212), (32, 32))
    assert rows[-1].receptive_field == (404, 404)
    assert rows[-1].jump is rows[-2].jump is None


def places(stack, number, *unit):
    return tuple(pixels.tolist() for pixels in stack.sees(number, *unit))


def test_by_hand():
    stack = Stack([Conv(1, (3, 2), padding=(1, 0)), MaxPool(2), Upsample((1, 2)), Conv(1, (1, 2))], image=(1, 6, 8))
    assert places(stack, 0, 4, 7) == ([4], [7])
    assert places(stack, 1, 0, 3) == ([0, 1], [3, 4])  # one row of the kernel lies on padding
    assert places(stack, 2, 1, 1) == ([1, 2, 3, 4], [2, 3, 4])
    assert places(stack, 3, 1, 2) == places(stack, 3, 1, 3) == places(stack, 2, 1, 1)
    assert places(stack, 4, 2, 1) == ([3, 4, 5], [0, 1, 2, 3, 4])
    assert [row.receptive_field for row in stack.rows] == [(1, 1), (3, 2), (4, 3), (4, 3), (4, 5)]
    assert [row.jump for row in stack.rows] == [(1, 1), (1, 1), (2, 2), (2, 1), (2, 1)]


def test_a_dilation_passes_pixels_over():
    stack = Stack([Conv(1, 3, dilation=(2, 1), padding=(2, 1))], image=(1, 7, 7))
    assert places(stack, 1, 2, 2) == ([0, 2, 4], [1, 2, 3])
    assert places(stack, 1, 0, 0) == ([0, 2], [0, 1])
    assert stack.rows[1].receptive_field == (5, 3)


def test_a_unit_of_a_row_is_found_on_its_map():
    stack = Stack([Conv(2, (2, 1)), Flatten(), Activation("relu"), Dense(3)], image=(1, 4, 5))  # maps 3 x 5
    for number in (2, 3):
        assert places(stack, number, 15 + 5 + 4) == places(stack, 1, 1, 4) == ([1, 2], [4])
    assert places(stack, 4, 2) == (list(range(4)), list(range(5)))
