"""Which cells a statement reads and writes, told from its own syntax just before it runs.

`reading` and `writing` turn an expression into a function ``look(scope, noted)``, made once for each line. What a look
cannot know it leaves out: writes are found by comparing, too, and a wrong mark is worse than none.
"""

import ast
import itertools
import types

from mlcourse.trace.lines.memory import NOTHING, places, shape_of
from mlcourse.trace.lines.pure import Unknown, path_of, value_of

ONLY_SHAPE = {"shape", "ndim", "size", "dtype", "strides", "nbytes", "itemsize", "flags", "device"}
ONLY_SHAPE_CALLS = {"len", "isinstance", "type", "id", "shape", "ndim", "size"}
ONLY_SHAPE_CALLS |= {"zeros_like", "ones_like", "empty_like", "full_like"}
REARRANGED = {"ravel", "reshape", "transpose", "flatten", "squeeze", "swapaxes"}
MOST_TURNS = 10_000  # of a comprehension


class Noted:
    """What is read and written: lists of (name, value, flat positions).

    Those read have a fourth: the function to which the whole array is handed, or "".
    """

    def __init__(self):
        self.read, self.wrote = [], []


def selection(node):
    """Turn ``x[n, i : i + 3]`` or ``x.T[0]`` into a function of a scope that gives name, value and positions.

    None for an expression that selects nothing by its form. The function raises `Unknown` for what is no array.
    """
    if isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and node.attr not in ("T", "flat")):
        path = path_of(node)
        return path and (lambda scope: _whole(path, scope))
    match node:
        case ast.Attribute(value=base, attr=name):

            def act(at, scope):
                return at.T if name == "T" else at.reshape(-1)
        case ast.Subscript(value=base, slice=index):
            index = value_of(index)

            def act(at, scope):
                return at[index(scope)]
        case ast.Call(func=ast.Attribute(value=base, attr=name), args=arguments, keywords=[]) if name in REARRANGED:
            arguments = [value_of(argument) for argument in arguments]

            def act(at, scope):
                return getattr(at, name)(*[argument(scope) for argument in arguments])
        case _:
            return None
    base = selection(base)

    def select(scope):
        name, value, at = base(scope)
        return name, value, act(at, scope)

    return base and select


def _whole(path, scope):
    value, owner = scope[path], path.rpartition(".")[0]
    shape = shape_of(path, value, scope.sums)
    if shape is None or (owner and isinstance(scope[owner], types.ModuleType)):  # np.pi is no variable
        raise Unknown
    return path, value, places(shape)


def _nothing(scope, noted):
    pass


def _each(looks):
    def look(scope, noted):
        for one in looks:
            one(scope, noted)

    return look if len(looks) != 1 else looks[0]


def _noting(select, through=""):
    def look(scope, noted):
        try:
            name, value, at = select(scope)
        except Exception:  # whatever the line itself will raise in a moment
            return
        noted.read.append((name, value, at.reshape(-1), through))

    return look


def writing(node):
    """Note the cells of a target that is no plain name."""
    select = selection(node)

    def look(scope, noted):
        try:
            name, value, at = select(scope)
        except Exception:
            return
        noted.wrote.append((name, value, at.reshape(-1)))

    return look if select else _nothing


def _growing(node):
    """Note a list that gets more cells; which ones is not known beforehand."""
    path = path_of(node)

    def look(scope, noted):
        if path and type(value := scope.get(path)) is list:
            noted.wrote.append((path, value, NOTHING))

    return look


def reading(node, through=""):
    """Note the cells that an expression, or a simple statement, reads; ``through`` is the function it is handed to."""
    match node:
        case None | ast.Lambda() | ast.Constant():
            return _nothing
        case ast.Attribute(attr=name) if name in ONLY_SHAPE:
            return _nothing
        case ast.Name() | ast.Attribute(attr="T" | "flat") if select := selection(node):
            return _noting(select, through)
        case ast.Attribute() if select := selection(node):  # self.weights, or else x.real
            return _each([_noting(select, through), reading(node.value)])
        case ast.Subscript():
            select = selection(node)
            return _each([_noting(select) if select else reading(node.value), *_indices(node)])
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[right]):
            return _each([reading(side) for side in (left, right) if not path_of(side)])
        case ast.Call():
            return _call(node)
        case ast.BoolOp(op=op, values=parts):
            return _short_circuit([(reading(part), value_of(part)) for part in parts], isinstance(op, ast.Or))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _branch(reading(test), value_of(test), reading(body), reading(other))
        case ast.ListComp(elt=told) | ast.SetComp(elt=told) | ast.GeneratorExp(elt=told):
            return _comprehension(node.generators, reading(told))
        case ast.DictComp(key=key, value=told):
            return _comprehension(node.generators, _each([reading(key), reading(told)]))
    return _each([reading(child) for child in ast.iter_child_nodes(node)])


def _indices(node):
    """What the indices of ``x[idx[k]][j]`` read."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        if isinstance(node, ast.Subscript):
            yield reading(node.slice)
        node = node.value


def _call(node):
    function, arguments = node.func, list(node.args)
    method = isinstance(function, ast.Attribute)
    name = getattr(function, "attr", getattr(function, "id", ""))
    looks = [reading(function.value)] if method else []
    if name in ONLY_SHAPE_CALLS:
        arguments = arguments[1:]
    elif method and name == "at" and len(arguments) >= 2:  # np.add.at(y, index, values)
        where = ast.Subscript(arguments.pop(0), arguments.pop(0), ast.Load())
        looks += [reading(where), writing(where)]
    elif name == "copyto" and arguments:
        looks.append(writing(arguments.pop(0)))
    elif method and name == "fill":
        looks = [writing(function.value)]
    elif method and name in ("append", "extend"):
        looks = [_growing(function.value)]
    looks += [reading(argument, name) for argument in arguments]
    return _each(looks + [writing(k.value) if k.arg == "out" else reading(k.value, name) for k in node.keywords])


def _short_circuit(parts, ends_it):
    def look(scope, noted):
        for read, value in parts:
            read(scope, noted)
            try:
                if bool(value(scope)) is ends_it:
                    return
            except Exception:
                return

    return look


def _branch(read_test, test, body, other):
    def look(scope, noted):
        read_test(scope, noted)
        try:
            chosen = body if test(scope) else other
        except Exception:
            return
        chosen(scope, noted)

    return look


def _comprehension(generators, read):
    outermost = reading(generators[0].iter)
    loops = [(g.target, value_of(g.iter), [(reading(test), value_of(test)) for test in g.ifs]) for g in generators]

    def look(scope, noted):
        outermost(scope, noted)
        try:
            for turn in itertools.islice(_turns(loops, scope, noted), MOST_TURNS):
                read(turn, noted)
        except Exception:
            return

    return look


def _turns(loops, scope, noted):
    """The scope of each turn in which the rest is worked out; what its conditions read is noted."""
    if not loops:
        yield scope
        return
    (target, iterable, tests), *inner = loops
    for value in iterable(scope):
        turn = scope.having(_bound(target, value))
        for read, test in tests:
            read(turn, noted)
            if not test(turn):
                break
        else:
            yield from _turns(inner, turn, noted)


def _bound(target, value):
    """What the names of a target mean, such as those of ``for i, (p, q) in ...``."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if not isinstance(target, ast.Tuple | ast.List):
        raise Unknown
    parts = zip(target.elts, value, strict=True)
    return {name: meant for part, one in parts for name, meant in _bound(part, one).items()}
