"""Numbers that running code may change: as they were, which of them changed, and where else the same memory is seen."""

import math
from functools import lru_cache

import numpy as np

from mlcourse.trace.lines.pure import is_tensor

FRACTION = (float, np.floating)
NOTHING = np.empty(0, dtype=int)


def numbers_of(value):
    """Return the numbers of an array, tensor or list as they stand, where it can be as a view; None if it has none."""
    if isinstance(value, np.ndarray):
        numbers = np.asarray(value)
    elif type(value) is not list and not is_tensor(value):
        return None
    else:
        try:
            numbers = np.array(value) if _only_numbers(value) else value.detach().cpu().numpy()
        except (AttributeError, TypeError, ValueError, RuntimeError):  # uneven rows; a format that NumPy does not have
            return None
    return numbers if numbers.dtype.kind in "biuf" else None


def _only_numbers(value):
    """Whether a list holds nothing else, so that to read it calls nothing of a student's."""
    if type(value) is list:
        return bool(value) and all(map(_only_numbers, value))
    return type(value) in (int, float) or isinstance(value, np.ndarray | np.generic)


def shape_of(name, value, sums=()):
    """Return the shape of what is shown under a name, or None for what is not shown.

    Of numbers fractions are: a whole number is mostly an index, unless numbers are added up under its name.
    """
    if isinstance(value, FRACTION) or (name in sums and type(value) in (int, np.int64)):
        return ()
    numbers = numbers_of(value)
    return None if numbers is None else numbers.shape


def as_told(value):
    """Return a copy of an array, tensor, list or number as a trace keeps it."""
    numbers = numbers_of(value)
    return np.array(value if numbers is None else numbers, dtype=float, order="C")


@lru_cache(maxsize=256)
def places(shape):
    """The flat position of each cell of an array."""
    made = np.arange(math.prod(shape)).reshape(shape)
    made.flags.writeable = False
    return made


def all_of(named, sums=()):
    """Return (name, value, flat positions of all cells) for each (name, value) that is shown."""
    shapes = [(name, value, shape_of(name, value, sums)) for name, value in named]
    return [(name, value, places(shape).reshape(-1)) for name, value, shape in shapes if shape is not None]


class Held:
    """An array, tensor or list that is kept an eye on."""

    def __init__(self, value):
        self.value = value  # kept, so that its id stays its own
        numbers = numbers_of(value)
        self._before, self._bits, self._numbers = as_told(value), numbers.tobytes(), numbers
        self._first = self._end = None  # addresses
        if numbers.size and type(value) is not list:
            reach = [(n - 1) * step for n, step in zip(numbers.shape, numbers.strides, strict=True)]
            self._start = numbers.__array_interface__["data"][0]
            self._first = self._start + sum(r for r in reach if r < 0)
            self._end = self._start + sum(r for r in reach if r > 0) + numbers.itemsize

    def changes(self):
        """Return the flat positions of the cells that changed since this was last asked."""
        now = numbers_of(self.value)
        if now is None or ((bits := now.tobytes()) == self._bits and now.shape == self._before.shape):
            return NOTHING
        before, self._before, self._bits = self._before, as_told(now), bits
        if before.shape != now.shape:
            return NOTHING  # it is another array to the reader
        now, before = self._before.reshape(-1), before.reshape(-1)
        changed = (now != before).nonzero()[0]
        return changed[~(np.isnan(now[changed]) & np.isnan(before[changed]))]

    def lies_in(self, other):
        """Whether its memory is part of another's."""
        if self._first is None or other._first is None:
            return False
        return self is not other and other._first <= self._first and self._end <= other._end

    def overlaps_itself(self):
        """Whether several of its cells are the same memory, as in sliding windows."""
        return self._first is not None and self._numbers.nbytes > self._end - self._first

    def positions_in(self, other, positions):
        """Where some of its cells stand in another that shares its memory."""
        addresses = self._addresses()[positions]
        if other._numbers.flags.c_contiguous:  # the same, faster
            return (addresses - other._start) // other._numbers.itemsize
        return np.flatnonzero(np.isin(other._addresses(), addresses))

    def _addresses(self):
        at = np.array(self._start)
        for n, step in zip(self._numbers.shape, self._numbers.strides, strict=True):
            at = at[..., None] + np.arange(n) * step
        return at.reshape(-1)
