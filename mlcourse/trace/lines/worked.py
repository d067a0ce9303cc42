"""A statement as it stands, then with its numbers in: ``total += x[1, 2] * w[0, 1] = 3 * 0.1, so total = 5.3``."""

import ast
import copy
import re

import numpy as np

from mlcourse.trace.formula import factor, number
from mlcourse.trace.lines.cells import ONLY_SHAPE, selection
from mlcourse.trace.lines.memory import as_told
from mlcourse.trace.lines.pure import Unknown, path_of, value_of

MOST_LETTERS = 160


def worked(node):
    """Return the `Worked` of an assignment, a return, a call or a condition; None for any other statement."""
    match node:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() | ast.Subscript() as target], value=value):
            return Worked(value, target)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return Worked(value, target)
        case ast.AugAssign(target=target, op=op, value=value):
            sign = ast.unparse(ast.BinOp(ast.Name("a"), op, ast.Name("b")))[2:-2]
            return Worked(value, target, f"{sign}=")
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Tuple):
            return Worked(value)
        case ast.Expr(value=value) if not isinstance(value, ast.Yield | ast.YieldFrom | ast.Await):
            return Worked(value)
        case ast.If(test=test) | ast.While(test=test):
            return Worked(test, between=": ")
    return None


class Worked:
    """A statement whose indices and numbers can be put in.

    ``target`` is what the value goes to, ``sign`` how; ``between`` stands before the value with its numbers in.
    """

    def __init__(self, value, target=None, sign="=", between=" = "):
        self.target, self._sign, self._between = target, sign, between
        self._value, self._goes_to = _Text(value), target and _Text(target)

    def before(self, scope, numbers):
        """Put in the indices, and if wanted the numbers, as they are before it runs; `after` goes on from that."""
        value, target = self._value.with_indices(scope), self._goes_to.with_indices(scope) if self.target else ""
        changed = value != self._value.text or (self.target and target != self._goes_to.text)
        return target, value, self._value.with_numbers(scope) if numbers else "", changed

    def after(self, before, result):
        """Say all of it, with the one number that it came to, or None. Empty where it would only repeat the code."""
        target, value, numbers, changed = before
        if not changed and not numbers and result is None:
            return ""
        text = f"{target} {self._sign} {value}" if target else value
        if numbers:
            text += self._between + numbers
        text = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}..."
        if result is None:
            return text
        if target and self._sign != "=":
            return f"{text}, so {target} = {number(result)}"
        return text if (numbers or value) == number(result) else f"{text} = {number(result)}"


class _Text(ast.NodeTransformer):
    """An expression as text, with its variables as pieces that are written anew for each scope."""

    def __init__(self, node):
        self.text, self._pieces, self._about_one_number = ast.unparse(node), [], True
        parts = re.split(r"_piece(\d+)_", ast.unparse(self.visit(copy.deepcopy(node))))
        self._parts = list(zip(parts[::2], [*map(int, parts[1::2]), None], strict=True))

    def _variable(self, node):
        root = node
        while isinstance(root, ast.Subscript) or getattr(root, "attr", None) in ("T", "flat", *ONLY_SHAPE):
            root = root.value
        if not path_of(root):
            return self.generic_visit(node)
        self._pieces.append(_Variable(node))
        return ast.Name(f"_piece{len(self._pieces) - 1}_", ast.Load())

    visit_Name = visit_Attribute = visit_Subscript = _variable

    def visit_Call(self, node):
        function = node.func
        self.generic_visit(node)
        node.func = function if isinstance(function, ast.Name) else node.func
        return node

    def visit_IfExp(self, node):
        self._about_one_number = False  # only one of its sides counts
        return self.generic_visit(node)

    def _has_own_names(self, node):
        self._about_one_number = False
        return node

    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _has_own_names
    visit_NamedExpr = visit_JoinedStr = _has_own_names

    def _filled(self, write):
        return "".join([before + ("" if k is None else write(self._pieces[k])) for before, k in self._parts])

    def with_indices(self, scope):
        """The text with the indices as numbers."""
        return self._filled(lambda piece: piece.with_indices(scope))

    def with_numbers(self, scope):
        """The text with numbers for all that is a number; "" if it is about arrays, or nothing is."""
        if not self._about_one_number:
            return ""
        alone = [text for text, _ in self._parts] == ["", ""]
        try:
            text = self._filled(lambda piece: piece.number(scope, number if alone else factor))
        except Unknown:
            return ""
        return text if text != self.with_indices(scope) else ""


class _Variable:
    """A variable in an expression: ``total``, ``x[i + p, j]``, ``w.shape[0]``."""

    def __init__(self, node):
        self._text, self._select, self._value = ast.unparse(node), selection(node), value_of(node)
        self._template = _template(node)

    def with_indices(self, scope):
        return "".join([part if type(part) is str else part(scope) for part in self._template])

    def number(self, scope, write):
        """Its number as text, or its text if it is none; `Unknown` for an array."""
        try:
            _, value, at = self._select(scope)
        except Exception:  # no array, or no such cell
            at = None
        if at is not None:
            if at.size != 1:
                raise Unknown
            return write(as_told(value).reshape(-1)[at.reshape(-1)[0]])
        try:
            value = self._value(scope)
        except Exception:
            return self._text
        return (
            write(value) if type(value) in (int, float) or isinstance(value, np.integer | np.floating) else self._text
        )


def _template(node):
    """Text, and functions of a scope that write an index."""
    if isinstance(node, ast.Attribute):
        return [*_template(node.value), f".{node.attr}"]
    if not isinstance(node, ast.Subscript):
        return [ast.unparse(node)]
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    text, texts = ast.unparse(node.slice), [ast.unparse(part) for part in parts]
    value = value_of(ast.Tuple(parts, ast.Load()))

    def index(scope):
        try:
            return ", ".join([_index_text(part, text) for part, text in zip(value(scope), texts, strict=True)])
        except Exception:  # not known, or of any length, as with a star
            return text

    return [*_template(node.value), "[", index, "]"]


def _index_text(index, text):
    """An index as a number; a list or mask as its text."""
    if type(index) is slice:
        ends = (index.start, index.stop) if index.step is None else (index.start, index.stop, index.step)
        return ":".join(["" if end is None else str(end) for end in ends])
    if type(index) is tuple and all(type(part) is int for part in index):
        return ", ".join(map(str, index))
    return str(index) if type(index) is int or isinstance(index, np.integer) else text
