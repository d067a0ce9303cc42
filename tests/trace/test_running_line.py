"""Whatever a walkthrough is built of: what is taken out of its text, and which line a step stands on."""

# ruff: noqa: F841 (a walkthrough's variables are read from its frame)

import functools
from pathlib import Path

import numpy as np
import pytest

from mlcourse.trace import Step, record


def ran(walkthrough):
    """The text of the line that each step stands on."""
    trace = record(walkthrough())
    return [trace.sources[source].text.splitlines()[line].strip() for source, line in (s.line for s in trace.steps)]


def told(function):
    """A decorator, to see that it is not shown."""

    @functools.wraps(function)
    def called(*arguments):
        return function(*arguments)

    return called


@told
@told
def with_everything(y):
    """Not shown.

    @told
    def nor_this(): yield
    """
    y = y + 1  # a comment stays

    for i in range(2):
        y[i] = i
        yield Step(
            "many lines",
            # a comment inside a yield goes
            read={"y": i},
        )
    total = np.add(
        y[0],
        y[1],
    )
    yield Step("after a statement of many lines", wrote={"total": ()})
    inner = yield from without_anything(y)
    yield Step("after a call")
    return inner


def without_anything(y):
    yield Step("first of all")
    return y


def test_only_what_tells_is_taken_out():
    trace = record(with_everything(np.zeros(2)))
    outer, inner = trace.sources
    assert outer.text.splitlines() == [
        "def with_everything(y):",
        "    y = y + 1  # a comment stays",
        "",
        "    for i in range(2):",
        "        y[i] = i",
        "    total = np.add(",
        "        y[0],",
        "        y[1],",
        "    )",
        "    inner = without_anything(y)",
        "    return inner",
    ]
    file = Path(__file__).read_text(encoding="utf-8").splitlines()
    for number, line in zip(outer.numbers, outer.text.splitlines(), strict=True):
        assert file[number - 1].replace("yield from ", "") == line
    assert inner.text == "def without_anything(y):\n    return y"
    assert outer.name == "with_everything"
    assert Path(outer.file).name == Path(__file__).name


def test_the_running_line_is_the_statement_before():
    assert ran(lambda: with_everything(np.zeros(2))) == [
        "y[i] = i",
        "y[i] = i",
        "total = np.add(",
        "def without_anything(y):",
        "inner = without_anything(y)",
    ]


def in_branches(a, y):
    if a > 0:
        y = 1
        yield Step("in if")
    elif a == 0:
        yield Step("first in elif")
        y = 2
    else:
        yield Step("alone in else")
    yield Step("after all")


@pytest.mark.parametrize(
    ("a", "lines"),
    [
        (1, ["y = 1", "if a > 0:"]),
        (0, ["elif a == 0:", "if a > 0:"]),
        (-1, ["elif a == 0:", "if a > 0:"]),
    ],
)
def test_the_running_line_in_branches(a, lines):
    assert ran(lambda: in_branches(a, 0)) == lines


def test_a_branch_that_only_told_keeps_its_place():
    (source,) = record(in_branches(1, 0)).sources
    assert source.text.splitlines() == [
        "def in_branches(a, y):",
        "    if a > 0:",
        "        y = 1",
        "    elif a == 0:",
        "        y = 2",
        "    else:",
        "        pass",
    ]
    compile(source.text, "", "exec")


def only_telling(y):
    """Of what only tells nothing is left; what stands before it is what ran."""
    y = y + 1
    if y.any():
        yield Step("in if")
    for i in range(len(y)):
        if i:
            yield Step("in a loop")
        else:
            yield Step("in an else")
    if y.all():
        y = y + 2
    elif not y.any():
        yield Step("in elif")
    return y


def test_what_only_tells_goes_as_a_whole():
    (source,) = record(only_telling(np.zeros(2))).sources
    assert source.text.splitlines() == [
        "def only_telling(y):",
        "    y = y + 1",
        "    if y.all():",
        "        y = y + 2",
        "    return y",
    ]
    assert ran(lambda: only_telling(np.zeros(2))) == ["y = y + 1"] * 3


def in_loops(y):
    for i in range(2):
        yield Step("first in a loop")
        while y < i:
            y += 1
            yield Step("in while")
        yield Step("after while")
    else:
        yield Step("in the loop's else")
        y = 5
    with np.errstate(all="ignore"):
        yield Step("first in with")
        y = 6
        yield Step("in with")


def test_the_running_line_in_loops():
    assert ran(lambda: in_loops(0)) == [
        "for i in range(2):",
        "while y < i:",
        "for i in range(2):",
        "y += 1",
        "while y < i:",
        "for i in range(2):",
        'with np.errstate(all="ignore"):',
        "y = 6",
    ]


def in_attempts(y):
    try:
        y = 1
        yield Step("in try")
        y = y / 0
    except ZeroDivisionError:
        yield Step("alone in except")
    finally:
        y = 2
        yield Step("in finally")
    match y:
        case 1:
            y = 3
        case 2:
            y = 4
            yield Step("in case")
            y = 5


def test_the_running_line_in_attempts():
    assert ran(lambda: in_attempts(0)) == ["y = 1", "try:", "y = 2", "y = 4"]
    (source,) = record(in_attempts(0)).sources
    assert source.text.splitlines()[1:9] == [
        "    try:",
        "        y = 1",
        "        y = y / 0",
        "    except ZeroDivisionError:",
        "        pass",
        "    finally:",
        "        y = 2",
        "    match y:",
    ]
    compile(source.text, "", "exec")


def only_words():
    """Nothing is computed here."""
    yield Step("one")
    yield Step("two")


def test_a_walkthrough_of_nothing_but_words_is_still_python():
    (source,) = record(only_words()).sources
    assert source.text == "def only_words():\n    pass"
    assert ran(only_words) == ["def only_words():"] * 2


def test_a_function_inside_another_is_shown_without_its_indentation():
    def walkthrough():
        y = 1
        yield Step("it", wrote={"y": ()})

    (source,) = record(walkthrough()).sources
    assert source.text == "def walkthrough():\n    y = 1"


def test_a_walkthrough_of_methods_and_inner_functions_shows_each_by_itself():
    class Network:
        def forward(self, y):
            def inner():
                z = y + 1
                yield Step("inner", wrote={"z": ()})
                return z

            z = yield from inner()
            yield Step("outer", wrote={"z": ()})

    trace = record(Network().forward(1))
    forward, inner = trace.sources
    assert forward.text.splitlines()[:4] == [
        "def forward(self, y):",
        "    def inner():",
        "        z = y + 1",
        "        return z",
    ]
    assert inner.text == "def inner():\n    z = y + 1\n    return z"
    assert ran(lambda: Network().forward(1)) == ["z = y + 1", "z = inner()"]
    compile(forward.text, "", "exec")
