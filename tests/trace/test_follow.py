"""A student's function is followed truly: what its lines read and wrote, what came of it, and nothing else touched."""

import ast
import copy
import inspect
import re
import sys

import as_students_write
import mistakes
import numpy as np
import pytest
from line_oracles import moments, touched
from test_wire import Playback, sent

from mlcourse.trace import follow

ENDLESS = {"endless", "endless_and_deaf", "endless_without_arrays", "endless_recursion"}
HELPERS = {"dot", "keep", "fill", "times"}


def functions(module):
    return [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]


WRITTEN = [f for m in (as_students_write, mistakes) for f in functions(m) if f.__name__ not in ENDLESS | HELPERS]


def given(function):
    """Arrays for it, with whole and other numbers; no two are the same."""
    rng = np.random.default_rng(0)
    sizes = {"x": (3, 4), "w": (2, 3), "g": (2, 2)}
    return [rng.normal(size=sizes[name]) for name in inspect.signature(function).parameters]


def called(function, arrays):
    """What a plain call gives: result and error."""
    try:
        return function(*arrays), None
    except Exception as error:
        return None, error


def assert_same_bits(actual, expected):
    assert type(actual) is type(expected)
    if isinstance(expected, tuple):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            assert_same_bits(one, other)
    elif isinstance(expected, np.ndarray):
        assert (actual.shape, actual.dtype, actual.strides) == (expected.shape, expected.dtype, expected.strides)
        assert actual.tobytes() == expected.tobytes()
    else:
        assert actual == expected


def code_line(trace, step):
    """The line in the file that a step stands on."""
    source, position = step.line
    return trace.sources[source].numbers[position]


def test_there_are_many_ways_to_write_it():
    assert len(WRITTEN) >= 30


@pytest.mark.parametrize("function", WRITTEN, ids=lambda f: f.__name__)
def test_nothing_is_other_than_without_watching(function, capsys):
    """Result, error, output, globals, and the arrays that were given."""
    arrays, looks = given(function), as_students_write.Layer.looks
    expected, error = called(function, copy.deepcopy(arrays))
    printed, looked = capsys.readouterr(), as_students_write.Layer.looks - looks
    names = dict(function.__globals__)

    trace = follow(function, *arrays)

    assert capsys.readouterr() == printed
    assert as_students_write.Layer.looks - looks == 2 * looked
    assert function.__globals__ == names
    assert sys.gettrace() is None
    for array, before in zip(arrays, given(function), strict=True):
        np.testing.assert_array_equal(array, before)
    assert_same_bits(trace.result, expected)
    if error is None:
        assert trace.error == ""
    else:
        assert trace.error.startswith(type(error).__name__)
        assert trace.error.endswith(str(error))


# Of these statements can run many times over, hand no array to a function beside them, and have their line to themselves.
CANNOT_BE_TRIED = {"prints_and_draws", "through_nditer", "lists_of_lists", "backward_gather", "with_a_helper"}
CANNOT_BE_TRIED |= {
    "with_a_class",
    "inner_function",
    "recursive",
    "helper_without_return",
    "helper_fails",
    "fails_after_its_error",
}


@pytest.mark.parametrize(
    "function", [f for f in WRITTEN if f.__name__ not in CANNOT_BE_TRIED], ids=lambda f: f.__name__
)
def test_marks_are_what_setting_each_cell_to_nan_shows(function):
    tried = touched(inspect.unwrap(function), *given(function))
    trace = follow(function, *given(function))
    lines = {statement.lineno for statement, *_ in tried}
    steps = [step for step in trace.steps[1:] if code_line(trace, step) in lines and step.title != "The end"]
    assert tried
    for statement, read, wrote, bound in tried:
        if not (any(read.values()) or wrote or bound & set(trace.grids)):
            del steps[
                : bool(steps) and code_line(trace, steps[0]) == statement.lineno
            ]  # about whole numbers, or an error
            continue
        step = steps.pop(0)
        where = f"{step.title}: {ast.unparse(statement)}"
        assert code_line(trace, step) == statement.lineno, where
        marked = {name: set(at.tolist()) for name, at in step.read.items()}
        written = {name: set(at.tolist()) for name, at in step.wrote.items()}
        named = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        for name in (named | set(marked)) & set(read) & set(trace.grids) - bound:
            assert marked.get(name, set()) == read[name], f"{where} read of {name}"
        for name in set(read) & set(trace.grids) - bound:
            # To write what stood there cannot be seen from outside where it is read, too, as `+= 0` is.
            assert wrote.get(name, set()) <= written.get(name, set()), f"{where} wrote to {name}"
            assert written.get(name, set()) <= wrote.get(name, set()) | marked.get(name, set()), (
                f"{where} wrote to {name}"
            )
        assert bound & set(trace.grids) <= set(written), where
    assert not steps


@pytest.mark.parametrize("function", WRITTEN, ids=lambda f: f.__name__)
def test_every_moment_is_as_it_was(function):
    """What the Player shows after each step is what the names meant after that line; so is the way back."""
    arrays = given(function)
    trace, copies = follow(function, *arrays), iter(moments(function, *arrays))
    player, compared = Playback(sent(trace)), 0
    for step in trace.steps:
        player.forward()
        assert not step.values.keys() & step.new.keys()
        for name, at in (*step.read.items(), *step.wrote.items()):
            assert at.size
            assert at.max() < player.shown()[name].size
        if step is trace.steps[0] or step.title == "The end" or trace.error.startswith(step.title):
            continue
        counted = dict(re.findall(r"(\w+) = (-?\d+)", step.title))
        meant = next(
            meant
            for line, meant in copies
            if line == code_line(trace, step) and all(meant[name] == int(count) for name, count in counted.items())
        )
        for name, grid in player.shown().items():
            if name in meant:
                np.testing.assert_array_equal(grid, meant[name], err_msg=f"{name} after {step.title}")
                compared += 1
    assert compared >= 1 or function.__name__ in ("windows_and_einsum", "with_a_class")
    for moment in reversed(range(len(trace.steps))):
        shown = player.shown()
        assert shown.keys() == trace.at(moment).keys()
        for name, grid in trace.at(moment).items():
            np.testing.assert_array_equal(shown[name], grid)
        player.back()
    assert player.grids == {}
    first = {}
    for step in trace.steps:
        first = step.new | first
    assert list(trace.grids) == list(dict.fromkeys(name for step in trace.steps for name in step.new))
    for name, grid in trace.grids.items():
        np.testing.assert_array_equal(grid, first[name])
