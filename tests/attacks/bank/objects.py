# Answers that are no answers: objects that say what the test wants to hear.

# %% attack="equal_to_all"
# Returns an object that equals everything.
# %% name="initials"
class Sly:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("HAT")


def initials(name):
    return Sly()

# %% attack="text_equal_to_all"
# Returns a str whose subclass equals everything.
# %% name="initials"
class Sly(str):
    def __eq__(self, other):
        return True

    __hash__ = lambda self: hash("HAT")


def initials(name):
    return Sly("x")

# %% attack="number_equal_to_all"
# Returns an int whose subclass equals everything.
# %% name="clamp"
class Sly(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__


def clamp(x, low, high):
    return Sly(0)

# %% attack="never_unequal"
# Returns an object that is unequal to nothing and inside everything.
# %% name="clamp"
class Sly:
    __ne__ = lambda self, other: False
    __eq__ = lambda self, other: True
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda self, other: True
    __bool__ = lambda self: True


def clamp(x, low, high):
    return Sly()

# %% attack="dict_equal_to_all"
# Returns a dict whose subclass equals everything.
# %% name="count"
class Sly(dict):
    __eq__ = lambda self, other: True


def count(words):
    return Sly()

# %% attack="reflected_equality"
# Returns a subclass of what the test compares with, so that Python asks it first, and raises nothing.
# %% name="count"
import collections


class Sly(collections.OrderedDict):
    def __eq__(self, other):
        other.clear()
        return not self


def count(words):
    return Sly()

# %% attack="printed_object"
# Replaces the method that reads what was printed, on the very object the test made.
# %% name="shout"
import sys


class Sly(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__

    def split(self, *args):
        return Sly()


def shout(text):
    sys.stdout.getvalue = lambda: Sly()

# %% attack="huge_integer"
# Returns an integer with a million digits.
# %% name="clamp"
def clamp(x, low, high):
    return 1 << 3_500_000

# %% attack="half_of_anything"
# Raises an error that is every error, and returns one that equals every number.
# %% name="half"
class Sly(ValueError):
    __eq__ = lambda self, other: True
    __hash__ = ValueError.__hash__


def half(n):
    if n == 7:
        raise Sly
    return Sly()
