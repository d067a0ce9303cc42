"""`record` tells what happened, all of it and nothing else, and a trace gives every moment back as it was."""

import re

import numpy as np
import pytest
from stories import STORIES, stories, trace_of

from mlcourse import walkthroughs
from mlcourse.trace import Source, Step, Trace, Untold, record


def one(name):
    return next(story for story in STORIES if str(story) == name)


# Long and short ones, with and without padding, several images, filters and channels, a bias; every name once.
CHOSEN = [one(f"conv2d-{what}-bias") for what in ("plain", "sides", "drawn_0")]
CHOSEN += [one(f"conv2d_backward-{what}") for what in ("one_pixel_in_zeros", "drawn_6-bias", "drawn_8")]
CHOSEN += [one(f"training_step-{what}") for what in ("plain-one_target", "one_pixel_in_zeros-bias", "drawn_5-only")]
CHOSEN += stories("mse_loss", "mse_loss_backward")
CHOSEN += [one("descent-drawn_14-bias"), one("descent-plain-one_target")]
assert {story.name for story in CHOSEN} == set(walkthroughs.__all__)


# What a walkthrough may not do. Each is (a name, its generator, what the message must say).


def another_cell():
    y = np.zeros((2, 3))
    yield Step("first", wrote={"y": (0, 0)})
    y[1, 2] = 7
    yield Step("second", wrote={"y": (1, 1)})


def one_cell_more_than_named():
    y = np.zeros((3, 4))
    yield Step("first", read={"y": ...})
    y[:2, 1:3] = 7
    yield Step("second", wrote={"y": np.s_[:2, 1:2]})


def only_read():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    y[1] = 7
    yield Step("second", read={"y": 1})


def nothing_named():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    y[1] = 7
    yield Step("second")


def a_number_becomes_nan():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    y[1] = np.nan
    yield Step("second")


def a_nan_becomes_a_number():
    y = np.array([0, np.nan, 0])
    yield Step("first", read={"y": ...})
    y[1] = 7
    yield Step("second")


def after_the_last_step():
    y = np.zeros(3)
    yield Step("only", wrote={"y": ...})
    y[1] = 7
    return y


def by_a_helper():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    np.add(y, [0, 7, 0], out=y)
    yield Step("second")


def through_a_view():
    y = np.zeros((2, 3))
    yield Step("first", read={"y": ...})
    row = y[1]
    row[2] = 7
    yield Step("second", wrote={"row": 2})  # the reader sees y too, and would see it as it was


def through_what_the_view_lies_on():
    y = np.zeros((2, 3))
    row = y[1]
    yield Step("first", read={"row": ...})
    y[1, 2] = 7
    yield Step("second", wrote={"y": (1, 2)})


def through_another_name():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    z = y
    z[1] = 7
    yield Step("second", wrote={"z": 1})


def inside_under_the_same_name():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    yield from sets_its_y(y)


def sets_its_y(y):
    y[1] = 7
    yield Step("second")


def inside_under_another_name():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    yield from sets_its_z(y)


def sets_its_z(z):
    z[1] = 7
    yield Step("second", wrote={"z": 1})


def inside_where_it_has_no_name():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    yield from sets_an_element([y])


def sets_an_element(arrays):
    arrays[0][1] = 7
    yield Step("second")


def outside_while_another_one_is_shown():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    yield from shows_its_own_y()
    y[1] = 7  # the reader sees the inner y; this one comes back as if it had always been so
    yield Step("second")


def shows_its_own_y():
    y = np.ones(2)
    yield Step("inner", wrote={"y": ...})


def inner_after_its_last_step():
    y = np.zeros(3)
    yield Step("first", read={"y": ...})
    yield from tells_first(y)
    yield Step("second")


def tells_first(y):
    yield Step("inner")
    y[1] = 7


SILENT = {
    another_cell: '"second" changed y[1, 2]',
    one_cell_more_than_named: '"second" changed y[0, 2]',
    only_read: '"second" changed y[1]',
    nothing_named: '"second" changed y[1]',
    a_number_becomes_nan: '"second" changed y[1]',
    a_nan_becomes_a_number: '"second" changed y[1]',
    after_the_last_step: "What ran after the last step changed y[1]",
    by_a_helper: '"second" changed y[1]',
    through_a_view: '"second" changed y[1, 2]',
    through_what_the_view_lies_on: '"second" changed row[2]',
    through_another_name: '"second" changed y[1]',
    inside_under_the_same_name: '"second" changed y[1]',
    inside_under_another_name: '"second" changed y[1]',
    inside_where_it_has_no_name: '"second" changed y[1]',
    outside_while_another_one_is_shown: '"second" changed y[1]',
    inner_after_its_last_step: '"second" changed y[1]',
}


@pytest.mark.parametrize("walkthrough", SILENT, ids=lambda walkthrough: walkthrough.__name__)
def test_a_silent_change_is_untold(walkthrough):
    with pytest.raises(Untold, match="^" + re.escape(f"{SILENT[walkthrough]} but does not name it in `wrote`.")):
        record(walkthrough())


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool"])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_a_silent_change_is_untold_in_any_kind_of_array(dtype, layout):
    def walkthrough():
        y = np.zeros((3, 4), dtype, order=layout)[:, ::2]
        yield Step("first", read={"y": ...})
        y[2, 1] = 1
        yield Step("second", wrote={"y": (1, 1)})

    with pytest.raises(Untold, match=re.escape("changed y[2, 1]")):
        record(walkthrough())


