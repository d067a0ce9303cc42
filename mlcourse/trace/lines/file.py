"""A student's file or notebook cell: which statement stands on which line, and the text to show."""

import ast
import io
import linecache
import sys
import tokenize
from functools import lru_cache
from pathlib import Path

from mlcourse.trace.lines.statement import Statement
from mlcourse.trace.step import Source

NOT_SAID = ("YOUR CODE HERE", "BEGIN SOLUTION", "END SOLUTION", "%%", "noqa", "type:")  # to machines, not to readers


def file_of(code, names):
    """Return the `File` that a function comes from; None if its text cannot be had or is another by now.

    ``code`` is the function's, ``names`` its globals.
    """
    linecache.checkcache(code.co_filename)
    file = _file(code.co_filename, "".join(linecache.getlines(code.co_filename, names)))
    return file if file and (code.co_firstlineno, code.co_name) in file.functions else None


@lru_cache(maxsize=64)
def _file(name, text):
    try:
        return File(name, text)
    except SyntaxError:
        return None


class File:
    """The statements and functions of a file.

    ``statements`` are those of functions, by every line on which one stands. ``places`` gives for each line of a
    function its `Source`, and which line of that it is. ``functions`` gives the line of a ``def`` by the function's
    first line, with decorators, and its name.
    """

    def __init__(self, name, text):
        tree, self._comments = ast.parse(text), _comments(text)
        self.statements, self.places, self.functions = {}, {}, {}
        for function in _outermost_functions(tree):
            self._show(function, text.splitlines(), name)
            self._read_function(function)

    def _show(self, function, lines, name):
        hidden = range(0)
        if ast.get_docstring(function) is not None and len(function.body) > 1:
            hidden = range(function.body[0].lineno, function.body[0].end_lineno + 1)
        numbers = tuple(n for n in range(function.lineno, function.end_lineno + 1) if n not in hidden)
        text = "\n".join(_dedented(lines[n - 1], function.col_offset) for n in numbers)
        source = Source(function.name, text, _short(name), numbers)
        self.places |= {number: (source, place) for place, number in enumerate(numbers)}

    def _read_function(self, function):
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        self.functions[first, function.name] = function.lineno
        self._read(function.body, "", (), _sums(function))

    def _read(self, body, said, counters, sums):
        for node in body:
            if isinstance(node, ast.FunctionDef):
                self._read_function(node)
            elif isinstance(node, ast.ClassDef):
                self._read(node.body, "", (), set())
            else:
                last = _last_line_of_head(node)
                says, counted = self._said(node.lineno, last) or said, counters + _counted(node)
                if not isinstance(node, ast.Try | ast.TryStar):
                    self._add(Statement(node, says, counted, sums), last)
                for holder in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                    for name in ("body", "orelse", "finalbody"):
                        self._read(getattr(holder, name, ()), says, counted, sums)

    def _add(self, statement, last):
        first = self.statements.setdefault(statement.line, statement)
        if first is not statement:
            first.nodes += statement.nodes
        for line in range(statement.line, last + 1):
            self.statements[line] = first

    def _said(self, first, last):
        """The comment above these lines, or else those beside them."""
        above, line = [], first - 1
        while self._comments.get(line, ("", False))[1]:
            above.insert(0, self._comments[line][0])
            line -= 1
        beside = [self._comments[n][0] for n in range(first, last + 1) if n in self._comments]
        return " ".join(filter(None, above)) or " ".join(filter(None, beside))


def _short(name):
    """What a student calls a file: ``Cell In[3]`` for one of a notebook's cells."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    cell = getattr(getattr(shell, "compile", None), "format_code_name", lambda name: None)(name)
    return " ".join(cell) if cell else Path(name).name


def _comments(text):
    """Line -> its comment, and whether nothing else stands there."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            said = token.string.strip("# ")
            alone = not token.line[: token.start[1]].strip()
            found[token.start[0]] = ("" if said.startswith(NOT_SAID) else said, alone)
    return found


def _last_line_of_head(node):
    match node:
        case ast.If(test=head) | ast.While(test=head) | ast.For(iter=head) | ast.Match(subject=head):
            return head.end_lineno
        case ast.With(items=items):
            return max(part.end_lineno for item in items for part in (item.context_expr, item.optional_vars) if part)
    return node.end_lineno


def _counted(node):
    """What a loop counts: the names it goes through, or those that it waits for and changes itself."""
    match node:
        case ast.For(target=target):
            return tuple(n.id for n in ast.walk(target) if isinstance(n, ast.Name))
        case ast.While(test=test, body=body):
            names = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            changed = {n.id for n in names}
            return tuple(n.id for n in ast.walk(test) if isinstance(n, ast.Name) and n.id in changed)
    return ()


def _sums(function):
    """Names under which more than a count is added up: not those of ``i += 1`` and ``i += step``."""
    added = [n for n in ast.walk(function) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)]
    return {n.target.id for n in added if not isinstance(n.value, ast.Constant | ast.Name)}


def _outermost_functions(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from _outermost_functions(child)


def _dedented(line, by):
    return line[by:] if not line[:by].strip() else line.lstrip()
