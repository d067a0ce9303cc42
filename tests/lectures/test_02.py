"""What chapter 02 must show, in its outputs and in its widgets."""

import re

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def states(lecture):
    """The values of every widget, in the order in which they were made."""
    models = lecture.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return [model["state"] for model in models]


def quiz(lecture, words):
    (one,) = [state for state in states(lecture) if words in state.get("question", "") and "right" in state]
    return one


def results(trace):
    return [float(step["numbers"].split("= ")[-1]) for step in trace["steps"]]


def test_the_products_add_up_to_minus_five(run):
    assert results(run("02").trace("conv2d", 0)) == [-5]
    asked = quiz(run("02"), "Which number comes out?")
    assert asked["right"] == -5
    assert "turned by 180" in {known["answer"]: known["says"] for known in asked["known"]}[5]


def test_the_turned_kernel_gives_plus_five(run):
    assert re.findall(r"-?\d+\.\d", run("02").output("convolve2d(x")) == ["-5.0", "5.0"]


def test_an_output_sees_what_the_walkthrough_reads(run):
    (step,) = [step for step in run("02").trace("conv2d", 1)["steps"] if step["title"] == "Output (1, 2)"]
    assert step["read"]["x"] == quiz(run("02"), "output (1, 2) sees")["right"]


def test_a_rim_of_zeros_darkens_the_rim(run):
    rows = np.reshape(results(run("02").trace("conv2d", 2)), (4, 5))
    corner, side, inside = 4 / 9, 6 / 9, 1
    assert np.allclose(rows[0], [corner, side, side, side, corner], atol=1e-4)
    assert np.allclose(rows[1], [side, inside, inside, inside, side], atol=1e-4)
    assert quiz(run("02"), "in the corner")["right"] == pytest.approx(corner)


def test_the_bias_is_added_to_its_own_filter(run):
    titles = {step["title"]: step["numbers"] for step in run("02").trace("conv2d", 3)["steps"]}
    assert titles["Output (0, 0), filter 0"].endswith("+ 0 = 12")
    assert titles["Output (0, 0), filter 1"].endswith("+ 10 = 8")


def test_sums_of_weights(run):
    sums = dict(re.findall(r"^(.*?) +sum of the weights (.*)$", run("02").output("kernels = {\n"), re.M))
    assert sums == {"identity": "1", "sharpen": "1", "blur": "1", "vertical edges": "0", "horizontal edges": "0"}


def test_noise_is_as_computed(run):
    found = re.findall(r"computed ([\d.]+), measured ([\d.]+)", run("02").output("noise = "))
    assert [computed for computed, _ in found] == ["1.000", "5.385", "0.333", "2.449", "2.449"]
    for computed, measured in found:
        assert float(measured) == pytest.approx(float(computed), rel=0.02)


def test_the_student_finds_loops_to_write(run):
    assert run("02").output("def convolve").startswith("not yet; it should be")


def test_the_watched_mistake_reads_the_wrong_pixel_and_passed_its_test(run):
    assert run("02").output("def mixed_up") == "passes: True\n"
    products = [step for step in run("02").trace("mixed_up")["steps"] if "Weight (p, q)" in _says(run("02"), step)]
    first, second = products[:2]
    assert (first["read"]["w"], first["read"]["x"]) == ([0], [0])
    assert (second["read"]["w"], second["read"]["x"]) == ([1], [5])  # not pixel 1, which lies under weight 1


def test_torch_gives_the_numbers_of_the_loops(run):
    said = run("02").output("import torch")
    assert said.startswith("the same numbers: True\n")
    assert float(re.search(r": (\d+) times faster", said)[1]) > 1


def test_even_kernels_move_the_head_by_half_a_pixel_each(run):
    before, after = (
        np.array(place, dtype=float)
        for place in re.findall(r"row ([\d.]+), column ([\d.]+)", run("02").output("moved = "))
    )
    assert np.allclose(before - after, 5, atol=0.02)


def _says(lecture, step):
    return lecture.trace("mixed_up")["texts"][step["says"]]