@pytest.mark.parametrize("kind", ["read", "wrote"])
@pytest.mark.parametrize("name", ["absent", "text", "listed", "nothing", "one_complex"])
def test_a_name_that_is_no_array_is_untold(kind, name):
    def walkthrough():
        y, text, listed, nothing, one_complex = np.zeros(3), "y", [1.0], None, 1j
        yield Step("it", **{kind: {name: ...}})

    with pytest.raises(Untold, match=f'^"it" names {name}, which is no array of the walkthrough'):
        record(walkthrough())


@pytest.mark.parametrize("kind", ["read", "wrote"])
@pytest.mark.parametrize(
    ("name", "index"), [("y", 3), ("y", -4), ("y", (0, 0)), ("y", [0, 3]), ("y", 1.0), ("y", "y"), ("size", 0)]
)
def test_a_cell_that_is_not_there_is_untold(kind, name, index):
    def walkthrough():
        y, size = np.zeros(3), 2.5
        yield Step("it", **{kind: {name: index}})

    with pytest.raises(Untold, match=f'^"it" names a cell of {name} that is not there: '):
        record(walkthrough())


def test_the_names_of_an_outer_function_are_not_those_of_an_inner_one():
    def outer():
        y = np.zeros(3)
        yield from inner()

    def inner():
        yield Step("it", read={"y": 0})

    with pytest.raises(Untold, match="names y"):
        record(outer())


def test_what_is_told_is_no_silence():
    """Equal numbers, NaN that stays, views told with what they lie on, arrays that nobody named, given names anew."""

    def walkthrough():
        y, unnamed = np.array([[0, np.nan], [2, 3]]), np.zeros(3)
        row = y[1]
        yield Step("first", read={"y": ..., "row": ...})
        yield Step("nothing changed")
        y[0, 0] = 0.0
        yield Step("an equal number", wrote={"y": (0, 0)})
        y[0, 1] = np.nan
        yield Step("nan again, not named")
        y[0, 0] = -0.0
        unnamed[:] = 1
        yield Step("what looks the same, and what nobody knows")
        row[0] = 5
        yield Step("both", wrote={"y": (1, 0), "row": 0})
        old, y = y, np.ones(2)
        yield Step("another", read={"y": ...})
        old[0, 0] = 8
        yield Step("one that is seen no more, by another name", wrote={"old": (0, 0)})

    trace = record(walkthrough())
    assert [list(step.new) for step in trace.steps if step.new] == [["y", "row"], ["y"], ["old"]]
    np.testing.assert_array_equal(trace.at(5)["y"], [[0, np.nan], [5, 3]])
    np.testing.assert_array_equal(trace.at(5)["row"], [5, 3])
    np.testing.assert_array_equal(trace.at(7)["old"], [[8, np.nan], [5, 3]])


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


def assert_same_moments(trace, copies):
    assert len(trace.steps) == len(copies)
    for moment, expected in enumerate(copies):
        grids = trace.at(moment)
        assert grids.keys() == expected.keys()
        for name, grid in grids.items():
            assert grid.shape == expected[name].shape
            np.testing.assert_array_equal(grid, expected[name], err_msg=f"{name} after step {moment}")


@pytest.mark.parametrize("story", CHOSEN, ids=str)
def test_every_moment_of_a_walkthrough_can_be_rebuilt(story):
    assert_same_moments(trace_of(story), taken(story.call()))


def random_walkthrough(rng, depth=0, y=None):
    """Writes, replaces and hands on arrays of any kind, with NaN and infinities, as chance will have it."""
    y = random_array(rng) if y is None else y
    z, n = random_array(rng), float(rng.normal())
    for _ in range(int(rng.integers(2, 8))):
        turn = rng.integers(6)
        if turn == 0:
            y[index := rng.random(y.shape) < 0.3] = rng.choice([rng.normal(), np.nan, np.inf, -0.0])
            yield Step("some of y", read={"z": ...}, wrote={"y": index})
        elif turn == 1:
            z = random_array(rng)
            yield Step("another z", read={"z": np.s_[:1]})
        elif turn == 2:
            n = float(rng.choice([n, rng.normal(), np.nan]))
            yield Step("a number", **{str(rng.choice(["read", "wrote"])): {"n": ()}})
        elif turn == 3:
            y[...], z[...] = rng.normal(size=y.shape), rng.normal()
            yield Step("all of both", wrote={"y": ..., "z": ...})
        elif turn == 4 and depth < 3:
            yield from random_walkthrough(rng, depth + 1, y if rng.random() < 0.5 else None)
        else:
            row = int(rng.integers(len(z)))
            z[row] = z[row] * 2
            yield Step("a row of z", read={"n": (), "y": np.s_[0:0]}, wrote={"z": row})
    return y


def random_array(rng):
    a = rng.normal(size=rng.integers(1, 5, size=rng.integers(1, 4)))
    return np.array(a.T if rng.random() < 0.5 else a, dtype=rng.choice(["float64", "float32"]), order=rng.choice(["C", "F"]))


@pytest.mark.parametrize("seed", range(60))
def test_every_moment_of_a_random_walkthrough_can_be_rebuilt(seed):
    trace = record(random_walkthrough(np.random.default_rng(seed)))
    assert_same_moments(trace, taken(random_walkthrough(np.random.default_rng(seed))))


def test_a_moment_is_a_copy():
    trace = record(one("conv2d-plain").call())
    before = trace.at(3)
    for grid in trace.at(3).values():
        grid[...] = 99
    for name, grid in trace.at(3).items():
        np.testing.assert_array_equal(grid, before[name])
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
    with pytest.raises(TypeError, match="expected a walkthrough that has been called, such as walkthroughs.conv2d"):
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
