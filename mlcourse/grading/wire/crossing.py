"""The walk through a value, towards data (`Writer`) and back (`Reader`), and the tables of what is known on the way.

A tree of data holds None, bool, whole numbers of 64 bits, finite floats, text and lists. A list starts with its tag, which
says what it stands for: ``["tuple", 1, 2]``. Bytes lie beside the tree, in the order in which the walk meets them, each
piece filled up to a multiple of 16; no tree can point into them, so no two arrays share memory.
"""

import inspect
import sys

from mlcourse.grading.wire.bounds import CannotCross, Refused

WRITERS = {}  # type -> function(writer, value) that gives its tree
READERS = {}  # tag -> (function(reader, *what follows the tag) that gives the value, least and most that may follow)
LATE = {}  # library -> function(library) that enters its types into WRITERS, once somebody has imported it

INFINITE = float("inf")
ALIGNED = 16  # bytes
ZEROS = bytes(ALIGNED)
SMALL = 32 * 2**10  # bytes; below, a copy costs less than keeping apart


def writes(*types):
    """Enter a function for these types.

    Parameters
    ----------
    *types : type
        Their subclasses cross the same way, unless they are entered themselves.
    """

    def enter(function):
        WRITERS.update(dict.fromkeys(types, function))
        return function

    return enter


def reads(tag):
    """Enter a function for trees with this tag.

    Parameters
    ----------
    tag : str
    """

    def enter(function):
        code = function.__code__
        least = code.co_argcount - 1
        READERS[tag] = function, least, sys.maxsize if code.co_flags & inspect.CO_VARARGS else least
        return function

    return enter


def padding(size):
    """Bytes that fill a piece up.

    Parameters
    ----------
    size : int
        Bytes of the piece.
    """
    return -size % ALIGNED


class Writer:
    """Turn one value into a tree and pieces of bytes.

    Parameters
    ----------
    limits : Limits
    refer : callable or None
        See `encode`.
    """

    def __init__(self, limits, refer=None):
        self.limits, self.refer = limits, refer
        self.nodes, self.keys = 0, 0  # keys: whether we are in one, or in what may not be called either
        self.open = []  # ids of the containers around, from the outside
        self.pieces, self.size = [], 0

    def write(self, value):
        """Give the tree of a value."""
        known = WRITERS.get(type(value)) or self._known(value)
        return known(self, value)

    def _known(self, value):
        for library in tuple(LATE):
            if library in sys.modules:
                LATE.pop(library)(sys.modules[library])
        for base in type(value).__mro__:
            if base in WRITERS:
                return WRITERS[base]
        return WRITERS[object]

    def children(self, owner, values, place):
        """Give the trees of what lies in a container; ``place(number)`` names one for an error."""
        around, own = self.open, id(owner)
        if own in around:
            raise CannotCross(f"is a {type.__repr__(type(owner))} that contains itself: cannot cross")
        if len(around) >= self.limits.depth:
            raise CannotCross(f"lies in {len(around)} containers inside each other: no more than that can cross")
        self.charge(len(values))
        around.append(own)
        nodes = []
        try:
            for value in values:  # `write`, without a call for each
                known = WRITERS.get(type(value)) or self._known(value)
                nodes.append(known(self, value))
        except CannotCross as error:
            raise error.within(place(len(nodes))) from error.__cause__
        finally:
            around.pop()
        return nodes

    def hashed(self, owner, values, place):
        """Give the trees of keys or of a set's elements, in which nothing of the other side may be called."""
        self.keys += 1
        try:
            return self.children(owner, values, place)
        finally:
            self.keys -= 1

    def charge(self, nodes):
        """Count so many values."""
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            raise CannotCross(f"is too much: more than {self.limits.nodes:,} values cannot cross at once")

    def put(self, data):
        """Lay bytes beside the tree; ``data`` is bytes or a flat memoryview of bytes."""
        size = len(data)
        rest = padding(size)
        self.size += size + rest
        if self.size > self.limits.buffers:
            raise CannotCross(f"is too large: more than {self.limits.buffers:,} bytes cannot cross at once")
        if size >= SMALL:
            self.pieces.append(data)
            data = b""
        if rest or data:
            short = self._short()
            short.extend(data)
            short.extend(ZEROS[:rest])

    def _short(self):
        if not self.pieces or type(self.pieces[-1]) is not bytearray:
            self.pieces.append(bytearray())
        return self.pieces[-1]


class Reader:
    """Turn a tree and its bytes into a value, trusting neither.

    Parameters
    ----------
    memory : memoryview
        The bytes beside the tree.
    limits : Limits
    resolve : callable or None
        See `decode`.
    """

    def __init__(self, memory, limits, resolve=None):
        self.memory, self.limits, self.resolve = memory, limits, resolve
        self.nodes, self.keys, self.at = 0, 0, 0

    def read(self, tree):
        """Give the value of a tree."""
        kind = type(tree)
        if kind is list:
            tag = tree[0] if tree else None
            if type(tag) is not str or tag not in READERS:
                raise Refused(f"is tagged {tag[:40]!r}, which is unknown" if type(tag) is str else "has no tag")
            function, least, most = READERS[tag]
            if not least <= len(tree) - 1 <= most:
                raise Refused(f"is a {tag} of {len(tree) - 1} parts; expected {least}{' or more' * (most > least)}")
            return function(self, *tree[1:])
        if kind is str:
            return tree if tree.isascii() else self.text(tree)
        if kind is int:
            return tree if -(2**63) <= tree < 2**63 else self.whole(tree, -(2**63), 2**63 - 1)
        if kind is float and not -INFINITE < tree < INFINITE:
            raise Refused("is nan or infinite, which has a tag of its own, or too large for a float")
        return tree  # bool, None

    def children(self, trees, place):
        """Give the values of what lies in a container; ``place(number)`` names one for an error."""
        self.charge(len(trees))
        values = []
        try:
            read = self.read
            for tree in trees:
                values.append(read(tree))
        except Refused as error:
            raise error.within(place(len(values))) from error.__cause__
        return values

    def hashed(self, trees, place):
        """Give the values of keys or of a set's elements."""
        self.keys += 1
        try:
            return self.children(trees, place)
        finally:
            self.keys -= 1

    def charge(self, nodes):
        """Count so many values."""
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            raise Refused(f"is too much: more than {self.limits.nodes:,} values")

    def take(self, size):
        """Give the next bytes."""
        start, left = self.at, len(self.memory) - self.at
        self.at += size + padding(size)
        if self.at - start > left:
            raise Refused(f"needs {size:,} bytes where {left:,} are left")
        return self.memory[start : start + size]

    def whole(self, tree, least, most):
        """Check a whole number."""
        if type(tree) is not int or not least <= tree <= most:
            raise Refused(f"has a number that is not a whole one from {least} to {most}")
        return tree

    def text(self, tree):
        """Check a text: half a character (a surrogate) could not be written down later."""
        if type(tree) is not str:
            raise Refused("has something else where a text should be")
        if not tree.isascii():
            try:
                tree.encode()
            except UnicodeEncodeError:
                raise Refused("is a text with half a character (a surrogate)") from None
        return tree

    def sequence(self, tree, most):
        """Check a bare list."""
        if type(tree) is not list or len(tree) > most:
            raise Refused(f"has something else where a list of at most {most:,} should be")
        return tree
