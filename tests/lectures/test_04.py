"""What chapter 04 must show, in its outputs and in its widgets."""

import re
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def states(lecture, label=""):
    """The values of every widget with a label that begins so, in the order in which they were made."""
    models = lecture.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return [model["state"] for model in models if model["state"].get("label", "").startswith(label)]


def results(trace):
    return [float(step["numbers"].split("= ")[-1]) for step in trace["steps"]]


def said(lecture, fragment, words):
    """The numbers behind some words in the output of the cell with that fragment."""
    (line,) = [line for line in lecture.output(fragment).splitlines() if line.startswith(words)]
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", line.removeprefix(words))]


def test_the_opposite_filter_makes_the_opposite_map(run):
    vertical, falling, rising = np.reshape(results(run("04").trace("conv2d")), (3, 2, 3))
    assert np.array_equal(rising, -falling)
    assert falling.any()
    assert not np.array_equal(abs(vertical), abs(falling))


def test_ten_sigmoids_leave_one_part_in_a_million(run):
    assert said(run("04"), "ten sigmoids", "ten sigmoids leave at most 0.25 ** 10 =") == [9.5e-7]
    (stacked,) = said(run("04"), "ten sigmoids", "ten on top of each other, from x = 0:")
    assert 0 < stacked <= 9.5e-7


def test_two_linear_layers_are_one_but_for_the_rim(run):
    assert "the one kernel has shape (5, 5)" in run("04").output("first, second")
    assert said(run("04"), "image, first, second", "largest difference without padding:")[0] < 1e-12
    inside, rim = said(run("04"), "two_layers = ops.conv2d(ops.conv2d(image, first, p", "largest difference inside:")
    assert inside < 1e-12
    assert rim > 1
    assert said(run("04"), "with_relu = ", "f(-x) + f(x) without ReLU:")[0] < 1e-12
    assert said(run("04"), "with_relu = ", "f(-x) + f(x) with ReLU:")[0] > 1


def test_pooling_takes_the_largest_and_sends_the_gradient_there(run):
    forward, backward = run("04").trace("max_pool2d"), run("04").trace("max_pool2d_backward")
    taken = [re.search(r"= (\d)   \(index of pixel (.*):", step["numbers"]).groups() for step in forward["steps"]]
    assert taken == [("4", "(1, 0)"), ("5", "(1, 3)"), ("2", "(3, 0)"), ("7", "(2, 2)")]
    sent = [(step["title"], step["values"]["grad_x"]) for step in backward["steps"][1:]]
    assert [title.split("to pixel ")[1] for title, _ in sent] == [pixel for _, pixel in taken]
    assert [values for _, values in sent] == [[1], [2], [3], [4]]


def test_a_stride_takes_seven_to_three(run):
    assert run("04").output("seven, kernel") == "stride 1: (5, 5)\nstride 2: (3, 3)\n"


def test_some_invariance_to_shifts_is_measured(run):
    found = re.findall(
        r"^(.+?) +changes by (\d+)%, from (\d+)% to (\d+)%$", run("04").output("shifted = "), re.MULTILINE
    )
    mean = {name: int(change) for name, change, _, _ in found}
    assert abs(mean["stride 2"] - mean["as it is"]) <= 3
    assert mean["as it is"] > mean["max pool 2"] > mean["max pool 4"] > mean["max pool 8"] > 10
    least = {name: int(low) for name, _, low, _ in found}
    most = {name: int(high) for name, _, _, high in found}
    assert most["max pool 2"] < least["as it is"]  # for every head, not in the mean alone


def test_the_stack_that_is_built(run):
    from mlcourse.ops import Activation, Conv, MaxPool, Stack

    (builder,) = states(run("04"), "Stack")
    assert [entry["kind"] for entry in builder["entries"]] == ["Conv", "Activation", "MaxPool", "Conv"]
    layers = [Conv(3, 3, padding="same"), Activation("relu"), MaxPool(2), Conv(5, 3, padding="same")]
    rows = Stack(layers, image=(1, 32, 32)).rows
    assert [row.shape for row in rows] == [(1, 32, 32), (3, 32, 32), (3, 32, 32), (3, 16, 16), (5, 16, 16)]
    asked = {state["question"]: state["right"] for state in states(run("04"), "Question")}
    assert asked["Let X be 3 and Y be 5. How many parameters has the second convolution, biases included?"] == (
        rows[-1].parameter_count
    )
    assert asked["How many rows of the image does one unit of the last maps depend on?"] == rows[-1].receptive_field[0]


def test_a_batch_is_normalised(run):
    outputs = [step for step in run("04").trace("batch_norm2d")["steps"] if "y" in step["wrote"]]
    first, *_, last = results({"steps": outputs})
    assert first == pytest.approx(-last, abs=1e-4)
    assert last == pytest.approx(3 / 5**0.5, abs=1e-3)  # (7 - 4) / sqrt(5)


def test_what_keras_refuses_today(run):
    tried = dict(line.split(": ", 1) for line in run("04").output("def attempt").splitlines())
    assert tried["Conv2D(24, 10, stride=1)"].startswith("ValueError")
    assert tried["Adam(lr=1e-4)"].startswith("ValueError")
    assert tried["Conv2D(24, 10, strides=1)"] == "Conv2D made"
    assert tried["Adam(learning_rate=1e-4)"] == "Adam made"
    assert "(None, 32, 32, 24), 2424 parameters" in run("04").output("keras.Sequential")


def test_weights_carried_across_agree_after_both_traps(run):
    assert said(run("04"), "dense layer transposed", "dense layer transposed: largest difference")[0] > 0.1
    assert said(run("04"), "in_order = ", "in torch's order: largest difference")[0] < 1e-5
    assert said(run("04"), "by_torch = ", "torch and Keras: largest difference")[0] < 1e-5
    assert said(run("04"), "by_torch = ", "torch and mlcourse: largest difference")[0] < 1e-5
    assert said(run("04"), "by_keras = ", "padding 1: largest difference")[0] > 0.1
    assert said(run("04"), "by_keras = ", "padding 'same': largest difference")[0] < 1e-5


def test_without_keras_the_chapter_goes_on(run, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "keras", None)  # as if it were not installed
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    cells = [cell.source for cell in run("04").notebook.cells if cell.cell_type == "code"]
    first = next(number for number, source in enumerate(cells) if "import keras" in source)
    names = {}
    for source in [cells[0], *cells[first:]]:
        if not source.startswith(("Quiz", "Prediction")):
            exec(source, names)
    told = capsys.readouterr().out
    assert told == "Keras is not installed: pip install 'mlcourse[keras]'. Until then the cells below do nothing.\n"
    assert names["stack"].parameter_count == 2424 + 1085 + 12810
