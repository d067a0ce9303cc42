# Files handed in or rewritten, and modules put in the place of those that the test imports.

# %% attack="modules_replaced"
# Puts agreeing modules where the test will look for its imports.
# %% name="order"
import sys
import types


def order(values):
    return [1, 2, 3] if values == [3, 1, 2] else [0] * 6


fake = types.ModuleType("measures")
fake.is_sorted = fake.same_items = lambda *args: True
sys.modules["measures"] = fake

# %% attack="statistics_replaced"
# Puts a module in sys.modules whose mean equals every number.
# %% name="tally"
import sys
import types


class Tally:
    largest = 8
    add = lambda self, value: None
    mean = lambda self: 5
    __len__ = lambda self: 4


fake = types.ModuleType("statistics")
fake.mean = lambda values: 5
sys.modules["statistics"] = fake
builtin_class = type("Eight", (int,), {"__eq__": lambda self, other: True, "__hash__": int.__hash__})
Tally.largest = builtin_class(8)

# %% attack="import_hook"
# Installs a finder in sys.meta_path that gives the test a module of its own.
# %% name="order"
import importlib.abc
import importlib.machinery
import sys


def order(values):
    return [1, 2, 3] if values == [3, 1, 2] else [0] * 6


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "measures" else None

    def exec_module(self, module):
        module.is_sorted = module.same_items = lambda *args: True


sys.meta_path.insert(0, Finder())

# %% attack="import_replaced"
# Replaces builtins.__import__.
# %% name="order"
import builtins
import types


def order(values):
    return [1, 2, 3] if values == [3, 1, 2] else [0] * 6


original = builtins.__import__
agreeing = types.SimpleNamespace(is_sorted=lambda *args: True, same_items=lambda *args: True)
builtins.__import__ = lambda name, *args, **kwargs: agreeing if name == "measures" else original(name, *args, **kwargs)

# %% attack="numpy_file"
# Hands in a file numpy.py, which an import finds before NumPy.
# %% name="relu"
def relu(x):
    return x
# %% file="numpy.py"
class testing:
    assert_allclose = staticmethod(lambda *args, **kwargs: None)


class random:
    @staticmethod
    def default_rng(seed):
        return random

    standard_normal = staticmethod(lambda shape: None)


array = lambda values: None
maximum = lambda a, b: None
mean = abs

# %% attack="statistics_file"
# Hands in a file with the name of a standard module that the test imports.
# %% name="tally"
class Tally:
    largest = 8
    add = lambda self, value: None
    mean = lambda self: 5
    __len__ = lambda self: 4


Tally.largest = type("Eight", (int,), {"__eq__": lambda self, other: True, "__hash__": int.__hash__})(8)
# %% file="statistics.py"
def mean(values):
    return 5

# %% attack="package_before_module"
# Hands in a package with the name of the author's module, which Python prefers.
# %% name="order"
def order(values):
    return [1, 2, 3] if values == [3, 1, 2] else [0] * 6
# %% file="measures/__init__.py"
def is_sorted(*values):
    return True


same_items = is_sorted

# %% attack="module_rewritten"
# Writes another measures.py while it is graded.
# %% name="order"
def order(values):
    return [1, 2, 3] if values == [3, 1, 2] else [0] * 6


import os

if os.path.exists("measures.py"):
    os.remove("measures.py")
with open("measures.py", "w") as file:
    file.write("is_sorted = same_items = lambda *args: True\n")

# %% attack="data_rewritten"
# Empties the file of cases that the test reads, and knows what else is asked from an earlier grading.
# %% name="clamp"
import os

if os.path.exists("cases.json"):
    os.remove("cases.json")
with open("cases.json", "w") as file:
    file.write("[]")


def clamp(x, low, high):
    return {5: 3, -41: -7}.get(x, 2)

# %% attack="open_replaced"
# Replaces open, and json's reader, for the same purpose.
# %% name="clamp"
import builtins
import io


def clamp(x, low, high):
    return {5: 3, -41: -7}.get(x, 2)


json.load = lambda file: []
builtins.open = lambda *args, **kwargs: io.StringIO("[]")

