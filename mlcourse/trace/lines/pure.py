"""The value of an expression of running code, where working it out once more changes nothing.

Names, constants, arithmetic, slices, shapes and a few functions such as ``range`` are pure, on numbers and arrays.
``next(it)``, ``rng.integers(3)``, a property or a student's own class are not: they raise `Unknown` and are not touched.
"""

import ast
import builtins
import copy
import itertools

import numpy as np

PURE_NODES = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Starred, ast.Call),
    *(ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    ast.expr_context,
)
PURE_CALLS = (
    *(abs, bool, divmod, enumerate, float, int, len, max, min, range, reversed, round, slice, sum, tuple, zip),
    *(itertools.product, np.arange, np.ndindex),
)
PLAIN = {int, float, bool, str, slice, range, type(None), type(...), type(np.s_), np.float64, np.int64}
LOOKED_AT = {  # attributes that nothing is computed for
    np.ndarray: ("shape", "ndim", "size"),
    np.nditer: ("multi_index", "index", "iterindex"),
    slice: ("start", "stop", "step"),
}


class Unknown(Exception):
    """The value cannot be had without running something again."""


class Scope:
    """What names mean in a running function: first its own, then those of its module or notebook, then Python's.

    ``sums`` are names under which numbers are added up, so that a whole number there is more than an index. ``over``
    are names that mean something else for now; `Unknown` as a value says that it is not known.
    """

    __slots__ = ("beside", "here", "over", "sums")

    def __init__(self, here, beside, sums=(), over=None):
        self.here, self.beside, self.sums, self.over = here, beside, sums, over or {}

    def having(self, names):
        """Return a scope in which these names, a dict, mean something else."""
        return Scope(self.here, self.beside, self.sums, self.over | names)

    def __getitem__(self, path):
        """What ``x`` or ``self.weights`` means; no property is called."""
        if not self.over and path in self.here:
            return self.here[path]
        first, *attributes = path.split(".")
        value = next((names[first] for names in self._all() if first in names), Unknown)
        for name in attributes:
            value = _attribute(value, name)
        if value is Unknown:
            raise Unknown
        return value

    def _all(self):
        return self.over, self.here, self.beside, vars(builtins)

    def get(self, path):
        """What it means, or None where that cannot be told."""
        try:
            return self[path]
        except Unknown:
            return None


def _attribute(owner, name):
    kind = type(owner)
    if name in LOOKED_AT.get(kind, ()):
        return getattr(owner, name)
    if name in ("shape", "ndim") and is_tensor(owner):
        return tuple(owner.shape) if name == "shape" else len(owner.shape)
    try:
        own = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        raise Unknown from None
    if name not in own or any(name in vars(base) for base in kind.__mro__):
        raise Unknown  # a property, perhaps
    return own[name]


def is_tensor(value):
    """Whether a value is a torch tensor; nothing is imported for that."""
    return hasattr(type(value), "detach") and hasattr(type(value), "numpy")


def path_of(node):
    """Return ``"self.weights"`` for the node that reads so, None for one that is no such path."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name) if before := path_of(owner):
            return f"{before}.{name}"
    return None


def value_of(node):
    """Turn an expression into a function of a `Scope` that works out its value.

    It raises `Unknown` where that is not pure, and what Python raises where it cannot be worked out.
    """
    if any(not isinstance(part, PURE_NODES) or getattr(part, "keywords", ()) for part in ast.walk(node)):
        return _unknown
    named = _Named()
    pure = ast.fix_missing_locations(ast.Expression(named.visit(copy.deepcopy(node))))
    for part in ast.walk(pure):
        if isinstance(part, ast.Attribute):  # of something that has no name
            return _unknown
        if isinstance(part, ast.Subscript | ast.Tuple):  # a target is looked at, too
            part.ctx = ast.Load()
    code, paths = compile(pure, "<pure>", "eval"), named.paths

    def value(scope):
        names = {name: _plain(scope[path]) for path, name in paths.items()}
        return eval(code, {"__builtins__": {}, "slice": slice}, names)

    return value


def _unknown(scope):
    raise Unknown


class _Named(ast.NodeTransformer):
    """Gives each path one name, so that what it means can be looked up and checked; and makes a call of ``a:b``."""

    def __init__(self):
        self.paths = {}

    def _name(self, node):
        if path := path_of(node):
            return ast.Name(self.paths.setdefault(path, f"_{len(self.paths)}"), ast.Load())
        return self.generic_visit(node)

    visit_Name = visit_Attribute = _name

    def visit_Slice(self, node):
        ends = [self.visit(end) if end else ast.Constant(None) for end in (node.lower, node.upper, node.step)]
        return ast.Call(ast.Name("slice", ast.Load()), ends, [])


def _plain(value):
    """Return a value on which every operator is pure, or raise `Unknown`."""
    kind = type(value)
    if kind in PLAIN or (kind is np.ndarray and not value.dtype.hasobject):
        return value
    if kind in (tuple, list):
        for part in value:
            _plain(part)
        return value
    if isinstance(value, np.number | np.bool_) or any(value is pure for pure in PURE_CALLS):
        return value
    raise Unknown
