"""`record` tells what happened, and a trace gives every moment back as it was."""

# ruff: noqa: F841 (a walkthrough's variables are read from its frame)

import numpy as np
import pytest
from stories import CHOSEN, assert_same_moments, one, random_walkthrough, trace_of

from mlcourse import walkthroughs
from mlcourse.trace import Source, Step, Trace, record


def test_a_name_that_means_another_array_is_told_as_new():
    def walkthrough():
        y = np.zeros(3)
        yield Step("first", wrote={"y": ...})
        y = np.zeros(3)  # equal, but another
        yield Step("equal", read={"y": 0})
        y = np.arange(4.0).reshape(2, 2)
        yield Step("larger", wrote={"y": (1, 1)})
        y[0, 0] = 9
        yield Step("the same", wrote={"y": (0, 0)})
        y = 2.5
        yield Step("a number", read={"y": ()})

    trace = record(walkthrough())
    assert [list(step.new) for step in trace.steps] == [["y"], ["y"], ["y"], [], ["y"]]
    assert [list(step.values) for step in trace.steps] == [[], [], [], ["y"], []]
    assert trace.grids["y"].shape == (3,)
    expected = [np.zeros(3), np.zeros(3), [[0, 1], [2, 3]], [[9, 1], [2, 3]], 2.5]
    for moment, y in enumerate(expected):
        np.testing.assert_array_equal(trace.at(moment)["y"], y)


def test_numbers_are_grids_of_one_cell():
    def walkthrough():
        a, rate, count, single = 1.5, np.float32(0.5), 3, np.array(7.0)
        yield Step("read", read={"rate": (), "count": ..., "single": ()})
        a = 2.5
        yield Step("wrote", read={"rate": ()}, wrote={"a": ()})
        a, rate = 3.5, 0.25
        yield Step("wrote one, the other is another number", read={"rate": ()}, wrote={"a": ()})
        a = np.nan
        yield Step("nan", wrote={"a": ()})
        yield Step("still nan", read={"a": ()})

    trace = record(walkthrough())
    assert {name: (grid.shape, float(grid)) for name, grid in trace.grids.items()} == {
        "rate": ((), 0.5),
        "count": ((), 3.0),
        "single": ((), 7.0),
        "a": ((), 2.5),
    }
    assert [list(step.new) for step in trace.steps] == [["rate", "count", "single"], ["a"], ["rate"], [], []]
    assert [step.values.get("a", np.empty(0)).tolist() for step in trace.steps[:3]] == [[], [], [3.5]]
    assert trace.at(2)["a"] == 3.5
    assert trace.at(2)["rate"] == 0.25
    assert np.isnan(trace.at(4)["a"])
    assert trace.steps[1].wrote["a"].tolist() == [0]


def test_positions_are_those_that_numpy_means():
    def walkthrough():
        y = np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)
        seen.append(y.copy())
        for index in indices:
            y[index] = -y[index]
            seen.append(y.copy())
            yield Step("it", read={"y": index}, wrote={"y": index})

    mask = np.random.default_rng(0).random((4, 2, 3)) < 0.5
    indices = [(0, 1, 2), np.s_[:, 1, ::2], ..., -1, ([0, 3], [1, 0], [2, 2]), mask, np.s_[1:1], (np.s_[1:3], ..., 0)]
    seen = []
    trace = record(walkthrough())
    for moment, (step, index) in enumerate(zip(trace.steps, indices, strict=True)):
        where = np.zeros((4, 2, 3), bool)
        where[index] = True
        assert step.read["y"].tolist() == step.wrote["y"].tolist()
        assert sorted(step.wrote["y"]) == np.flatnonzero(where).tolist()
        np.testing.assert_array_equal(trace.at(moment)["y"], seen[moment + 1])
        if moment:
            np.testing.assert_array_equal(step.values["y"], seen[moment + 1].ravel()[step.wrote["y"]])


def taken(walkthrough):
    """Run it by hand: what every name that was told means to the reader, copied at every step."""
    shown, copies = {}, []
    for step in walkthrough:
        inner = walkthrough
        while hasattr(inner.gi_yieldfrom, "gi_frame"):
            inner = inner.gi_yieldfrom
        for name in (*step.read, *step.wrote):
            shown[name] = inner.gi_frame.f_locals[name]
        copies.append({name: np.array(a, dtype=float) for name, a in shown.items()})
    return copies


