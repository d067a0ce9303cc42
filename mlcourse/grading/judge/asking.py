"""The judge's end of the conversation: asks the student's process, and keeps to the contract."""

import copy
import dataclasses
import time

from mlcourse.grading.judge import errors, gradients, operations
from mlcourse.grading.judge.beside import Mirror, report
from mlcourse.grading.judge.contract import DECIDING, NotAnAnswer, join
from mlcourse.grading.judge.in_place import is_mutable
from mlcourse.grading.judge.may import may_be_asked, may_be_handed_over
from mlcourse.grading.judge.peer import RAISED, REQUEST, VALUE, Peer, put_back
from mlcourse.grading.judge.proxies import NoAnswer
from mlcourse.grading.wire.bounds import ENDED, CannotCross, LinkLost, Refused, WireError
from mlcourse.grading.wire.references import Reference

SLOW = "TooSlow"  # what the student's side says then
NOT_IN_TIME = "Your code did not answer in time."
TEST_TOO_LONG = "The test took longer than it may."
GRACE = 3.0  # seconds in which the other side notices that its time is over


class StudentTooSlow(BaseException):
    """The student's function did not return in time."""


class StudentGone(BaseException):
    """The student's process does not answer any more, or not in words of the wire."""


class AskingPeer(Peer):
    """The judge's end.

    Parameters
    ----------
    link : Link
    contract : Contract
    seconds : float
        Longest time for one request.
    withheld : sequence of str
        Modules that the student's side does not have.

    Attributes
    ----------
    broken : str
        Why the test that runs has failed whatever it makes of it; empty if it has not.
    """

    def __init__(self, link, contract, seconds, withheld=()):
        super().__init__(link)
        self.contract, self.seconds, self.withheld = contract, seconds, withheld
        self.broken, self.gone = "", ""
        self.asking = 0  # requests under way
        self.mirror = Mirror()
        self.author = {}  # the author's names
        self.unexpected = False  # an answer changed arguments that the reference leaves alone
        self.puts_back = False  # and whether such a change is made here too,
        self.as_it_was = []  # for the time of a test
        self.spent = set()  # generators that have come to their end
        self.pending = None  # an error that waits until the student's side is done
        self.end = None  # when the time of the test is over

    def fail(self, error):
        """Note that the test has failed, and raise."""
        self.broken = self.broken or str(error)
        raise error

    def ask(self, operation, target, *args, **options):
        """Ask for something; raise what the student's code raised."""
        return self.request(operation, target, args, options)[0]

    def request(self, operation, target, args, options, *, seconds=None, watch=None):
        """Ask for something; return the value and what a watch said."""
        if operation in ("__iter__", "__next__") and self._only_iterates(target):
            return self._next(operation, target), None
        return self._request(operation, target, args, options, seconds, watch)

    def _only_iterates(self, target):
        """Whether a generator came where the reference gave something else: it can be gone through once, as it came."""
        contract, about = self.contract, target._remote_about
        known = contract.recording or "iterator" in contract.crossed.get(target._remote_path, ())
        return about["kind"] == "iterator" and not known

    def _next(self, operation, target):
        if operation == "__iter__":
            return target
        if target._remote_number in self.spent:
            raise StopIteration
        try:
            return self._request(operation, target, (), {})[0]
        except StopIteration:
            self.spent.add(target._remote_number)
            raise

    def _request(self, operation, target, args, options, seconds=None, watch=None):
        path = self._path(operation, target, args)
        if self.gone:
            self.fail(StudentGone(self.gone))
        for told in self.mirror.pending():
            self.request(*told, {})
        own = seconds is not None
        seconds = self.seconds if seconds is None else seconds
        if self.end is not None and not own:
            seconds = max(min(seconds, self.end - time.monotonic()), 0.05)
        over_there = None if target is None else Reference(target._remote_number)
        request = [operation, over_there, list(args), seconds, *([options, watch] if options or watch else [])]
        kind, body = self._exchange(request, path, seconds + GRACE)
        if kind == RAISED:
            self._raise(body, operation, own)
        value, changed, printed, graph, watched = self._parts([body] if kind == VALUE else body, 1, 5)
        report(printed)
        if changed:
            if self.contract.changes(path) or own:
                self._guarded(put_back, changed, args, options)
            elif self.puts_back:
                self.as_it_was.append((args, options, copy.deepcopy((args, options))))
                self._guarded(put_back, changed, args, options)
            else:
                self.unexpected = True
        if graph is not None:
            value = self._guarded(gradients.tied, self, graph, value, args, options)
        if type(value) is str and value == "NotImplemented" and operation in operations.BINARY:
            value = NotImplemented
        return value, watched

    def restore(self):
        """Give the author's objects back the content that a second run changed."""
        while self.as_it_was:
            args, options, (old_args, old_options) = self.as_it_was.pop()
            changed = {str(place): value for place, value in enumerate(old_args)} | old_options
            put_back({name: value for name, value in changed.items() if is_mutable(value)}, args, options)

    def _path(self, operation, target, args):
        if target is None:
            return str(args[0]) if operation == "name" else ""
        path = target._remote_path
        if operation in operations.SPECIAL:
            if operation in DECIDING:
                self._kept(self.contract.operation, path, operation, _what(target._remote_about))
            more = {"__call__": "()", "__getitem__": "[]", "__next__": "[]", "__iter__": ""}
            return join(path, more.get(operation, f".{operation}()")) if more.get(operation) != "" else path
        if operation in operations.NAMED:
            return join(path, f".{args[0]}")
        return path

    def _kept(self, check, *args):
        try:
            check(*args)
        except NotAnAnswer as error:
            self.fail(error)

    def _exchange(self, request, path, timeout):
        self.asking += 1
        try:
            answer = self.exchange(request, path, timeout)
        except CannotCross:
            raise
        except WireError as error:
            self.gone = (
                ENDED
                if isinstance(error, LinkLost)
                else f"The process that ran your code sent what is no answer: {error}."
            )
            self.link.close()  # so that it does not wait for an answer
            self.fail(StudentGone(self.gone))
        finally:
            self.asking -= 1
        if self.pending and not self.asking:
            pending, self.pending = self.pending, None
            raise pending
        return answer

    def answer(self, request):
        """Answer, and let what no test may catch wait until the student's side is done."""
        if self.end is not None and time.monotonic() > self.end + GRACE:
            raise LinkLost("it goes on asking after the end of its time")
        try:
            super().answer(request)
        except (Refused, LinkLost):
            raise
        except BaseException as error:
            self.pending = self.pending or error
            self.send(RAISED, [RuntimeError, ["The test was broken off."], None])

    def _guarded(self, function, *args):
        try:
            return function(*args)
        except Refused as error:
            self.fail(StudentGone(f"What your code gave back {error.what}."))

    def _parts(self, body, least, most):
        if type(body) is not list or not least <= len(body) <= most:
            self.gone = "The process that ran your code sent an answer of another form."
            self.fail(StudentGone(self.gone))
        return body + [None] * (most - len(body))

    def _raise(self, body, operation, own):
        kind, args, where, printed = self._parts(body, 4, 4)
        report(printed)
        if type(kind) is str and kind == SLOW:
            error = StudentTooSlow(NOT_IN_TIME)
            if own and not self.broken:
                raise error
            self.fail(error)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)) or type(args) is not list:
            kind, args = RuntimeError, ["an error that is none"]
        if operation == "__next__" and kind.__name__ == "StopIteration":
            raise StopIteration
        error = errors.make(kind if issubclass(kind, Exception) else RuntimeError, tuple(args))
        error.asked_outside = None
        if type(where) is list and len(where) == 3 and type(where[1]) is int:
            error.asked_outside = str(where[0])[:100], where[1], str(where[2])[:300]
        raise error

    # --- what the student's side may see and do ---

    def may_be_handed_over(self, value):  # noqa: D102
        may_be_handed_over(value)

    def hands_over_a_copy(self, value):
        """What nobody can change, of a class that both sides can import."""
        kind = type(value)
        frozen = dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen
        there = not any(f"{kind.__module__}.".startswith(f"{name}.") for name in ("__main__", *self.withheld))
        return frozen and there

    def known_class(self, module, name):  # noqa: D102
        found = self.author.get(name) if module == "__main__" else super().known_class(module, name)
        return found if type(found) is type or isinstance(found, type) else None

    def arrived(self, about):  # noqa: D102
        if about["kind"] == "exception" and self.link.arriving == RAISED:
            return None
        if about["kind"] == "given" and self.link.arriving == REQUEST:
            return None  # what it was given it may hand on
        path = join(self.arriving, "<-") if self.link.arriving == REQUEST else self.arriving
        try:
            self.contract.crossing(path, about["kind"], _what(about))
        except NotAnAnswer as error:
            refused = error
            return NoAnswer(lambda: self.fail(refused))
        return None

    def perform(self, operation, target, args, options, watch=None):
        """Do what the student's code asks of an object of the judge's, if that may be asked."""
        number = self.numbers.get(id(target))
        if number is None or self.objects[number] is not target:
            raise Refused("asks something of what is no object of this side")
        may_be_asked(operation, target, args, self.contract)
        return super().perform(operation, target, args, options)

    def send(self, kind, body):  # noqa: D102
        try:
            self.link.send(kind, body, timeout=self.seconds + GRACE, refer=self.refer)
        except CannotCross as error:
            self.link.send(RAISED, [TypeError, [f"what came back {error.what}"], None], timeout=GRACE)

    def called(self, function, args, options, *, seconds=None, watch=None):
        """Call a function of the student's with a limit and a watch of the caller's own; see `outside`.

        Returns
        -------
        value : object
        watched : str or None
        """
        try:
            return self.request("__call__", function, args, options, seconds=seconds, watch=watch)
        except StudentTooSlow as error:
            raise TimeoutError(str(error)) from None


def _what(about):
    said = {
        "callable": "a function",
        "iterator": "a generator",
        "exception": "an exception class",
        "given": "back what it was given",
    }
    return said.get(about["kind"], f"an object of class {about['name']}")
