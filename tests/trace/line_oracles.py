"""What the lines of a function do, found out in other ways than `mlcourse.trace.follow` finds it out.

`touched` sets every cell to NaN in turn and runs the line: it reads no index and compares no copies. `moments` copies
everything after every line.
"""

import ast
import contextlib
import copy
import io
import linecache
import sys

import numpy as np

MARK = 12345.678  # a value that no example comes to


def touched(function, *arrays):
    """Find out which cells each statement reads and writes.

    Each is run many times over, so it must be one that can be: no ``next(it)``, no random numbers.

    Parameters
    ----------
    function : callable
        Its own statements only; not those of functions that it calls.
    *arrays : numpy.ndarray

    Returns
    -------
    list of (ast.stmt, dict, dict, set)
        For each simple statement in the order they ran: name -> set of flat positions that it read (every name that
        was tried), and that it wrote; the names that it gave another value. Fractions only; nothing for one that raises.
    """
    statements, found, running = _statements(function), [], None

    def trace(frame, event, argument):
        nonlocal running
        if frame.f_code is not function.__code__:
            return None
        if event == "line":
            statement, before = statements.get(frame.f_lineno), running
            running = statement
            if statement is not None and statement is not before:
                names = {**frame.f_globals, **frame.f_locals}
                with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
                    found.append((statement, *_tried(statement, names, set(frame.f_locals))))
        return trace

    _traced(trace, function, arrays)
    return found


def moments(function, *arrays):
    """Copy all numbers and arrays after every line, also of the functions beside it.

    Returns
    -------
    list of (int, dict)
        The line that ran, and what the names of its function meant then.
    """
    found, pending = [], {}

    def trace(frame, event, argument):
        if frame.f_globals is not function.__globals__ or frame.f_code.co_name.startswith("<"):
            return None
        if event in ("line", "return") and frame in pending:
            kept = {name: np.array(v, dtype=float) for name, v in frame.f_locals.items() if _is_number(v)}
            found.append((pending.pop(frame), kept))
        if event == "line":
            pending[frame] = frame.f_lineno
        return trace

    _traced(trace, function, arrays)
    return found


def _traced(trace, function, arrays):
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(Exception):
            function(*[a.copy() for a in arrays])
    finally:
        sys.settrace(before)


def _statements(function):
    tree = ast.parse("".join(linecache.getlines(function.__code__.co_filename)))
    simple = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)
    return {n: node for node in ast.walk(tree) if isinstance(node, simple) for n in _lines(node)}


def _is_number(value):
    return isinstance(value, int | float) or getattr(getattr(value, "dtype", None), "kind", "") in tuple("biuf")


def _lines(node):
    return range(node.lineno, node.end_lineno + 1)


def _tried(statement, names, local):
    """(read, wrote, bound) of one statement."""
    if isinstance(statement, ast.Return):
        statement = ast.Assign([ast.Name("returned", ast.Store())], statement.value or ast.Constant(None))
    code = compile(ast.fix_missing_locations(ast.Module([statement], [])), "tried", "exec")
    arrays = {name: names[name] for name in sorted(local) if _is_float_array(names[name])}
    arrays |= {name: np.array(names[name]) for name in sorted(local) if isinstance(names[name], float)}
    kept, bound = {name: array.copy() for name, array in arrays.items()}, set()

    def run(name=None, position=None, value=None):
        """What the names mean and what the arrays hold afterwards; beforehand one cell may get a value."""
        if name is not None:
            arrays[name][np.unravel_index(position, arrays[name].shape)] = value
        poisoned = {other: _differs(array, kept[other]) for other, array in arrays.items()}
        before = {n: copy.deepcopy(v) if isinstance(v, list) else v for n, v in names.items()}
        before |= {n: float(arrays[n]) for n in arrays if isinstance(names[n], float)}
        after = dict(before)
        try:
            exec(code, after)
            bound.clear()
            bound.update(n for n in after.keys() - {"__builtins__"} if after[n] is not before.get(n))
            given = {n: _numbers(v) for n, v in after.items() if n in bound or isinstance(v, list)}
        except (ValueError, IndexError):
            given = None
        held = {other: array.copy() for other, array in arrays.items()}
        for other, array in arrays.items():
            array[...] = kept[other]
        return given, held, poisoned

    plain_given, plain, _ = run()
    if plain_given is None:
        return {}, {}, set()
    named = {name for name in bound if plain_given[name] is not None}
    read = {name: set() for name in arrays}
    wrote = {name: set(np.flatnonzero(_differs(plain[name], kept[name])).tolist()) for name in arrays}
    for name, array in arrays.items():
        for position in range(array.size):
            given, held, poisoned = run(name, position, np.nan)
            elsewhere = any((_differs(held[n], plain[n]) & ~poisoned[n]).any() for n in arrays)
            if given is None or elsewhere or _differs_somewhere(given, plain_given):
                read[name].add(position)
            _, marked, _ = run(name, position, MARK)
            if marked[name].flat[position] != MARK:
                wrote[name].add(position)
                if np.isnan(held[name].flat[position]):
                    read[name].add(position)
    return read, {n: at for n, at in wrote.items() if at}, named


def _is_float_array(value):
    return isinstance(value, np.ndarray) and value.dtype == float and value.size and value.flags.writeable


def _numbers(value):
    """All fractions in an array, a number or a tuple of these, in one row; None if there are none."""
    if isinstance(value, tuple | list):
        parts = [part for part in map(_numbers, value) if part is not None]
        return np.concatenate(parts) if parts else None
    if isinstance(value, float) or getattr(value, "dtype", None) in (float, complex):
        return np.array(value, dtype=complex).reshape(-1).view(float)
    return None


def _differs(a, b):
    return ~((a == b) | (np.isnan(a) & np.isnan(b)))


def _differs_somewhere(given, plain):
    for name, numbers in given.items():
        if numbers is not None and (numbers.shape != plain[name].shape or _differs(numbers, plain[name]).any()):
            return True
    return given.keys() != plain.keys()