def test_every_walkthrough_is_among_the_chosen():
    assert {story.name for story in CHOSEN} == set(walkthroughs.__all__)


@pytest.mark.parametrize("story", CHOSEN, ids=str)
def test_every_moment_of_a_walkthrough_can_be_rebuilt(story):
    assert_same_moments(trace_of(story), taken(story.call()))


@pytest.mark.parametrize("seed", range(60))
def test_every_moment_of_a_random_walkthrough_can_be_rebuilt(seed):
    trace = record(random_walkthrough(np.random.default_rng(seed)))
    assert_same_moments(trace, taken(random_walkthrough(np.random.default_rng(seed))))


def test_a_moment_is_a_copy():
    trace = record(one("conv2d-plain").call())
    before = {name: grid.copy() for name, grid in trace.at(3).items()}
    trace.at(7)  # what came later stays away from what was before
    for _ in range(2):
        for name, grid in trace.at(3).items():
            np.testing.assert_array_equal(grid, before[name])
            grid[...] = 99  # what is done to a moment stays with it
    assert trace.at(-1) == {}  # before the first step there is nothing


def test_grids_are_the_arrays_as_they_were_first_named():
    trace = trace_of(one("training_step-plain-one_target"))
    first = {}
    for moment in range(len(trace.steps)):
        for name, grid in trace.at(moment).items():
            first.setdefault(name, grid)
    assert list(trace.grids) == list(first)  # in that order
    for name, grid in trace.grids.items():
        np.testing.assert_array_equal(grid, first[name])


def test_the_trace_keeps_what_the_walkthrough_returned():
    def walkthrough():
        yield Step("it")
        return "the end", 3

    assert record(walkthrough()).result == ("the end", 3)
    assert record(one("conv2d-plain").call()).error == ""


def test_a_step_keeps_what_the_walkthrough_said():
    told = Step("title", "says", r"\frac{a}{b}", "1 + 2", read={"y": 0}, wrote={"y": 1})

    def walkthrough():
        y = np.zeros(3)
        yield told

    (step,) = record(walkthrough()).steps
    assert (step.title, step.says, step.symbols, step.numbers) == ("title", "says", r"\frac{a}{b}", "1 + 2")
    assert (step.read["y"].tolist(), step.wrote["y"].tolist(), step.line) == ([0], [1], (0, 1))
    assert told.line is None  # a step may be said twice


def test_sources_stand_outermost_first():
    trace = trace_of(one("training_step-plain-one_target"))
    names = [source.name for source in trace.sources]
    assert names == ["training_step", "_forward", "conv2d", "mse_loss", "mse_loss_backward", "conv2d_backward"]
    assert all(isinstance(source, Source) for source in trace.sources)
    by_title = {step.title: names[step.line[0]] for step in trace.steps}
    assert by_title["Output (0, 0)"] == "conv2d"
    assert by_title["Prediction"] == "_forward"
    assert by_title["Update weight (1, 1)"] == "training_step"


@pytest.mark.parametrize("no_walkthrough", [walkthroughs.conv2d, [Step("it")], None, iter([Step("it")])])
def test_what_is_no_walkthrough_is_refused(no_walkthrough):
    with pytest.raises(TypeError, match=r"expected a walkthrough that has been called, such as walkthroughs\.conv2d"):
        record(no_walkthrough)


@pytest.mark.parametrize("said", ["words", None, {"title": "it"}, Step])
def test_what_is_no_step_is_refused(said):
    def walkthrough():
        yield Step("it")
        yield said

    with pytest.raises(TypeError, match=f"yields Steps; this one yielded a {type(said).__name__}"):
        record(walkthrough())


def test_an_error_of_the_walkthrough_comes_through():
    def walkthrough():
        yield Step("it")
        raise ValueError("its own words")

    with pytest.raises(ValueError, match="its own words"):
        record(walkthrough())


def test_a_walkthrough_without_steps_is_a_trace_without_steps():
    def walkthrough():
        return 7
        yield

    assert record(walkthrough()) == Trace({}, (), (), result=7)
