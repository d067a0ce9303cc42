"""What a walkthrough says is true: its calculations come out, its titles name the cell, its rules explain each letter."""

import math
import re

import numpy as np
import pytest
from stories import STORIES, final, one, stories, trace_of, unpadded
from story import worked_out

from mlcourse import ops, walkthroughs
from mlcourse.trace import number

SHARED = sorted(set(ops.__all__) & set(walkthroughs.__all__))
TOLD = stories(*SHARED)
BACKWARD = stories("conv2d_backward")
CURVES = stories(*(name + way for name in ("relu", "sigmoid", "tanh") for way in ("", "_backward")))


WRITTEN = {"max": lambda *numbers: np.max(numbers), "sqrt": math.sqrt, "exp": math.exp, "tanh": math.tanh}
WRITTEN |= {
    "log": lambda p: math.log(p) if p else -math.inf,
    "sigmoid": lambda x: math.exp(min(x, 0)) / (1 + math.exp(-abs(x))),
}
WRITTEN |= {"abs": abs, "sign": np.sign, "inf": math.inf, "__builtins__": {}}


def calculation(text):
    """The left side worked out, None where it was cut off; and the right side. What follows in brackets is left out."""
    left, _, right = text.partition("   (")[0].rpartition(" = ")
    python = re.sub(r"\|([^|]*)\|", r"abs(\1)", left.replace("×", "*").replace("²", "**2").replace("^", "**"))
    return None if "..." in left or not left else eval(python, WRITTEN), right


def made(story):
    """(step, name of the array, position of the cell) for every step that makes a number: all but the very first one
    of a routing, which sets everything to 0, the last one of a loss that is not reduced, and stamps, which make several.
    """
    for step in trace_of(story).steps:
        if step.title.startswith("Before the first") or story.name == "conv_transpose2d":
            continue
        if {"loss", "dice"} & step.wrote.keys() and story.options.get("reduction") == "none":
            continue
        for name, (position,) in step.wrote.items():
            yield step, name, position


@pytest.mark.parametrize("story", TOLD, ids=str)
def test_the_numbers_of_a_step_are_a_calculation_that_comes_out(story):
    """Six digits are written of each number, so about as many agree, of the largest product."""
    for step, name, position in made(story):
        if name in ("indices", "shared", "predicted", "true"):
            continue  # have tests of their own
        left, right = calculation(step.numbers)
        now = step.values[name][0] if name in step.values else step.new[name].reshape(-1)[position]
        assert right == number(now)
        if left is not None:
            assert left == pytest.approx(now, rel=1e-4, abs=1e-4), step.numbers


@pytest.mark.parametrize("story", BACKWARD, ids=str)
def test_the_measured_number_is_told_with_each_gradient(story):
    grids = final(story)
    for step in trace_of(story).steps:
        for name in {"measured_w", "measured_x"} & step.read.keys():
            measured = number(grids[name].reshape(-1)[step.read[name]])
            assert step.numbers.endswith(f"   (measured: {measured})")


def axes_of(name, story):
    """What the leading axes of an array are called."""
    if name == "grad_w" and story.name == "conv_transpose2d_backward":
        return ("channel", "filter")
    if name in ("grad_w", "grad_b"):
        return ("filter", "channel")[: 2 if name == "grad_w" else 1]
    if name in ("mean", "var", "running_mean", "running_var", "grad_weight", "grad_bias"):
        return ("channel",)
    if name in ("loss", "dice"):
        return ()  # one for all
    if story.options.get("batch") and name not in ("p", "target", "grad_p"):
        return ("channel",)
    return ("image", "filter" if story.name == "conv2d" else "channel")


OF_NUMBERS = ("mse_loss", "mse_loss_backward", "l1_loss", "l1_loss_backward")
OF_IMAGES = [s for s in TOLD if s.name not in OF_NUMBERS and any(getattr(a, "ndim", 0) == 4 for a in s.arguments[:2])]


