"""How the story of a followed function ends: with an error, with a cut, with a function that is stopped."""

import builtins
import json
import sys
import time

import as_students_write
import mistakes
import numpy as np
import pytest

from mlcourse.trace import follow, to_wire
from mlcourse.trace.lines import reader, tracer, words

X, W = np.arange(12.0).reshape(3, 4), np.ones((2, 3))


def line_of(trace, step):
    source, position = step.line
    return trace.sources[source].text.splitlines()[position].strip()


ERRORS = [
    ("off_by_one", "IndexError", "It asks for a cell that is not there.", "y[i, j] = x[i, j + 1] * w[0, 0]"),
    ("kernel_transposed", "ValueError", "Two arrays do not fit on each other: their shapes differ.", None),
    ("misspelt", "NameError", "It uses a name that has no value yet.", "return totl"),
    ("helper_without_return", "TypeError", "Something in it is None. Did a function without `return` make it?", None),
    ("helper_fails", "ValueError", "Two arrays do not fit on each other: their shapes differ.", "return a * b"),
    ("raises", "ValueError", "Python says: only square kernels", 'raise ValueError("only square kernels")'),
    ("fails_after_its_error", "IndexError", "It asks for a cell that is not there.", "x[9] = 1"),
    ("endless_recursion", "RecursionError", "The function calls itself and never comes to an end.", None),
]


@pytest.mark.parametrize(("name", "kind", "means", "line"), ERRORS, ids=lambda part: str(part).partition(" ")[0])
def test_an_error_is_the_last_step(name, kind, means, line):
    function = getattr(mistakes, name)
    with pytest.raises(getattr(builtins, kind)) as raised:
        function(X.copy(), W.copy())
    trace = follow(function, X, W)
    last = trace.steps[-1]
    assert "YOUR CODE HERE" not in trace.steps[1].says
    assert last.title.startswith(f"{kind} in line ")
    assert last.says.startswith(means)
    if kind != "RecursionError":  # its words tell how deep it was
        assert last.says.endswith(f"Python says: {raised.value}")
        assert trace.error == f"{last.title}: {raised.value}"
    assert line in (None, line_of(trace, last))
    assert trace.result is None
    json.dumps(to_wire(trace), allow_nan=False)


def test_at_an_error_the_arrays_are_as_they_were():
    trace = follow(mistakes.off_by_one, X, W)
    y = np.zeros((2, 2))
    y[0] = X[0, 1:3]
    np.testing.assert_array_equal(trace.at(len(trace.steps) - 1)["y"], y)
    last = trace.steps[-1]
    assert last.title.endswith(", i = 0, j = 2")
    assert last.says.startswith("It asks for")  # not the comment above the line
    assert {name: at.tolist() for name, at in last.read.items()} == {"x": [3], "w": [0]}
    assert not last.wrote
    assert last.numbers == "y[0, 2] = x[0, 3] * w[0, 0] = 3 * 1"
    assert not follow(mistakes.kernel_transposed, X, W).steps[-1].wrote
    trace = follow(mistakes.fails_after_its_error, X, W)
    np.testing.assert_array_equal(trace.at(len(trace.steps) - 1)["x"], [[0] * 4, *X[1:]])


def bound_before(x, w):
    a = x[0, 0]
    a = x[9, 0]
    return a


def test_a_line_that_fails_gives_its_name_nothing():
    last = follow(bound_before, X, W).steps[-1]
    assert (last.title.partition(" ")[0], last.wrote, last.values, last.new) == ("IndexError", {}, {}, {})


def test_an_error_is_explained_once():
    both = ValueError("operands could not be broadcast; setting an array element with a sequence")
    assert words.of_error(both, "Line 3, i = 0") == (
        "ValueError in line 3, i = 0",
        f"Two arrays do not fit on each other: their shapes differ. Python says: {both}",
    )
    assert words.of_error(KeyError(), "") == ("KeyError", "Python gives no message.")


def test_an_error_in_a_helper_is_told_once():
    trace = follow(mistakes.helper_fails, X, W)
    assert [step.title.partition(" ")[0] for step in trace.steps] == ["helper_fails", "Line", "Line", "ValueError"]
    assert trace.steps[-1].title.endswith(" of times")


CALLS = {"all": 0}


def endless_recursion(x):
    CALLS["all"] += 1
    x[0] += 1
    y = x + 1
    return endless_recursion(x) + y


def test_after_an_endless_recursion_the_arrays_are_as_they_were():
    trace = follow(endless_recursion, np.zeros(1))
    assert trace.steps[-1].title.startswith("RecursionError")
    assert trace.steps[-1].says.startswith("The function calls itself and never comes to an end. Python says: ")
    assert CALLS["all"] > 100
    assert trace.at(len(trace.steps) - 1)["x"] == CALLS["all"]


