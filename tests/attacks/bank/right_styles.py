# Right submissions in styles of their own: classes, iterators, subclasses, closures. All must have full points.

# %% right="lambdas"
# Lambdas, functools.partial and functions of libraries in the place of functions.
# %% name="relu"
from functools import partial, reduce

relu = partial(np.maximum, 0)
# %% name="clamp"
clamp = lambda x, low, high: max(low, min(x, high))
# %% name="order"
order = sorted
# %% name="initials"
initials = lambda name: "".join(map(lambda word: word[:1].upper(), name.split()))
# %% name="evens"
evens = lambda n: (number for number in range(n) if number % 2 == 0)

# %% right="slots"
# A class with __slots__, a class method, operators and a property of its own.
# %% name="tally"
class Tally:
    __slots__ = ("_largest", "_n", "_sum")

    def __init__(self, *values):
        self._n, self._sum, self._largest = 0, 0, None
        for value in values:
            self.add(value)

    @classmethod
    def of(cls, values):
        return cls(*values)

    def add(self, value):
        self._n += 1
        self._sum += value
        self._largest = value if self._largest is None else max(self._largest, value)
        return self

    def __len__(self):
        return self._n

    def __bool__(self):
        return False

    def __eq__(self, other):
        return type(other) is Tally and len(self) == len(other)

    __hash__ = None

    def mean(self):
        return np.float64(self._sum) / self._n

    largest = property(lambda self: self._largest)

# %% right="dataclass"
# A dataclass that inherits, and a list for a base.
# %% name="tally"
from dataclasses import dataclass, field


@dataclass
class Base:
    values: list = field(default_factory=list)

    def __len__(self):
        return len(self.values)


class Tally(Base):
    def add(self, value):
        self.values.append(value)

    def mean(self):
        return np.mean(self.values)

    def __getattr__(self, name):
        if name == "largest":
            return max(self.values)
        raise AttributeError(name)

# %% right="subclasses_of_values"
# Subclasses of ndarray, int, str and dict, and scalars of NumPy.
# %% name="relu"
class Picture(np.ndarray):
    pass


def relu(x):
    return np.maximum(x, 0).view(Picture)
# %% name="clamp"
def clamp(x, low, high):
    return np.clip(x, low, high)
# %% name="initials"
class Text(str):
    pass


def initials(name):
    return Text("").join(word[0] for word in name.upper().split())
# %% name="count"
from collections import Counter, OrderedDict, defaultdict


def count(words):
    return Counter(words)
# %% name="classify"
import enum


class Label(enum.IntEnum):
    NO = 0
    YES = 1


def classify(x):
    return Label(int(x > 0))
# %% name="half"
def half(n):
    if n % 2:
        raise ValueError("odd")
    return np.int64(n) // 2

# %% right="own_errors"
# An exception class of its own that stands on the one that is due, raised from another.
# %% name="half"
class OddNumberError(ValueError):
    def __init__(self, number, *, why):
        super().__init__(f"{number}: {why}")
        self.number = number


def half(n):
    try:
        assert n % 2 == 0
    except AssertionError as error:
        raise OddNumberError(n, why="it is odd") from error
    return n / 2

# %% right="keeps_state"
# Keeps state between calls: a cache, a counter, a global.
# %% name="clamp"
from functools import lru_cache

calls = 0


@lru_cache
def clamp(x, low, high):
    global calls
    calls += 1
    return low if x < low else high if x > high else x
# %% name="count"
seen = {}


def count(words):
    seen.clear()
    for word in words:
        seen[word] = seen.get(word, 0) + 1
    return seen

# %% right="recursion_and_closures"
# Recursion, nested functions, closures and default arguments.
# %% name="order"
def order(values):
    if len(values) < 2:
        return values
    first, *rest = values
    return order([v for v in rest if v < first]) + [first] + order([v for v in rest if v >= first])
# %% name="classify"
def above(border=0):
    def classify(x, *, border=border):
        return int(x > border)

    return classify


classify = above()
# %% name="evens"
def evens(n, start=0):
    if start < n:
        yield start
        yield from evens(n, start + 2)

# %% right="generators"
# Returns iterators and tuples where the author returns a list, as far as the tests allow.
# %% name="evens"
class evens:
    def __init__(self, n):
        self.next, self.n = -2, n

    def __iter__(self):
        return self

    def __next__(self):
        self.next += 2
        if self.next >= self.n:
            raise StopIteration
        return self.next
# %% name="order"
def order(values):
    return tuple(sorted(values))

# %% right="helpers_and_types"
# Helpers of its own, type hints, star imports, del, and a docstring with the word for what is forbidden.
# %% name="centre"
from typing import Any


def centre(values: Any) -> None:
    shifted = _shifted(values)
    values[:] = shifted


def _shifted(values):
    middle = np.mean(values)
    return [value - middle for value in values]
# %% name="total"
from math import *


def total(values: list[float], /) -> float:
    """Adds up without the function of that name."""
    found: float = 0
    for value in values:
        found = _add(found, value)
    return found


def _add(a, b):
    return a + b


scratch = 3
del scratch

# %% right="decorated"
# Functions in decorators, in a class, and bound methods of an object.
# %% name="shout"
import functools


def loud(function):
    @functools.wraps(function)
    def louder(text):
        function(text.upper())

    return louder


@loud
def shout(text):
    import sys

    sys.stdout.write(text)
    print(end="!\n")
# %% name="initials"
class Namer:
    def initials(self, name):
        return "".join(word[0].upper() for word in name.split())


initials = Namer().initials
# %% name="classify"
class classify:
    def __new__(cls, x):
        return bool(x > 0)
