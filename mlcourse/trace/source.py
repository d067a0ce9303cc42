"""A walkthrough's text as the student should read it: without its docstring and without what it says."""

import ast
import inspect
import re
import textwrap
from functools import lru_cache
from pathlib import Path

from mlcourse.trace.step import Source


@lru_cache(maxsize=256)
def told(code):
    """Return a walkthrough's readable source and where each of its lines went.

    Parameters
    ----------
    code : types.CodeType
        The code of a generator function, from a file.

    Returns
    -------
    Source
        Without decorators, docstring and ``yield`` statements, and without an ``if`` or a loop that holds only those;
        ``yield from f(...)`` reads as ``f(...)``.
    lines : dict of int to int
        Line in the file -> line of the shown text (from 0). A line of a ``yield`` points to the statement before it,
        since that is what has just run.
    """
    text, first = inspect.getsourcelines(code)
    lines = textwrap.dedent("".join(text)).splitlines()
    function = ast.parse("\n".join(lines)).body[0]
    hidden = set(range(1, function.lineno))  # decorators
    if ast.get_docstring(function) is not None:
        hidden |= _lines(function.body.pop(0))
    for node in filter(_only_tells, ast.walk(function)):
        hidden |= _lines(node)
    lines = {number: re.sub(r"\byield from ", "", line) for number, line in enumerate(lines, start=1)}
    for first_yield in _left_empty(function):  # Python wants a statement there
        hidden.discard(first_yield.lineno)
        lines[first_yield.lineno] = " " * first_yield.col_offset + "pass"
    went = {number: place for place, number in enumerate(n for n in lines if n not in hidden)}
    ran = {line: before.lineno for node, before in _yields(function, function) for line in _lines(node)}
    places = {n + first - 1: went[ran.get(n, n)] for n in lines if ran.get(n, n) in went}
    shown, numbers = "\n".join(lines[n] for n in went), tuple(n + first - 1 for n in went)
    return Source(function.name, shown, _short(inspect.getsourcefile(code) or ""), numbers), places


def _short(file):
    package = Path(__file__).parents[2]
    return Path(file).relative_to(package).as_posix() if Path(file).is_relative_to(package) else Path(file).name


def _lines(node):
    return set(range(node.lineno, node.end_lineno + 1))


def _is_yield(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield)


def _bodies(node):
    """The lists of statements that a statement holds: of ``if`` and ``else``, of ``try`` and ``except``, ..."""
    holders = (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ()))
    bodies = [getattr(holder, name, ()) for holder in holders for name in ("body", "orelse", "finalbody")]
    return [body for body in bodies if isinstance(body, list) and body]


def _only_tells(node):
    """A yield, or an ``if`` or a loop that holds nothing else."""
    if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef):
        return False
    held = [child for body in _bodies(node) for child in body]
    return _is_yield(node) or (bool(held) and all(map(_only_tells, held)))


def _left_empty(node):
    """The first yield of every body that holds nothing else, in a statement that does."""
    for body in _bodies(node):
        is_elif = isinstance(node, ast.If) and body is node.orelse and body[0].col_offset == node.col_offset
        if all(map(_only_tells, body)) and not is_elif:
            yield body[0]
        for child in body:
            if not _only_tells(child):
                yield from _left_empty(child)


def _yields(node, ran):
    """Every ``yield`` statement with the statement that ran before it: its elder neighbour, or what holds it."""
    for body in _bodies(node):
        before = ran
        for child in body:
            if _is_yield(child):
                yield child, before
            elif _only_tells(child):
                yield from _yields(child, before)
            else:
                yield from _yields(child, child)
                before = child
