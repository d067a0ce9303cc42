"""Names that see the same memory, names that come to mean another array, and arrays that foreign code changes."""

import functools

import as_students_write
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from test_follow_says import W, X, marks

from mlcourse.trace import follow


def test_a_view_and_what_it_is_a_view_of():
    header, row = follow(as_students_write.rows_of_the_output, X, W).steps[2:4]
    assert marks(header) == ({"y": [0, 1]}, {"row": [0, 1]})
    assert marks(row)[1] == {"row": [0], "y": [0]}
    trace = follow(as_students_write.through_nditer, X, W)
    assert marks(trace.steps[6])[1] == {"cell": [0], "y": [1]}
    assert sum(step.title == trace.steps[2].title for step in trace.steps) == 1  # a `with` has an end, too
    trace = follow(as_students_write.backward_full, np.ones((2, 2)), X, W)
    assert marks(trace.steps[4])[0]["w"] == [5, 4, 3, 2, 1, 0]  # read as `turned`
    assert "turned" in trace.grids


def seen_otherwise(x, w):
    columns = x[:, 1::2]
    last = columns[:, 1]
    columns[0, 1] = last[2]
    back = x[::-1]
    lowest = back[0]
    last[2] = lowest[0]
    windows = sliding_window_view(x + 1, (2, 2))
    return windows[0, 0] @ last[:2]


def test_views_of_views_and_windows_of_nothing_shown():
    trace = follow(seen_otherwise, X, W)
    assert marks(trace.steps[3]) == (
        {"x": [11], "columns": [5], "last": [2]},
        {"x": [3], "columns": [1], "last": [0]},
    )
    assert marks(trace.steps[6])[0] == {"x": [8], "back": [0], "lowest": [0]}
    assert trace.grids["windows"].shape == (2, 3, 2, 2)  # what they are windows of has no name
    trace = follow(as_students_write.windows_one_by_one, X, W)
    assert list(trace.grids) == ["x", "w", "y"]  # 2 x 2 windows of 2 x 3 are marks in x
    assert marks(trace.steps[-2])[0] == {"x": [5, 6, 7, 9, 10, 11], "w": [0, 1, 2, 3, 4, 5]}


def same_name_in_a_helper(x, w):
    total = 1.5
    y = as_total(x)
    y[0] = total
    return y


def as_total(x):
    total = 0.5
    return x[0] * total


def test_a_number_after_a_helper_is_that_of_the_function_again():
    trace = follow(same_name_in_a_helper, X, W)
    assert [float(trace.at(k)["total"]) for k in range(1, 6)] == [1.5, 0.5, 0.5, 1.5, 1.5]
    assert trace.steps[5].title.startswith("Line")
    assert marks(trace.steps[5]) == ({"total": [0]}, {"y": [0]})


class Turned:
    def __init__(self, w):
        self.w = w

    def turn(self, x):
        np.negative(self.w, self.w)
        return self.w


def test_what_foreign_code_writes_to_an_array_that_was_not_shown_before():
    step = follow(Turned(W.copy()).turn, X).steps[1]
    assert marks(step)[1] == {"self.w": [0, 2, 3, 5]}  # 0 stays 0


def changes_what_is_not_shown(x, w):
    flip = functools.partial(np.negative, x, x)
    y = beside(w, flip)
    z = x * 1
    return y, z


def beside(x, flip):
    y = x * 2
    flip()
    return y


def test_an_array_that_is_shown_again_is_shown_as_it_is_by_then():
    trace = follow(changes_what_is_not_shown, X, W)
    assert [source.name for source in trace.sources] == ["changes_what_is_not_shown", "beside"]
    called, z = trace.steps[-3:-1]
    assert marks(called)[1].keys() == {"y"}
    np.testing.assert_array_equal(called.new["x"], -X)
    assert marks(z) == ({"x": [*range(12)]}, {"z": [*range(12)]})


def changes_on_the_way_to_a_helper(x, w):
    x = x[::-1].copy()
    return beside(x.sort(axis=0) or x, list)


def test_what_changed_before_a_helper_ran_is_seen_in_it():
    trace = follow(changes_on_the_way_to_a_helper, X, W)
    np.testing.assert_array_equal(trace.at(2)["x"], X)
    assert marks(trace.steps[2])[1]["x"] == [0, 1, 2, 3, 8, 9, 10, 11]


def many_arrays(x, w):
    y = np.ones((2, 3))
    first = y[0]
    for _ in range(60):
        many = x[0] * 2
    np.negative(first, first)
    return many, y


def test_after_many_arrays_those_shown_are_still_watched():
    step = follow(many_arrays, X, W).steps[-2]
    assert marks(step) == ({"first": [0, 1, 2], "y": [0, 1, 2]}, {"first": [0, 1, 2], "y": [0, 1, 2]})


def means_another(x, w):
    y = x + 1
    y = y + 0
    y += 1
    return y


def test_a_name_that_means_another_array_is_told_as_new():
    steps = follow(means_another, X, W).steps[1:4]
    assert [(list(step.new), list(step.values)) for step in steps] == [(["y"], []), (["y"], []), ([], ["y"])]
