"""A walkthrough cannot hide what it changed, nor point at what is not there."""

# ruff: noqa: F841 (a walkthrough's variables are read from its frame)

import re

import numpy as np
import pytest

from mlcourse.trace import Step, Untold, record

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
