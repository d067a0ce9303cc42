"""Transposed convolution told as stamps, and skips: small examples worked out by hand, and what is said of them."""

import re

import numpy as np
import pytest
from stories import final, stories, trace_of
from story import told, worked_out

from mlcourse import walkthroughs
from mlcourse.trace import number, record


def test_a_checkerboard():
    """Three wide every two pixels, all ones: where two stamps meet there is a 2, where four meet a 4."""
    trace = record(walkthroughs.conv_transpose2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3)), stride=2))
    expected = [[1, 1, 2, 1, 1], [1, 1, 2, 1, 1], [2, 2, 4, 2, 2], [1, 1, 2, 1, 1], [1, 1, 2, 1, 1]]
    assert trace.result[0, 0].tolist() == expected
    titles = [f"Stamp of pixel ({i}, {j})" for i, j in np.ndindex(2, 2)]
    assert [step.title for step in trace.steps] == ["Before the first stamp", *titles]
    met = [re.search(r"(\d+) of them have been stamped", step.says) for step in trace.steps]
    assert [found and found[1] for found in met] == [None, None, "3", "3", "5"]
    assert (
        trace.steps[4].numbers
        == "3 + 1 × 1 = 4, 1 + 1 × 1 = 2, 1 + 1 × 1 = 2, 1 + 1 × 1 = 2, 0 + 1 × 1 = 1, ... (4 more)"
    )
    assert "moves 2 rows down and 2 columns to the right" in trace.steps[0].says


def test_stamps_side_by_side_do_not_meet_and_the_bias_comes_first():
    x, w, b = np.array([[[[2.0, -1]]]]), np.array([[[[1.0, 3]]]]), np.array([0.5])
    trace = record(walkthroughs.conv_transpose2d(x, w, b, stride=(1, 2)))
    assert [step.numbers for step in trace.steps] == [
        "",
        "0.5 + 2 × 1 = 2.5, 0.5 + 2 × 3 = 6.5",
        "0.5 + (-1) × 1 = -0.5, 0.5 + (-1) × 3 = -2.5",
    ]
    assert [step.symbols.partition(r"\quad")[0] for step in trace.steps[:2]] == [
        "y_{mk} = b",
        r"y_{i+p,\,2j+q} \leftarrow y_{i+p,\,2j+q} + x_{ij}\, w_{pq}",
    ]
    assert not any("been stamped" in step.says for step in trace.steps)
    assert "begins with the bias" in trace.steps[0].says
    assert "moves 1 row down and 2 columns to the right" in trace.steps[0].says
    one = record(walkthroughs.conv_transpose2d(x, w)).steps  # a stamp further by one meets the one before in one output
    assert "1 of them has been stamped by an earlier pixel" in one[2].says