@pytest.mark.parametrize("story", OF_IMAGES, ids=str)
def test_the_title_says_which_number_it_is(story):
    """Where there are several filters, channels or images it says which; where there is one it does not bother."""
    grids = final(story)
    for step, name, position in made(story):
        index = [int(i) for i in np.unravel_index(position, grids[name].shape)]
        for axis, what in enumerate(axes_of(name, story)):
            said = re.search(rf", {what} (\d+)", step.title)
            assert (said is not None) == (grids[name].shape[axis] > 1)
            assert said is None or int(said[1]) == index[axis]
        if len(index) == 4:
            assert f" ({index[2]}, {index[3]})" in step.title
    assert len({step.title for step in trace_of(story).steps}) == len(trace_of(story).steps)


@pytest.mark.parametrize("story", [s for s in CURVES if s.arguments[0].ndim != 4], ids=str)
def test_the_title_says_which_number_it_is_also_where_there_are_no_images(story):
    what = "Gradient" if story.name.endswith("_backward") else "Output"
    places = [f" ({', '.join(map(str, index))})" if index else "" for index in np.ndindex(*story.arguments[0].shape)]
    assert [step.title for step in trace_of(story).steps] == [what + place for place in places]


@pytest.mark.parametrize("story", BACKWARD, ids=str)
def test_a_pixel_of_the_padding_is_called_so(story):
    grids = final(story)
    if "grad_x" not in grids:
        return
    inside = np.zeros(grids["grad_x"].shape, bool)
    unpadded(inside, story)[...] = True
    for step in trace_of(story).steps:
        for position in step.wrote.get("grad_x", []):
            assert ("of the padding" in step.title) == ("cut off" in step.says) == (not inside.reshape(-1)[position])


RULES = sorted({step.symbols for story in STORIES for step in trace_of(story).steps})


@pytest.mark.parametrize("rule", RULES)
def test_every_letter_of_a_rule_has_its_meaning(rule):
    """A letter of the right side is summed over, or stands on the left side too, or is explained by "where"."""
    rule, _, where = rule.partition(r"\quad")
    left, _, right = rule.replace(r"\leftarrow", "=").partition("=")
    summed = set(re.findall(r"[a-z]", re.sub("sum|max", "", "".join(re.findall(SUM, right)))))
    explained = set(re.findall(r"[a-z]", re.sub(r"\\quad|\\le\b|\\text\{[^}]*\}", "", where)))
    assert summed <= letters(right)
    if right.strip() == "0":
        return  # the same for all
    assert letters(right) - summed - explained == letters(left) - explained
    assert not letters(left) & summed


SUM = r"\\(?:sum|max)_(?:\{[^}]*\}|\w)"  # over what is added up, or compared


def letters(latex):
    """Those of all indices but the sums' and maxima's, and those a distance is taken from, as in |u_m - i|."""
    return set(re.findall(r"[a-z]", "".join(re.findall(r"_(?:\{[^}]*\}|\w)| - \w\|", re.sub(SUM, "", latex)))))


def rules(story):
    """The rule of each step by what it wrote; there is one for each."""
    found = {(*step.wrote, step.title.split(" (")[0]): step.symbols for step in trace_of(story).steps}
    return {name: rule for (name, *_), rule in found.items()}


def test_the_rules_of_one_image_filter_and_channel():
    assert rules(one("conv2d-plain-bias"))["y"] == r"y_{ij} = \sum_{p,q} x_{i+p,\,j+q}\, w_{pq} + b"
    found = rules(one("conv2d_backward-plain-bias"))
    assert found["grad_w"] == r"\frac{\partial L}{\partial w_{pq}} = \sum_{i,j} g_{ij}\, x_{i+p,\,j+q}"
    assert found["grad_b"] == r"\frac{\partial L}{\partial b} = \sum_{i,j} g_{ij}"
    assert found["grad_x"] == (
        r"\frac{\partial L}{\partial x_{mk}} = \sum_{i,j} g_{ij}\, w_{pq}\quad \text{where} \quad (i+p,\,j+q) = (m,\,k)"
    )


