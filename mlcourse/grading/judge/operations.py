"""What one side may ask of an object that stays on the other: Python's own operations, by the name of their method."""

import asyncio
import inspect
import operator

NUMERIC = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow"),
    *("lshift", "rshift", "and", "xor", "or"),
)
COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")
SINGLE = {
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": abs,
    "invert": operator.invert,
    "len": len,
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "str": str,
    "repr": repr,
    "format": format,
    "iter": iter,
    "next": next,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "hash": hash,
}


def _method(name):
    def run(target, *args, **options):
        return getattr(type(target), name)(target, *args, **options)

    return run


def _call(target, *args, **options):
    return target(*args, **options)


# name -> function(target, *args, **options)
SPECIAL = {f"__{name}__": function for name, function in SINGLE.items()}
SPECIAL |= {f"__{side}{name}__": _method(f"__{side}{name}__") for name in NUMERIC for side in ("", "r", "i")}
SPECIAL |= {f"__{name}__": _method(f"__{name}__") for name in (*COMPARED, "enter", "exit", "reversed")}


def _await(target):
    async def waiting():
        return await target

    return asyncio.run(waiting())


SPECIAL["__call__"], SPECIAL["__await__"] = _call, _await
BINARY = {f"__{side}{name}__" for name in NUMERIC for side in ("", "r", "i")} | {f"__{name}__" for name in COMPARED}
NAMED = {"get": getattr, "set": setattr, "delete": delattr}
DUNDERS = {"__name__", "__qualname__", "__doc__", "__module__", "__defaults__", "__annotations__", "__dict__"}


def specials(target):
    """Return which of Python's operations an object's class has of its own, as names.

    Parameters
    ----------
    target : object
    """
    # Looked up in the classes themselves: `getattr` would find what the metaclass has as well, such as `type.__call__`.
    nobodys = (object, type) if isinstance(target, type) else (object,)
    own = {}
    for base in reversed([base for base in type.mro(type(target)) if base not in nobodys]):
        own.update(vars(base))
    found = [name for name in SPECIAL if own.get(name) is not None]
    return ["__call__", *(name for name in found if name != "__call__")] if isinstance(target, type) else found


def signature(target):
    """Return a function's parameters as plain data: ``[[name, kind, has a default, the default], ...]``.

    Parameters
    ----------
    target : callable
    """
    rows = []
    for one in inspect.signature(target).parameters.values():
        has = one.default is not inspect.Parameter.empty
        plain = one.default if type(one.default) in (int, float, str, bool, tuple) else None
        rows.append([one.name, int(one.kind), has, plain])
    return rows


def signature_of(rows):
    """Return the `inspect.Signature` of what `signature` made.

    Parameters
    ----------
    rows : list
    """
    return inspect.Signature(
        [
            inspect.Parameter(
                str(name), inspect._ParameterKind(kind), default=default if has else inspect.Parameter.empty
            )
            for name, kind, has, default in rows
        ]
    )


def kind_of(target):
    """Return what a thing is to the other side: "exception", "iterator", "callable" or "object".

    Parameters
    ----------
    target : object
    """
    if isinstance(target, type) and issubclass(target, BaseException):
        return "exception"
    if hasattr(type(target), "__next__"):
        return "iterator"
    return "callable" if callable(target) else "object"


def libraries(target):
    """Return the classes of libraries that an object's class stands on: ``[[module, qualname], ...]``.

    Parameters
    ----------
    target : object
    """
    kinds = type.mro(target if isinstance(target, type) else type(target))
    return [[str(base.__module__), str(base.__qualname__)] for base in kinds if base.__module__ != "builtins"][:20]
