"""One test cell of the author's, run in the judge: statement by statement, with what it shows and what it is worth."""

import ast
import asyncio
import inspect
import linecache
import math
import numbers
import re
import traceback

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from mlcourse.grading.judge.names import BEGIN, END
from mlcourse.grading.judge.proxies import is_no_answer, is_remote
from mlcourse.grading.judge.regions import between, hidden_lines
from mlcourse.grading.judge.shell import collecting

ASKS = "_lines_of_the_student_s_side"


class TestText:
    """The text of a test cell, prepared.

    Parameters
    ----------
    source : str
    """

    __test__ = False  # not for pytest

    def __init__(self, source):
        self.lines = source.split("\n")
        self.hidden = hidden_lines(source)
        self.sides = []  # of each region that runs on the student's side: its source, and the names it makes
        self.body = ast.parse(TransformerManager().transform_cell("\n".join(self._without_sides()))).body

    def is_hidden(self, number):
        """Whether a line, counted from 1, is one that students do not see."""
        return number in self.hidden

    def _without_sides(self):
        lines = list(self.lines)
        inside = sorted(between(lines, BEGIN, END))
        regions = [[n for n in inside if n <= last] for last in inside if last + 1 not in inside]
        begun = 0
        for region in regions:
            region = region[begun:]
            begun += len(region)
            text = [lines[n - 1] for n in region[1:-1]]
            indent = min((len(line) - len(line.lstrip()) for line in text if line.strip()), default=0)
            source = "\n".join(line[indent:] for line in text)
            made = {
                n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
            }
            for n in region:
                lines[n - 1] = ""
            lines[region[0] - 1] = " " * indent + f"{ASKS}({len(self.sides)})"
            self.sides.append((source, sorted(made)))
        return lines


class Examination:
    """Run a test cell.

    Parameters
    ----------
    cell : dict
        ``id``, ``source``, ``points``.
    space : Namespace
    shell : Shell
    most : int
        Characters it may show.
    done : set
        Statements that have run before tests; those of this one are added.

    Attributes
    ----------
    outputs, unseen : list of dict
        What the lines that students see have shown, and the others.
    is_hidden : bool
        Whether it failed in hidden lines.
    began_hidden : bool
        Whether hidden lines began to run: from then on the student's process may know of them.
    """

    def __init__(self, cell, space, shell, most, done):
        self.cell, self.space, self.shell, self.most, self.done = cell, space, shell, most, done
        self.file = f"<test {cell['id']}>"
        self.outputs, self.unseen, self.error = [], [], None
        self.is_hidden = self.began_hidden = False
        self.last, self.sides = None, 0

    def run(self, before):
        """Run the statements that the test needs, then its own.

        Parameters
        ----------
        before : list of ast.stmt
        """
        linecache.cache[self.file] = (1, None, [line + "\n" for line in self.cell["source"].split("\n")], self.file)
        where = None
        try:
            self.space.hands_over = self.space.tells_seeds = False
            for node in before:
                self._execute(ast.Module([node], []), "<given>")
                self.done.add(node)
            self.space.tells_seeds = True
            text = where = TestText(self.cell["source"])
            self.sides = len(text.sides)
            dict.__setitem__(self.space, ASKS, lambda number: self._ask_lines(text, number))
            last = text.body.pop() if text.body and isinstance(text.body[-1], ast.Expr) else None
            for node in text.body:
                self._statement(text, node)
            if last is not None:
                self._statement(text, last, shows=True)
        except BaseException as error:
            self.error = error
            if where is not None:
                numbers_of_lines = [
                    n for frame, n in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == self.file
                ]
                self.is_hidden = self.is_hidden or any(map(where.is_hidden, numbers_of_lines))
        finally:
            self.space.hands_over = self.space.tells_seeds = True

    def _statement(self, text, node, shows=False):
        hidden = any(text.is_hidden(n) for n in range(node.lineno, node.end_lineno + 1))
        self.space.hands_over = not hidden
        self.began_hidden = self.began_hidden or hidden
        was_broken = self.space.peer.broken
        with collecting(self.shell, self.most) as shown:
            try:
                if shows:
                    self.last = self._execute(ast.Expression(node.value), self.file)
                    self._show(self.last, shown)
                else:
                    self._execute(ast.Module([node], []), self.file)
            finally:
                self.is_hidden = self.is_hidden or (hidden and self.space.peer.broken != was_broken)
                kept = self.unseen if hidden else self.outputs
                kept += [one for one in shown.outputs if one.get("name") != "stderr"]

    def _execute(self, tree, file):
        mode = "eval" if isinstance(tree, ast.Expression) else "exec"
        code = compile(tree, file, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, self.space, self.space)
        return asyncio.run(value) if inspect.iscoroutine(value) and code.co_flags & inspect.CO_COROUTINE else value

    def _ask_lines(self, text, number):
        source, names = text.sides[number]
        for name, value in self.space.peer.ask("lines", None, source, names).items():
            dict.__setitem__(self.space, name, value)

    def _show(self, value, shown):
        if value is None or is_no_answer(value) or (is_number(value) and self.cell["points"] is not None):
            return
        counts_nothing = self.cell["points"] is None
        if is_remote(value):
            shown.display({"text/plain": repr(value)[:1000]}, {}, counts_nothing)
        else:
            shown.display(*self.shell.display_formatter.format(value), counts_nothing)

    def verdict(self, was_number):
        """Return score, and the reason where it is nothing.

        Parameters
        ----------
        was_number : bool or None
            Whether the last expression was a number in the reference run; None in that run.
        """
        points = self.cell["points"] or 0.0
        if self.space.peer.broken:
            return 0.0, self.space.peer.broken
        if self.error is not None:
            return 0.0, f"{type(self.error).__name__}: {_text(self.error)}"
        if not is_number(self.last):
            if was_number:
                return 0.0, f"The last expression gave no number of points but a {type(self.last).__name__}."
            return points, ""
        reached = float(self.last)
        if not math.isfinite(reached) or not 0 <= reached <= points:
            return 0.0, f"The last expression gave {reached:g} points; expected a number from 0 to {points:g}."
        return reached, ""


def is_number(value):
    """Whether the value of a last expression counts as points; True and False do not, as on nbgrader."""
    if is_no_answer(value):
        return False
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    return (
        isinstance(value, numbers.Real | np.integer | np.floating)
        and not isinstance(value, bool | np.bool_)
        and not is_remote(value)
    )


def _text(error):
    try:
        return re.sub(r"\x1b\[[0-9;]*m", "", str(error))[:4000]
    except BaseException:
        return ""
