"""The student's end of the conversation: does what the judge asks, for a limited time, and says what was printed."""

import contextlib
import pickle
import sys

from mlcourse.grading.judge import errors, operations
from mlcourse.grading.judge.asking import SLOW
from mlcourse.grading.judge.clock import TooSlow, alarm
from mlcourse.grading.judge.gradients import Graphs
from mlcourse.grading.judge.peer import ANSWER, RAISED, REQUEST, VALUE, Peer, put_back
from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.message import encode

NOTHING = [None] * 4  # goes beside most answers


class AnsweringPeer(Peer):
    """The student's end.

    Parameters
    ----------
    link : Link
    namespace : dict
        The notebook's variables.
    printed : callable
        ``printed()``: text and warnings since it was last asked, as a list; None where there were none.
    """

    def __init__(self, link, namespace, printed):
        super().__init__(link)
        self.namespace, self.printed = namespace, printed
        self.graphs, self.watched, self.waiting = Graphs(), None, False

    def serve_one(self):
        """Wait for one request and answer it."""
        kind, body = self._receive("", None)
        if kind != REQUEST:
            raise Refused("is no request")
        self.answer(body)

    def answer(self, request):  # noqa: D102
        before, self.waiting = self.waiting, False
        try:
            self._answer(request)
        finally:
            self.waiting = before

    def _answer(self, request):
        operation, target, args, seconds, options, watch = self.checked(request)
        try:
            with alarm(seconds, self.may_be_broken_off):
                value, changed = self.run(operation, target, args, options, watch)
                graph = self.graphs.keep(value, args, options) if operation == "__call__" else None
            beside = [changed, self.printed(), graph, self.watched]
            alone = beside == NOTHING
            self.send(VALUE if alone else ANSWER, value if alone else [value, *beside])
        except TooSlow:
            self.send(RAISED, [SLOW, [], None, self.printed()])
        except CannotCross as error:
            self.send(
                RAISED, [TypeError, [f"what came back {error.what}: it cannot be compared"], None, self.printed()]
            )
        except BaseException as error:
            self.send(RAISED, self.told(error))
        finally:
            self.watched = None

    def may_be_broken_off(self):
        """Whether no message is on its way."""
        return not self.waiting

    def unpickled(self, pickled):  # noqa: D102
        return pickle.loads(pickled)

    def send(self, kind, body):  # noqa: D102
        self.link.send(kind, body, timeout=None, refer=self.refer)

    def beside(self):  # noqa: D102
        return (self.printed(),)

    @staticmethod
    def is_cell(filename):  # noqa: D102
        return filename.startswith("<ipython-input")

    def perform(self, operation, target, args, options, watch=None):  # noqa: D102
        if operation in operations.SPECIAL and not watch:
            return super().perform(operation, target, args, options)
        if operation == "name":
            if args[0] not in self.namespace:
                raise NameError(f"name {args[0]!r} is not defined")
            return self.namespace[args[0]]
        if operation == "has":
            return args[0] in self.namespace
        if operation == "bind":
            self.namespace[args[0]] = args[1]
        elif operation == "unbind":
            self.namespace.pop(args[0], None)
        elif operation == "signature":
            return operations.signature(target)
        elif operation == "isinstance":
            return isinstance(target, args[0])
        elif operation == "issubclass":
            return issubclass(target, args[0])
        elif operation == "dir":
            return dir(target)
        elif operation == "seed":
            _seed(*args)
        elif operation == "lines":
            return self.lines(*args)
        elif operation == "gradient":
            return self.graphs.backward(*args)
        elif operation == "__call__" and watch:
            return self.watch(target, args, options, watch)
        else:
            return super().perform(operation, target, args, options)
        return None

    def lines(self, source, names):
        """Run lines of the author's among the student's variables; return the plain ones among the names it made."""
        exec(compile(source, "<student side>", "exec"), self.namespace)
        made = {}
        for name in names:
            with contextlib.suppress(KeyError, CannotCross):
                encode(self.namespace[name])
                made[name] = self.namespace[name]
        return made

    def watch(self, target, args, options, source):
        """Call a function while a profile function of the author's looks on; keep what that says."""
        made = {}
        exec(compile(source, "<watch>", "exec"), made)
        looks_on = made["Watch"]()
        before = sys.getprofile()
        sys.setprofile(looks_on)
        try:
            return target(*args, **options)
        finally:
            sys.setprofile(before)
            self.watched = str(looks_on.called)[:200]

    def ask(self, operation, target, *args, **options):
        """Ask the judge, for a stand-in of something of the judge's."""
        before, self.waiting = self.waiting, True
        try:
            kind, body = self.exchange([operation, target, list(args), None, options], "", None)
        finally:
            self.waiting = before
        if kind == RAISED:
            if operation == "__next__" and body[0].__name__ == "StopIteration":
                raise StopIteration
            raise errors.make(body[0], tuple(body[1]))
        if body[1]:
            put_back(body[1], args, options)
        unknown = type(body[0]) is str and body[0] == "NotImplemented" and operation in operations.BINARY
        return NotImplemented if unknown else body[0]


def _seed(library, value):
    if library == "random":
        import random

        random.seed(value)
    elif library in sys.modules:
        module = sys.modules[library]
        (module.random.seed if library == "numpy" else module.manual_seed)(value)
