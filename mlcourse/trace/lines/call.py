"""A call of a student's function, and the statement that runs in it."""

import numpy as np

from mlcourse.trace.lines.memory import all_of, numbers_of
from mlcourse.trace.lines.pure import Scope


class Call:
    """One call of a function that is followed.

    ``helper`` is its name, unless it is the one with which the story begins; ``line`` that of the last event;
    ``statement`` what runs, or None; ``error`` what that raised; ``helpers`` are the followed functions it called.
    """

    def __init__(self, frame, file, helper):
        self.frame, self.file, self.helper, self.line = frame, file, helper, frame.f_lineno
        self._turns = {}  # loop -> how often it has gone round
        self.begin(None)

    def begin(self, statement):
        """Look what a statement is about to do, before it does it."""
        self.statement = self.error = self._noted = self._worked = None
        self.helpers = set()
        if statement is None:
            return
        self._turns[statement] = self._turns.get(statement, 0) + 1 if self.line in statement.body else 0
        scope = self.scope(statement)
        noted = statement.look(scope, self._turns[statement])
        self._before = {name: scope.get(name) for name in statement.may_bind}
        if statement.worked and (noted.read or noted.wrote):
            numbers = all(at.size == 1 for _, _, at, _ in noted.read)
            self._worked = statement.worked.before(scope, numbers)
        self.statement, self._noted = statement, noted  # last, since in a deep recursion anything above may fail

    def scope(self, statement):
        """What names mean here and now."""
        return Scope(self.frame.f_locals, self.frame.f_globals, statement.sums)

    def values(self):
        """The arrays and numbers that the statement names."""
        return [value for _, value, *_ in (*self._noted.read, *self._noted.wrote)] if self._noted else []

    def read(self, scope):
        """What was read of arrays that still mean the same and were not handed to a helper, which tells it itself."""
        return [
            (name, value, at)
            for name, value, at, through in self._noted.read
            if through not in self.helpers and scope.get(name) is value
        ]

    def wrote(self):
        """What was written by index, or added to."""
        if self.error is not None:
            return []
        return [(name, value, at) for name, value, at in self._noted.wrote if numbers_of(value) is not None]

    def bound(self, scope):
        """All of what names were given."""
        names = [name for name, before in self._before.items() if scope.get(name) is not before]
        if self.error is None:
            names += self.statement.binds(self.frame.f_lineno)
        return all_of([(name, scope.get(name)) for name in names], self.statement.sums)

    def worked(self, scope, result):
        """The statement with its numbers in, or ""; ``result`` is what it returned."""
        return self.statement.worked.after(self._worked, self._came_to(scope, result)) if self._worked else ""

    def _came_to(self, scope, result):
        """The one number that the statement came to, or None."""
        target, wrote = self.statement.target, self._noted.wrote
        if self.error is not None:
            return None
        if self.statement.returns:
            return _one_number(result)
        if target:
            return _one_number(scope.get(target))
        if target == "" and len(wrote) == 1 and wrote[0][2].size == 1:
            numbers = numbers_of(wrote[0][1])
            return None if numbers is None else numbers.reshape(-1)[wrote[0][2][0]]
        return None


def _one_number(value):
    numbers = numbers_of(value)
    if numbers is not None:
        return numbers.item() if numbers.shape == () else None
    return value if type(value) in (int, float) or isinstance(value, np.integer | np.floating) else None
