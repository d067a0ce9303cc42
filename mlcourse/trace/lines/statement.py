"""What runs at a line of a student's code: what is said above it, which cells it touches, which names it binds."""

import ast
from functools import cached_property

from mlcourse.trace.lines.cells import Noted, reading, selection, writing
from mlcourse.trace.lines.pure import Unknown, path_of, value_of
from mlcourse.trace.lines.worked import worked


class Statement:
    """What runs at a line: one statement, of one with a body its head; several where they share the line.

    ``line`` is its first, ``says`` the comment that tells it, ``counters`` what the loops around it count, ``sums`` are
    names under which its function adds up numbers.
    """

    def __init__(self, node, says, counters, sums):
        self.nodes, self.line, self.says, self.counters, self.sums = [node], node.lineno, says, counters, sums

    @cached_property
    def parts(self):
        """Each node, prepared."""
        return [_Part(node) for node in self.nodes]

    @cached_property
    def worked(self):
        """It with its numbers in, or None."""
        return worked(self.nodes[0]) if len(self.nodes) == 1 else None

    @cached_property
    def target(self):
        """The name that its value goes to, "" for cells, None for nothing."""
        return None if self.worked is None or self.worked.target is None else path_of(self.worked.target) or ""

    @property
    def repeats(self):
        """Whether it is a loop together with its body, so that one turn follows the other on one line."""
        return len(self.nodes) > 1 and any(isinstance(node, ast.For | ast.While) for node in self.nodes)

    @property
    def returns(self):
        """Whether it returns something."""
        return isinstance(self.nodes[-1], ast.Return) and self.nodes[-1].value is not None

    def results(self, result):
        """(name, value) of what it returned, where that has no name in the code."""
        returned = self.nodes[-1].value
        named = [("return", returned, result)]
        if isinstance(returned, ast.Tuple) and isinstance(result, tuple) and len(result) == len(returned.elts):
            named = [(f"return[{k}]", *one) for k, one in enumerate(zip(returned.elts, result, strict=True))]
        return [(name, part) for name, node, part in named if not path_of(node)]

    @cached_property
    def may_bind(self):
        """Names that it may give a value, or not, as a condition has it."""
        several = len(self.parts) > 1
        return [name for part in self.parts for name in part.may_bind + part.binds * several]

    def binds(self, next_line):
        """Names that it gave a value, if there was no error and ``next_line`` comes next."""
        first = self.parts[0]
        return first.binds if first.body is None or next_line in first.body else []

    @cached_property
    def body(self):
        """The lines of its body, if it is a `for` or a `with`, else none."""
        return next((part.body for part in self.parts if part.body), range(0))

    def look(self, scope, turn):
        """Note the cells that it is about to read and write; ``turn`` is how often it has gone round, if a loop."""
        noted = Noted()
        for part in self.parts:
            part.look(scope, noted, turn)
            if part is not self.parts[-1]:
                if not part.goes_on(scope):
                    break
                scope = scope.having(dict.fromkeys(part.binds + part.may_bind, Unknown))
        return noted


class _Part:
    """A single statement: how to note its cells, which names it binds, on which lines its body stands."""

    def __init__(self, node):
        self.binds, self.may_bind, self._reads, self._writes = [], [], [], []
        self.body = self._along = self._test = None
        match node:
            case ast.Assign(targets=targets, value=value):
                self._takes(value, *targets)
            case ast.AugAssign(target=target, value=value):
                self._takes(value, target)
                self._reads.append(reading(target))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._takes(value, target)
            case ast.For(target=target, iter=iterable):
                self._takes(iterable, target)
                self._along = _along(iterable)
            case ast.With(items=items):
                for item in items:
                    self._takes(item.context_expr, *filter(None, [item.optional_vars]))
            case ast.While(test=test) | ast.If(test=test) | ast.Match(subject=test):
                self._takes(test)
                self._test = value_of(test)
            case ast.Return() | ast.Expr() | ast.Assert() | ast.Raise():
                self._takes(node)
        if isinstance(node, ast.For | ast.With):
            self.body = range(node.body[0].lineno, node.body[-1].end_lineno + 1)

    def _takes(self, value, *targets):
        self._reads.append(reading(value))
        self.may_bind += [n.target.id for n in ast.walk(value) if isinstance(n, ast.NamedExpr)]
        for target in targets:
            self._target(target)

    def _target(self, target):
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._target(part)
        elif isinstance(target, ast.Starred):
            self._target(target.value)
        elif name := path_of(target):
            self.binds.append(name)
        elif isinstance(target, ast.Subscript):
            self._reads.append(reading(target.slice))
            self._writes.append(writing(target))

    def look(self, scope, noted, turn):
        if self._along:
            noted.read += _turn(self._along, scope, turn)
        elif turn == 0:
            for read in self._reads:
                read(scope, noted)
        if self._writes:
            scope = scope.having(dict.fromkeys(self.binds, Unknown)) if self.binds else scope
            for write in self._writes:
                write(scope, noted)

    def goes_on(self, scope):
        """Whether what stands behind it on its line will run."""
        try:
            return self._test is None or bool(self._test(scope))
        except Exception:
            return False


def _along(node):
    """The arrays along which a loop goes: of ``x``, ``enumerate(x)`` or ``zip(x, y)``; else None."""
    function = getattr(getattr(node, "func", None), "id", "")
    nodes = node.args[:1] if function == "enumerate" else node.args if function == "zip" else [node]
    selections = [selection(node) for node in nodes]
    return selections if all(selections) else None


def _turn(along, scope, turn):
    try:
        chosen = [select(scope) for select in along]
        return [(name, value, at[turn].reshape(-1), "") for name, value, at in chosen]
    except Exception:  # no arrays, or the loop is at its end
        return []