def test_the_rules_of_several_images_filters_and_channels():
    assert rules(one("conv2d-sides-bias"))["y"] == (
        r"y_{n,o,i,j} = \sum_{c,p,q} x_{n,c,i+p,\,2j+q}\, w_{o,c,p,q} + b_{o}"
    )
    found = rules(one("conv2d_backward-sides-bias"))
    assert found["grad_w"] == (
        r"\frac{\partial L}{\partial w_{o,c,p,q}} = \sum_{n,i,j} g_{n,o,i,j}\, x_{n,c,i+p,\,2j+q}"
    )
    assert found["grad_b"] == r"\frac{\partial L}{\partial b_{o}} = \sum_{n,i,j} g_{n,o,i,j}"
    assert found["grad_x"] == (
        r"\frac{\partial L}{\partial x_{n,c,m,k}} = \sum_{o,i,j} g_{n,o,i,j}\, w_{o,c,p,q}"
        r"\quad \text{where} \quad (i+p,\,2j+q) = (m,\,k)"
    )
    found = rules(one("training_step-sides-bias"))
    assert found["prediction"] == r"\hat{y}_{n} = \sum_{o,i,j} y_{n,o,i,j}"
    assert found["loss"] == r"L = \frac{1}{2} \sum_n e_n^2"
    assert found["grad_prediction"] == (r"\frac{\partial L}{\partial \hat{y}_n} = \frac{2\,(\hat{y}_n - t_n)}{2}")
    assert found["w"] == r"w_{o,c,p,q} \leftarrow w_{o,c,p,q} - \gamma\, \frac{\partial L}{\partial w_{o,c,p,q}}"


def window_of(story):
    """Rows and columns of the kernel or window."""
    size = story.arguments[2 if story.name.endswith("_backward") else 1]
    return size.shape[2:] if isinstance(size, np.ndarray) else tuple(int(n) for n in np.broadcast_to(size, 2))


@pytest.mark.parametrize(
    "story", [s for s in stories("conv2d", "max_pool2d", "avg_pool2d") if s.arguments[0].size], ids=str
)
def test_the_pixel_in_the_rule_is_the_one_that_was_read(story):
    """Where the rule says 2i+p, the kernel must move by two pixels."""
    rows, columns = final(story)["x"].shape[2:]
    for step in trace_of(story).steps:
        row, column = re.search(r"\bx_\{([^}]*)\}", step.symbols)[1].replace(r"\,", "").split(",")[-2:]
        i, j = map(int, re.search(r"\((\d+), (\d+)\)", step.title).groups())
        places = [{"i": i, "j": j, "p": p, "q": q} for p, q in np.ndindex(window_of(story))]
        met = [worked_out(row, **place) * columns + worked_out(column, **place) for place in places]
        in_first_channel = step.read["x"][: len(met)] % (rows * columns)
        assert in_first_channel.tolist() == met


@pytest.mark.parametrize("story", stories("avg_pool2d_backward"), ids=str)
def test_the_windows_in_the_rule_are_those_whose_gradients_were_read(story):
    """Where the rule says (2i+p, j+q) = (m+1, k), the pixels are counted without the padding."""
    grad_output = story.arguments[0]
    for step in trace_of(story).steps:
        where = re.search(r"\(([^()]*)\) = \(([^()]*)\)$", step.symbols).groups()
        (row, column), (m_there, k_there) = (side.replace(r"\,", "").split(",") for side in where)
        m, k = map(int, re.search(r"\((\d+), (\d+)\)", step.title).groups())
        there = worked_out(m_there, m=m), worked_out(k_there, k=k)
        over = [
            i * grad_output.shape[3] + j
            for i, j, p, q in np.ndindex(*grad_output.shape[2:], *window_of(story))
            if (worked_out(row, i=i, p=p), worked_out(column, j=j, q=q)) == there
        ]
        read = step.read["grad_output"] % (grad_output.shape[2] * grad_output.shape[3])
        assert sorted(read.tolist()) == over


@pytest.mark.parametrize("story", stories("training_step"), ids=str)
def test_the_numbers_of_an_update_are_a_calculation_that_comes_out(story):
    for step in trace_of(story).steps:
        if "w" in step.wrote:
            left, right = calculation(step.numbers)
            assert right == number(step.values["w"])
            assert left == pytest.approx(step.values["w"][0], rel=1e-4, abs=1e-4)
        if "b" in step.wrote:
            updates = [calculation(text) for text in step.numbers.split(", ")]
            assert [right for _, right in updates] == [number(v) for v in step.new["b"]]
            assert [left for left, _ in updates] == pytest.approx(step.new["b"], rel=1e-4, abs=1e-4)