def test_the_margin_is_cut_off_and_has_no_gradient():
    x, w = np.array([[[[2.0, 5]]]]), np.array([[[[1.0, 3, 4]]]])
    trace = record(walkthroughs.conv_transpose2d(x, w, padding=((0, 0), (1, 0))))
    assert trace.at(len(trace.steps) - 2)["y"].tolist() == [[[[2, 11, 23, 20]]]]
    assert (trace.steps[-1].title, trace.steps[-1].symbols) == ("Cut the margin off", r"y_{mk} \leftarrow y_{m,\,k+1}")
    assert trace.result.tolist() == [[[[11, 23, 20]]]]
    g, b = np.array([[[[1.0, 2, 3]]]]), np.zeros(1)
    back = record(walkthroughs.conv_transpose2d_backward(g, x, w, b, padding=((0, 0), (1, 0))))
    assert [step.numbers for step in back.steps] == [
        "0 × 2 + 1 × 5 = 5",
        "1 × 2 + 2 × 5 = 12",
        "2 × 2 + 3 × 5 = 19",
        "0 × 1 + 1 × 3 + 2 × 4 = 11",
        "1 × 1 + 2 × 3 + 3 × 4 = 19",
        "1 + 2 + 3 = 6",
    ]
    assert ["was cut off" in step.says for step in back.steps] == [True] * 5 + [False]
    assert back.steps[-1].read["grad_output"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("story", stories("conv_transpose2d"), ids=str)
def test_every_stamp_lands_where_its_title_and_its_rule_say(story):
    x, w, b = story.arguments
    trace, uncut = trace_of(story), None
    stamps = [(at, step) for at, step in enumerate(trace.steps) if step.title.startswith("Stamp")]
    times = None
    for (at, step), cell in zip(stamps, np.ndindex(x.shape), strict=True):
        uncut = trace.at(at)["y"]
        n, c, i, j = cell
        title = f"Stamp of pixel ({i}, {j})" + f", channel {c}" * (x.shape[1] > 1) + f", image {n}" * (len(x) > 1)
        assert step.title == title
        assert step.read["x"].tolist() == [np.ravel_multi_index(cell, x.shape)]
        row, column = re.search(r"y_\{([^}]*)\}", step.symbols)[1].replace(r"\,", "").split(",")[-2:]
        under = [
            np.ravel_multi_index((n, o, worked_out(row, i=i, p=p), worked_out(column, j=j, q=q)), uncut.shape)
            for o, p, q in np.ndindex(w.shape[1:])
        ]
        assert step.wrote["y"].tolist() == under
        before, after = trace.at(at - 1)["y"].ravel()[under], uncut.ravel()[under]
        np.testing.assert_allclose(after - before, x[cell] * w[c].ravel(), rtol=0, atol=1e-14)
        first = step.numbers.partition(",")[0].replace("×", "*").split(" = ")
        assert first[1] == number(after[0])
        assert eval(first[0]) == pytest.approx(after[0], rel=1e-4, abs=1e-4)
        times = np.zeros(uncut.shape) if times is None else times
        again = int((times.ravel()[under[: len(under) // w.shape[1]]] > 0).sum())
        said = re.search(r" (\d+) of them ha(?:s|ve) been stamped", step.says)
        assert ("The stamps of the other channels" in step.says) == (c > 0)
        assert c > 0 or int(said[1] if said else 0) == again
        times.ravel()[under] += 1
    if trace.result.size:
        first = trace.at(0)["y"]
        assert trace.steps[0].wrote["y"].size == first.size
        np.testing.assert_array_equal(first, np.broadcast_to(0 if b is None else b[:, None, None], first.shape))
        assert (uncut.shape != trace.result.shape) == (trace.steps[-1].title == "Cut the margin off")
        np.testing.assert_array_equal(final(story)["y"], trace.result)


@pytest.mark.parametrize("story", [s for s in stories("conv_transpose2d_backward") if s.arguments[1].size], ids=str)
def test_a_weight_and_a_pixel_read_the_gradients_of_what_they_stamped(story):
    _, x, w, _ = story.arguments
    grids = final(story)
    for step in trace_of(story).steps:
        for name, own, other, many in (("grad_w", "pq", "ij", x.shape[2:]), ("grad_x", "ij", "pq", w.shape[2:])):
            if name not in step.wrote:
                continue
            place = dict(zip(own, np.unravel_index(step.wrote[name][0], grids[name].shape)[2:], strict=True))
            row, column = re.search(r"g_\{([^}]*)\}", step.symbols)[1].replace(r"\,", "").split(",")[-2:]
            width = grids["grad_output"].shape[3]
            places = [place | dict(zip(other, at, strict=True)) for at in np.ndindex(*many)]
            met = [worked_out(row, **at) * width + worked_out(column, **at) for at in places]
            assert (step.read["grad_output"][: len(met)] % (grids["grad_output"].shape[2] * width)).tolist() == met


def test_a_skip_on_numbers():
    """Three seen and one from below, or the other way round: one sum, two concatenations."""
    three, one = np.full((1, 1, 1, 1), 3.0), np.full((1, 1, 1, 1), 1.0)
    steps, says, y = told(walkthroughs.skip_connection(one, three))
    assert steps == [
        ("Output (0, 0), channel 0", "3   (channel 0 of skipped)"),
        ("Output (0, 0), channel 1", "1   (channel 1 - 1 = 0 of below)"),
    ]
    assert ["on the way down" in said for said in says] == [True, False]
    assert all("a weight for each" in said for said in says)
    steps, says, added = told(walkthroughs.skip_connection(one, three, join="add"))
    assert steps == [("Output (0, 0)", "3 + 1 = 4")]
    assert "who brought what" in says[0]
    w = np.array([[[[2.0]], [[-5]]]])  # after a concatenation a 1x1 convolution weighs each
    assert (record(walkthroughs.conv2d(y, w)).steps[0].numbers, y.ravel().tolist()) == ("3 × 2 + 1 × (-5) = 1", [3, 1])
    assert record(walkthroughs.conv2d(added, w[:, :1])).steps[0].numbers == "4 × 2 = 8"
    same = np.repeat(w[:, :1], 2, axis=1)  # as after a concatenation whose two halves have the same weights
    assert record(walkthroughs.conv2d(y, same)).steps[0].numbers == "3 × 2 + 1 × 2 = 8"


def test_the_gradients_of_a_skip():
    below, skipped, g = np.ones((1, 2, 1, 1)), np.ones((1, 1, 1, 1)), np.array([5.0, -6, 7]).reshape(1, 3, 1, 1)
    steps, says, (grad_below, grad_skipped) = told(walkthroughs.skip_connection_backward(g, below, skipped))
    assert steps == [
        ("Gradient of skipped at (0, 0)", "5   (channel 0 of the output)"),
        ("Gradient of below at (0, 0), channel 0", "-6   (channel 0 + 1 = 1 of the output)"),
        ("Gradient of below at (0, 0), channel 1", "7   (channel 1 + 1 = 2 of the output)"),
    ]
    assert (grad_below.ravel().tolist(), grad_skipped.ravel().tolist()) == ([-6, 7], [5])
    assert ["Along the skip" in said for said in says] == [True, False, False]
    steps, says, both = told(walkthroughs.skip_connection_backward(g[:, :1], skipped, skipped, join="add"))
    assert steps == [("Gradient of both at (0, 0)", "5")]
    assert [gradient.item() for gradient in both] == [5, 5]
    assert "both get the whole gradient" in says[0]


@pytest.mark.parametrize("story", stories("skip_connection", "skip_connection_backward"), ids=str)
def test_the_channel_of_a_concatenation_is_counted_in_rule_and_numbers_alike(story):
    *_, below, skipped = story.arguments
    for step in trace_of(story).steps if story.options["join"] == "concatenate" else ():
        joined = step.wrote if "y" in step.wrote else step.read
        (position,) = joined.get("y", joined.get("grad_output"))
        shape = len(below), skipped.shape[1] + below.shape[1], *below.shape[2:]
        channel = np.unravel_index(position, shape)[1]
        of_skipped = channel < skipped.shape[1]
        own = channel - (0 if of_skipped else skipped.shape[1])
        assert (r"\text{skipped}" in step.symbols) == of_skipped == (r"\text{below}" not in step.symbols)
        index = re.search(r"\b[yg]_\{([^}]*)\}", step.symbols)[1].split(",")[-3]
        assert eval(index, {}, {"c": int(own)}) == channel
        said = re.search(r"channel (?:\d+ [+-] \d+ = )?(\d+) of (\w+|the output)\)", step.numbers)
        assert int(said[1]) == (channel if said[2] == "the output" else own)
