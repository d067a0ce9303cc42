"""The hidden lines of a test: where they are, the text without them, and what in them was written to be read."""

import ast
import contextlib

from IPython.core.inputtransformer2 import TransformerManager

from mlcourse.grading.judge.parsing import syntax_tree

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
INSTEAD = "# (hidden tests)"


def between(lines, begin, end):
    """Return the numbers of the lines, from 1, from each with `begin` to the next with `end`, or to the last.

    Parameters
    ----------
    lines : list of str
    begin, end : str
    """
    found, inside = set(), False
    for number, line in enumerate(lines, start=1):
        inside = inside or begin in line
        if inside:
            found.add(number)
        if end in line:
            inside = False
    return found


def hidden_lines(source):
    """Return the numbers of the lines of a cell that students do not see.

    Parameters
    ----------
    source : str
    """
    return between(source.split("\n"), BEGIN, END)


def without(source, begin=BEGIN, end=END, instead=INSTEAD):
    """Return a cell's text with one line in place of each hidden region.

    Parameters
    ----------
    source : str
    begin, end : str
        What marks a region; where it does not end, all after its beginning goes.
    instead : str
        The line.
    """
    lines, hidden = [], False
    for line in source.split("\n"):
        if begin in line:
            if not hidden:
                lines.append(line[: len(line) - len(line.lstrip())] + instead)
            hidden = True
        elif end in line:
            hidden = False
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)


def runnable_without(source):
    """Return a cell's text without its hidden lines such that it can be run, or None where nothing can.

    Parameters
    ----------
    source : str
    """
    for instead in (INSTEAD, f"pass  {INSTEAD}"):  # a block needs a line that does something
        text = without(source, instead=instead)
        if _body(text) is not None:
            return text
    return None


def written_to_be_read(source):
    """Return the messages that hidden lines give in so many words: of an `assert`, or of an error they raise.

    Parameters
    ----------
    source : str

    Returns
    -------
    set of str
        Only what stands there as it is; a text put together while the test runs may hold an input.
    """
    hidden, found = hidden_lines(source), set()
    for node in (part for top in _body(source) or () for part in ast.walk(top)):
        if getattr(node, "lineno", None) not in hidden:
            continue
        if isinstance(node, ast.Assert):
            found.add(_constant(node.msg))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and len(node.exc.args) == 1:
            found.add(_constant(node.exc.args[0]))
    return found - {None}


def _constant(node):
    return node.value if isinstance(node, ast.Constant) and type(node.value) is str else None


def _body(source):
    with contextlib.suppress(SyntaxError, ValueError):
        return syntax_tree(TransformerManager().transform_cell(source)).body
    return None
