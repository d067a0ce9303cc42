"""The text a student reads is the code that ran, without what the walkthrough says; the marked line is what just ran."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest
from stories import STORIES, stories, trace_of

import mlcourse
from mlcourse import walkthroughs

PACKAGE = Path(mlcourse.__file__).parents[1]
YIELD_FROM = re.compile(r"\byield from ")


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


SOURCES = {
    source.name: source
    for name in walkthroughs.__all__
    for story in stories(name)[:1]
    for source in trace_of(story).sources
}


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
            assert line == YIELD_FROM.sub("", file[number - 1])


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
