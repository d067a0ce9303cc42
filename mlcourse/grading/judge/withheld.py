"""Modules that the student's process does not have, since an exercise asks for what is in them."""

import importlib.abc
import importlib.machinery
import sys
import types


class Withheld(ImportError):
    """Raised by whatever is used of a module that is not there while answers are graded."""


class _StandIn(types.ModuleType):
    """A module of which anything can be named, and nothing used: a cell that only imports it goes on."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unusable(f"{self.__name__}.{name}")


class _Unusable:
    def __init__(self, name):
        self.__name__ = self.__qualname__ = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unusable(f"{self.__name__}.{name}")

    def __call__(self, *args, **options):
        raise Withheld(f"{self.__name__} is not there while answers are graded", name=self.__name__)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names):
        self.names = tuple(names)

    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(f"{one}.") for one in self.names):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _StandIn(spec.name)

    def exec_module(self, module):
        pass


def withhold(names):
    """Put stand-ins into the place of modules, also where they are imported already.

    Parameters
    ----------
    names : sequence of str
        ``package.module``; what lies below goes with it.
    """
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    for name in [n for n in sys.modules if finder.find_spec(n)]:
        del sys.modules[name]
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(child, None)
