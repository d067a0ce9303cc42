"""Stand-ins for objects of the other side: what is done with one is asked over there.

A stand-in has the special methods that the object's class over there has, and no others, so that Python, NumPy and torch see
in it what they would see in the object; names with two underscores are never asked for, except a few that only tell.
"""

from mlcourse.grading.judge import errors, operations

CLASSES = {}  # name and special methods -> class


class Remote:  # noqa: D101
    # An object of the other side, known there under a number; what it told of it, and where it came from (see `contract`).
    # It has no docstring, since `__doc__` is the object's.

    __slots__ = ("__weakref__", "_remote_about", "_remote_number", "_remote_path", "_remote_peer")

    def __init__(self, peer, number, about, path):
        for name, value in (("peer", peer), ("number", number), ("about", about), ("path", path)):
            object.__setattr__(self, f"_remote_{name}", value)

    @property
    def __class__(self):
        """The first class known here that the object's class stands on, so that isinstance sees it."""
        return next(iter(_known(self)), type(self)) if not self._remote_about["is_class"] else type(self)

    def __getattr__(self, name):
        if name == "__signature__":
            return operations.signature_of(self._remote_peer.ask("signature", self))
        if name == "__bases__" and self._remote_about["is_class"]:
            return (*_known(self), object)
        if name[:2] == "__" and name[-2:] == "__" and name not in operations.DUNDERS:
            raise AttributeError(name)
        return self._remote_peer.ask("get", self, name)

    def __setattr__(self, name, value):
        self._remote_peer.ask("set", self, name, value)

    def __delattr__(self, name):
        self._remote_peer.ask("delete", self, name)

    def __instancecheck__(self, value):
        return is_remote(value) and self._remote_peer.ask("isinstance", value, self)

    def __subclasscheck__(self, value):
        return is_remote(value) and self._remote_peer.ask("issubclass", value, self)

    def __eq__(self, other):
        return is_remote(other) and other._remote_number == self._remote_number

    def __hash__(self):
        return self._remote_number

    @property
    def __doc__(self):
        """That of the object."""
        return self._remote_peer.ask("get", self, "__doc__")

    def __repr__(self):
        return self._remote_peer.ask("__repr__", self)

    def __str__(self):
        return self._remote_peer.ask("__str__", self)

    def __format__(self, spec):
        return format(str(self), spec)

    def called_outside(self, args, options, *, seconds, watch):
        """Call it with a limit of the caller's own; return the answer, and what a profile function over there has noted.

        Parameters
        ----------
        args : tuple
        options : dict
        seconds : float
            After that it raises `TimeoutError`.
        watch : str or None
            Source of a module with a class ``Watch``: a profile function, with an attribute ``called``.
        """
        return self._remote_peer.called(self, args, options, seconds=seconds, watch=watch)

    def __dir__(self):
        return self._remote_peer.ask("dir", self)

    def __deepcopy__(self, memo):
        return self

    def __copy__(self):
        return self

    def __reduce_ex__(self, protocol):
        raise TypeError("a stand-in for the other side's object cannot be pickled")


def is_remote(value):
    """Whether a value is a stand-in, whatever it says of its class."""
    return Remote in type(value).__mro__


class NoAnswer:
    """What came where only a value may. It may be dropped, as many a result is; whatever else is done with it fails the test.

    Parameters
    ----------
    fail : callable
        Raises.
    """

    __slots__ = ("_fail",)

    def __init__(self, fail):
        object.__setattr__(self, "_fail", fail)

    def __getattribute__(self, name):
        object.__getattribute__(self, "_fail")()


def _failing(self, *args, **options):
    object.__getattribute__(self, "_fail")()


for _name in (
    *operations.SPECIAL,
    "__hash__",
    "__dir__",
    "__setattr__",
    "__delattr__",
    "__array__",
    "__instancecheck__",
):
    setattr(NoAnswer, _name, _failing)


def is_no_answer(value):
    """Whether a value is one that only fails."""
    return type(value) is NoAnswer


def remote(peer, number, about, path):
    """Make the stand-in for what the other side told.

    Parameters
    ----------
    peer, number, about, path
        See `Remote`.
    """
    if about["kind"] == "exception":
        return errors.class_of(about["libraries"])
    names = frozenset(about["specials"]) & operations.SPECIAL.keys() - {"__str__", "__repr__", "__format__"}
    called = about["name"] if about["name"].isidentifier() and not about["is_class"] else "Remote"
    if (called, names) not in CLASSES:
        body = {"__slots__": (), "__doc__": vars(Remote)["__doc__"], "__hash__": Remote.__hash__}
        CLASSES[called, names] = type(called, (Remote,), body | {name: _special(name) for name in names})
    return CLASSES[called, names](peer, number, about, path)


def _known(remote):
    about, peer = remote._remote_about, remote._remote_peer
    return [found for pair in about["libraries"] if (found := peer.known_class(*pair)) is not None]


def _special(name):
    def method(self, *args, **options):
        return self._remote_peer.ask(name, self, *args, **options)

    def leave(self, kind, error, where):
        return self._remote_peer.ask(name, self, kind, error, None)

    def wait(self):
        return self._remote_peer.ask(name, self)
        yield

    method.__name__ = name
    return {"__exit__": leave, "__await__": wait}.get(name, method)
