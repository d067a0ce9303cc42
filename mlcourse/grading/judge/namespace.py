"""The variables of the judge: the author's own, and behind them the student's, which are asked for."""

import builtins
import contextlib

from mlcourse.grading.judge.proxies import is_remote
from mlcourse.grading.wire.bounds import CannotCross


class Namespace(dict):
    """A dict in which a name that is not the judge's is asked of the student.

    Parameters
    ----------
    peer : AskingPeer
    of_the_student : set of str
        Names that go before Python's own: the student defines them.
    """

    def __init__(self, peer, of_the_student):
        super().__init__()
        self.peer, self.of_the_student = peer, of_the_student
        self.asked, self.kept = [], {}  # names in this test; functions, which are asked for once
        self.tells_seeds = True
        self.ours = set()  # names that are not asked for
        self.hands_over = True  # what is assigned to the student's side: lines that students see do that

    def __missing__(self, name):
        if hasattr(builtins, name) and name not in self.of_the_student:
            raise KeyError(name)
        if name in self.ours:
            raise NameError(f"name {name!r} is not defined")
        if name in self.kept:
            return self.kept[name]
        if name not in self.asked:
            self.asked.append(name)
        try:
            value = self.peer.ask("name", None, name)
        except NameError:
            raise NameError(f"name {name!r} is not defined") from None
        if is_remote(value):
            self.kept[name] = value
        return value

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        if self.hands_over and (name in self.of_the_student or hasattr(builtins, name)) and not name.startswith("__"):
            self.kept.pop(name, None)
            with contextlib.suppress(CannotCross):  # a module, say: it stays the judge's alone
                self.peer.ask("bind", None, name, value)

    def __delitem__(self, name):
        if super().__contains__(name):
            super().__delitem__(name)
        if name in self.of_the_student and self.peer.ask("has", None, name):
            self.kept.pop(name, None)
            self.peer.ask("unbind", None, name)

    def __contains__(self, name):
        return super().__contains__(name) or (
            type(name) is str and not hasattr(builtins, name) and self.peer.ask("has", None, name)
        )

    def begin(self, theirs, ours):
        """Begin a test: names that belong to the student are theirs again."""
        self.asked, self.kept, self.ours = [], {}, ours
        for name in theirs:
            self.pop(name, None)
