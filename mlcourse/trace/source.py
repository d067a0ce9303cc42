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
        Without decorators, docstring and ``yield`` statements; ``yield from f(...)`` reads as ``f(...)``.
    lines : dict of int to int
        Line in the file -> line of the shown text (from 0). A line of a ``yield`` points to the statement before it,
        since that is what has just run.
    """
    text, first = inspect.getsourcelines(code)
    text = textwrap.dedent("".join(text))
    function = ast.parse(text).body[0]
    lines = text.splitlines()
    hidden = {line for node in _hidden(function) for line in range(node.lineno, node.end_lineno + 1)}
    hidden |= set(range(1, function.lineno))
    before = {
        line: previous.lineno if previous.lineno not in hidden else None
        for node, previous in _yields(function)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    shown, went = [], {}
    for number, line in enumerate(lines, start=1):
        if number not in hidden and (line.strip() or shown):
            went[number] = len(shown)
            shown.append(re.sub(r"\byield from ", "", line))
    places = {}
    for number in range(1, len(lines) + 1):
        target = before.get(number) or number
        if target in went:
            places[number + first - 1] = went[target]
    numbers = tuple(number + first - 1 for number in went)
    return Source(function.name, "\n".join(shown), _short(inspect.getsourcefile(code) or ""), numbers), places


def _short(file):
    package = Path(__file__).parents[2]
    return Path(file).relative_to(package).as_posix() if Path(file).is_relative_to(package) else Path(file).name


def _hidden(function):
    if ast.get_docstring(function) is not None:
        yield function.body[0]
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
            yield node


def _yields(node):
    """Every ``yield`` statement with the statement that ran before it: its elder neighbour, or what holds it."""
    for name in ("body", "orelse", "finalbody"):
        previous = node
        for child in getattr(node, name, []):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Yield):
                yield child, previous
                continue
            yield from _yields(child)
            previous = child