def test_a_caught_error_is_told_and_the_story_goes_on():
    trace = follow(mistakes.errors_swallowed, X, W)
    caught = [step for step in trace.steps if step.title.startswith("IndexError")]
    assert len(caught) == 27  # of 3 x 4 x 2 x 3 multiplications 45 have a pixel
    assert all(step.says.endswith("The error is caught, and the code goes on.") for step in caught)
    assert trace.error == ""
    np.testing.assert_array_equal(trace.result, mistakes.errors_swallowed(X, W))


@pytest.mark.parametrize("arrays", [(X,), (X, W, W)])
def test_a_call_that_does_not_fit_is_told(arrays):
    trace = follow(mistakes.raises, *arrays)
    (step,) = trace.steps
    assert step.title == "TypeError"
    assert step.says.startswith("A function was called with other arguments than it takes. Python says: raises()")
    assert (step.line, trace.sources) == (None, ())


def test_a_function_without_a_result_says_so():
    trace = follow(mistakes.returns_nothing, X, W)
    assert trace.steps[-1].title == "The end"
    assert trace.steps[-1].says == "The function came to its end without a `return`, so its result is None."
    assert trace.error == ""
    assert follow(as_students_write.patch_and_sum, X, W).steps[-1].title != "The end"


def test_too_many_steps_are_cut_and_the_result_is_whole():
    whole = follow(as_students_write.four_loops, X, W)
    trace = follow(as_students_write.four_loops, X, W, limit=10)
    assert [step.title for step in trace.steps[:10]] == [step.title for step in whole.steps[:10]]
    last = trace.steps[10]
    assert trace.steps[11:] == ()
    assert (last.title, trace.error) == ("Cut after 10 steps", "Cut after 10 steps")
    assert "this is how it left the arrays. Take a smaller example" in last.says
    np.testing.assert_array_equal(trace.result, whole.result)
    np.testing.assert_array_equal(trace.at(10)["y"], whole.result)
    exactly = follow(as_students_write.four_loops, X, W, limit=len(whole.steps))
    assert (len(exactly.steps), exactly.error) == (len(whole.steps), "")


def test_an_error_after_the_cut_is_told():
    trace = follow(mistakes.off_by_one, X, W, limit=2)
    assert [step.title.partition(" ")[0] for step in trace.steps[2:]] == ["Cut", "IndexError"]
    assert line_of(trace, trace.steps[-1]) == "y[i, j] = x[i, j + 1] * w[0, 0]"
    np.testing.assert_array_equal(trace.at(3)["y"], [[1, 2], [0, 0]])


def test_large_arrays_are_cut(monkeypatch):
    monkeypatch.setattr(tracer, "MOST_TOLD", 100)
    trace = follow(as_students_write.one_tap_at_a_time, X, W)
    assert "The arrays are large." in trace.steps[-1].says
    np.testing.assert_array_equal(trace.at(len(trace.steps) - 1)["y"], trace.result)


@pytest.mark.parametrize("name", ["endless", "endless_and_deaf", "endless_without_arrays"])
@pytest.mark.parametrize("limit", [5, 10**9])
def test_endless_loops_are_stopped(name, limit):
    """Also those that touch no array, and those that drop every error, the one that stops them too."""
    trace = follow(getattr(mistakes, name), X, W, seconds=0.2, limit=limit)
    assert (trace.steps[-1].title, trace.error) == ("Stopped after 0.2 seconds", "Stopped after 0.2 seconds")
    assert "Is there a loop that never ends?" in trace.steps[-1].says
    assert trace.result is None
    assert sys.gettrace() is None


def counts_for_ever(x):
    i = 0
    while True:
        i += 1


def test_only_to_tell_steps_is_not_the_functions_time(monkeypatch):
    begun = time.perf_counter()
    assert follow(counts_for_ever, X, seconds=0.1).error == "Stopped after 0.1 seconds"
    assert time.perf_counter() - begun < 20
    tell = reader.Reader.tell
    monkeypatch.setattr(reader.Reader, "tell", lambda *args, **more: time.sleep(0.02) or tell(*args, **more))
    trace = follow(as_students_write.four_loops, X, W, seconds=0.3)
    assert (len(trace.steps) > 30, trace.error) == (True, "")


def down(x, n):
    x[0] += 1
    return x if n == 0 else down(x, n - 1)


def test_a_recursion_that_just_fits_still_fits():
    n = 50
    while True:
        try:
            down(np.zeros(1), n)
        except RecursionError:
            break
        n += 1
    n -= 12  # for the calls that follow makes itself; watching takes more
    trace = follow(down, np.zeros(1), n)
    assert trace.error == ""
    assert trace.result == n + 1
    assert trace.at(len(trace.steps) - 1)["x"] == n + 1
