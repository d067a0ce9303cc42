"""The text a student reads is the code that ran, without what the walkthrough says; the marked line is what just ran."""

import ast
import functools
import importlib
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from stories import STORIES, stories, trace_of

import mlcourse
from mlcourse import walkthroughs
from mlcourse.trace import Step, record

PACKAGE = Path(mlcourse.__file__).parents[1]
SPOKEN = re.compile(r"\byield from ")


def ran(walkthrough):
    """The text of the line that each step stands on."""
    trace = record(walkthrough())
    return [trace.sources[source].text.splitlines()[line].strip() for source, line in (s.line for s in trace.steps)]


class WithoutTelling(ast.NodeTransformer):
    """The code as the student should read it, by its syntax: what only tells is taken out, also what then is empty."""

    def visit_Expr(self, node):
        return None if isinstance(node.value, ast.Yield) else self.generic_visit(node)

    def visit_YieldFrom(self, node):
        return self.visit(node.value)

    def without(self, node):
        if not any(isinstance(inner, ast.Yield) for inner in ast.walk(node)):
            return self.generic_visit(node)
        self.generic_visit(node)
        if not node.body and not node.orelse:
            return None
        node.body = node.body or [ast.Pass()]
        return node

    visit_If = visit_For = without


def code_of(function):
    tree = ast.parse(inspect.getsource(function)).body[0]
    tree.decorator_list = []
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    return ast.dump(WithoutTelling().visit(tree))


SOURCES = {source.name: source for name in walkthroughs.__all__ for source in trace_of(stories(name)[0]).sources}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
class TestEverySourceOfTheCourse:
    def test_it_is_python_without_yields_and_docstring(self, source):
        compile(source.text, source.file, "exec")
        (function,) = ast.parse(source.text).body
        assert "yield" not in source.text
        assert "Step(" not in source.text
        assert '"""' not in source.text
        assert ast.get_docstring(function) is None

    def test_it_is_the_code_that_ran(self, source):
        module = importlib.import_module(source.file.removesuffix(".py").replace("/", "."))
        assert ast.dump(ast.parse(source.text).body[0]) == code_of(getattr(module, source.name))

    def test_the_lines_are_those_of_the_file(self, source):
        file = (PACKAGE / source.file).read_text(encoding="utf-8").splitlines()
        shown = source.text.splitlines()
        assert len(shown) == len(source.numbers)
        assert list(source.numbers) == sorted(set(source.numbers))
        for number, line in zip(source.numbers, shown, strict=True):
            assert line == SPOKEN.sub("", file[number - 1])


def test_every_walkthrough_of_the_course_is_shown():
    assert set(walkthroughs.__all__) <= set(SOURCES)


def test_a_call_of_another_walkthrough_reads_as_a_call():
    assert "prediction, _ = _forward(x, w, b, target, settings)" in SOURCES["training_step"].text
    assert "    y = conv2d(x, w, b, **settings)" in SOURCES["_forward"].text.splitlines()


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_every_step_stands_on_a_line_of_its_source(story):
    trace = trace_of(story)
    for step in trace.steps:
        source, line = step.line
        assert 0 <= source < len(trace.sources)
        lines = trace.sources[source].text.splitlines()
        assert 0 <= line < len(lines)
        assert lines[line].strip()


# What the named cells of a step are called must stand on the line that is said to have made them.
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_the_line_of_a_step_makes_what_the_step_wrote(story):
    trace = trace_of(story)
    for step in trace.steps:
        source, line = step.line
        text = trace.sources[source].text.splitlines()[line]
        made = set(re.findall(r"\w+", text.split(" = ")[0]))
        assert " = " in text
        assert made & step.wrote.keys(), f"{step.title} wrote {list(step.wrote)}; its line is {text.strip()}"


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
        assert SPOKEN.sub("", file[number - 1]) == line
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
    assert forward.text.splitlines()[:4] == ["def forward(self, y):", "    def inner():", "        z = y + 1", "        return z"]
    assert inner.text == "def inner():\n    z = y + 1\n    return z"
    assert ran(lambda: Network().forward(1)) == ["z = y + 1", "z = inner()"]
    compile(forward.text, "", "exec")
