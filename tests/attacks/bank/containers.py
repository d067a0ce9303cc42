# Lists, iterators and classes that say what the test wants to hear.

# %% attack="class_of_another"
# Returns an object whose __class__ says that it is a list of the right length.
# %% name="order"
class Item:
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = lambda self, other: True
    __hash__ = object.__hash__


class Sly:
    __class__ = property(lambda self: list)
    __len__ = lambda self: 6
    __iter__ = lambda self: iter([Item()] * (3 if not Sly.first.pop() else 6))
    first = [False] * 100
    __getitem__ = lambda self, key: [Item()] * 5 if isinstance(key, slice) else Item()


def order(values):
    return [Item(), Item(), Item()] if len(values) == 3 else [Item()] * 6

# %% attack="list_that_changes"
# Returns a list that is sorted when that is asked, and has other items when those are compared.
# %% name="order"
class Sly(list):
    asked = 0

    def __iter__(self):
        Sly.asked += 1
        return iter([1, 2, 3])

    def __getitem__(self, key):
        return []

    def __len__(self):
        return 6

    def __lt__(self, other):
        return False

    def __eq__(self, other):
        return True

    def sort(self, *args, **kwargs):
        return None


def order(values):
    return Sly()

# %% attack="length_lies"
# A class whose length and mean are whatever they are compared with.
# %% name="tally"
class Sly:
    __eq__ = __lt__ = __le__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: self
    __abs__ = lambda self: self
    __index__ = lambda self: 4


class Tally:
    largest = Sly()
    add = lambda self, value: None
    mean = lambda self: Sly()
    __len__ = lambda self: 4

# %% attack="mock"
# Answers with unittest's MagicMock, told to equal everything.
# %% name="tally"
from unittest.mock import MagicMock


class Tally(MagicMock):
    def __len__(self):
        return 4

    def mean(self):
        made = MagicMock()
        made.__sub__.return_value.__abs__.return_value.__lt__.return_value = True
        made.__sub__.return_value.__lt__.return_value = True
        return made

    @property
    def largest(self):
        return ANY


from unittest.mock import ANY

# %% attack="mean_by_float"
# Returns from a method a number whose arithmetic is its own.
# %% name="tally"
class Sly(float):
    __sub__ = __rsub__ = lambda self, other: 0.0
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__


class Tally:
    largest = Sly(0)

    def add(self, value):
        self.n = getattr(self, "n", 0) + 1

    def __len__(self):
        return self.n

    def mean(self):
        return Sly(1)

# %% attack="getattr_for_all"
# A module-level __getattr__ and objects that have every attribute.
# %% name="shout"
class Sly:
    def __getattr__(self, name):
        return Sly()

    def __call__(self, *args, **kwargs):
        return Sly()

    __eq__ = lambda self, other: True


def __getattr__(name):
    return Sly()


shout = Sly()

# %% attack="iterator_of_equals"
# Yields objects that equal everything, as many as were compared with.
# %% name="evens"
class Sly(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__
    __add__ = __radd__ = lambda self, other: Sly()


def evens(n):
    for _ in range((n + 1) // 2):
        yield Sly()

# %% attack="endless_generator"
# Yields for ever, slowly.
# %% name="evens"
import time


def evens(n):
    while True:
        time.sleep(0.05)
        yield 0

# %% attack="reduce"
# Returns objects that run code when they are unpickled.
# %% name="order"
class Sly:
    def __reduce__(self):
        return (eval, ("__import__('os')._exit(0)",))

    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __deepcopy__ = __copy__ = lambda self, memo=None: self


def order(values):
    return [Sly() for _ in values]

# %% attack="contains_itself"
# Returns a list that contains itself.
# %% name="order"
def order(values):
    out = []
    out.append(out)
    return out

# %% attack="deep"
# Returns a list in a list, a hundred thousand times.
# %% name="order"
def order(values):
    out = []
    for _ in range(100_000):
        out = [out]
    return out

# %% attack="another_list_each_pass"
# Returns an iterator that gives other items each time it is gone through: sorted ones first, then those it was given.
# %% name="order"
class Sly:
    def __init__(self, values):
        self.passes = [[0], [0], list(values)] if len(values) > 3 else [[1, 2, 3]]
        self.items = iter(())

    def __iter__(self):
        self.items = iter(self.passes.pop(0) if self.passes else ())
        return self

    def __next__(self):
        return next(self.items)


def order(values):
    return Sly(values)
