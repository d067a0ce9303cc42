"""One end of a conversation between two processes that ask each other for what lies with the other.

A request is answered before the one who asked goes on, and while it waits it answers requests itself: so a function of one
side can call a function of the other that it was given. `AskingPeer` in `asking` is the judge's end, `AnsweringPeer` in
`answering` the student's.
"""

import pickle
import sys

from mlcourse.grading.judge import errors, operations
from mlcourse.grading.judge.in_place import Snapshot, copy_into, is_mutable
from mlcourse.grading.judge.proxies import is_no_answer, is_remote, remote
from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.references import Reference

REQUEST, ANSWER, RAISED, VALUE = 1, 2, 3, 4  # the last is an answer with nothing beside it
MOST_OBJECTS = 200_000


class Peer:
    """Both ends.

    Parameters
    ----------
    link : Link
    """

    def __init__(self, link):
        self.link = link
        self.objects, self.numbers = [], {}  # handed to the other side: by number, and their numbers by id
        self.remotes = {}  # number over there, where it came from, what it is -> stand-in
        self.arriving = ""  # path of what is on its way

    # --- what crosses as a reference ---

    def refer(self, value):
        """Give the reference under which a value of this side crosses; see `encode`."""
        if is_no_answer(value):
            hash(value)
        if is_remote(value):
            return Reference(value._remote_number)  # nothing is told of what the other side has
        self.may_be_handed_over(value)
        if self.hands_over_a_copy(value):
            return Reference(0, {"whose": "copy", "pickled": pickle.dumps(value)})
        number = self.numbers.get(id(value))
        if number is None:
            if len(self.objects) >= MOST_OBJECTS:
                raise CannotCross(f"is one object too many: {MOST_OBJECTS:,} have crossed already")
            number = self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        kind = operations.kind_of(value)
        named = value if isinstance(value, type) else type(value)
        return Reference(
            number,
            {
                "whose": "mine",
                "kind": kind,
                "name": str(getattr(value, "__name__", named.__name__))[:100],
                "specials": [] if kind == "exception" else operations.specials(value),
                "is_class": isinstance(value, type),
                "libraries": errors.chain_of(value) if kind == "exception" else operations.libraries(value),
            },
        )

    def may_be_handed_over(self, value):
        """Raise `CannotCross` for what must stay; for each end to say."""

    def hands_over_a_copy(self, value):
        """Whether a thing that is no plain value crosses as a copy all the same; only the judge's do."""
        return False

    def unpickled(self, pickled):
        """Give what crossed as a copy; only the student's end does."""
        raise Refused("is a copy of an object, and none are taken here")

    def resolve(self, number, about):
        """Give what a reference stands for; see `decode`."""
        if type(about) is dict and about.get("whose") == "copy":
            return self.unpickled(about["pickled"])
        if about is None:
            if number >= len(self.objects):
                raise Refused(f"is a reference to object {number} of this side, and there is none")
            refused = self.arrived({"kind": "given", "name": ""})
            return self.objects[number] if refused is None else refused
        about = _checked(about)
        refused = self.arrived(about)
        if refused is not None:
            return refused
        # An exception class is one wherever it comes from; of the rest the path says what may be asked of it.
        key = (number,) if about["kind"] == "exception" else (number, self.arriving, about["kind"], *about["specials"])
        if key not in self.remotes:
            self.remotes[key] = remote(self, number, about, self.arriving)
        return self.remotes[key]

    def known_class(self, module, name):
        """A class of this side that the other side's stands on, or None."""
        found = vars(sys.modules[module]).get(name) if module in sys.modules and module != "__main__" else None
        return found if isinstance(found, type) else None

    def arrived(self, about):
        """Look at what is told of a reference that arrives; the judge's end may give something else in its place."""
        return None

    # --- the conversation ---

    def exchange(self, request, path, timeout):
        """Send a request; return kind and body of its answer. Requests that come in between are answered."""
        self.link.send(REQUEST, request, timeout=timeout, refer=self.refer)
        while True:
            kind, body = self._receive(path, timeout)
            if kind != REQUEST:
                return kind, body
            self.answer(body)

    def _receive(self, path, timeout):
        before, self.arriving = self.arriving, path
        try:
            return self.link.receive(timeout=timeout, resolve=self.resolve)
        finally:
            self.arriving = before

    def answer(self, request):
        """Do what was asked and send what came of it."""
        operation, target, args, _, options, _ = self.checked(request)
        try:
            value, changed = self.run(operation, target, args, options)
            body = [value, changed, *self.beside()]
            self.send(ANSWER, body)
        except Exception as error:
            self.send(RAISED, self.told(error))

    def send(self, kind, body):
        """Send an answer; for each end to say how long it may take."""
        raise NotImplementedError

    def beside(self):
        """What else goes with an answer."""
        return ()

    def told(self, error):
        """Return an exception as data."""
        return [type(error), errors.args_of(error), errors.where(error, self.is_cell), *self.beside()]

    @staticmethod
    def is_cell(filename):
        """Whether code of this file is a cell's."""
        return False

    @staticmethod
    def checked(request):
        """Take a request apart, whatever it is: operation, target, arguments, seconds, named arguments, a watch."""
        if type(request) is not list or not 3 <= len(request) <= 6:
            raise Refused("is no request")
        operation, target, args, seconds, options, watch = request + [None] * (6 - len(request))
        options = {} if options is None else options
        if type(operation) is not str or type(args) is not list or type(options) is not dict:
            raise Refused("is a request with parts of other kinds")
        return operation, target, args, seconds, options, watch

    def run(self, operation, target, args, options, watch=None):
        """Perform an operation; return its value, and the arguments it changed."""
        arguments = {str(place): value for place, value in enumerate(args)} | options
        arguments = {name: value for name, value in arguments.items() if is_mutable(value)}
        if not arguments:
            return _crossing(self.perform(operation, target, args, options, watch)), None
        before = Snapshot(arguments, self.refer)
        value = _crossing(self.perform(operation, target, args, options, watch))
        return value, before.changes(arguments)

    def perform(self, operation, target, args, options, watch=None):
        """Do what an operation says; each end adds its own."""
        if operation in operations.SPECIAL:
            return operations.SPECIAL[operation](target, *args, **options)
        if operation in operations.NAMED:
            return operations.NAMED[operation](target, *args)
        raise Refused(f"asks for {operation[:40]!r}, which is unknown")


def _crossing(value):
    return "NotImplemented" if value is NotImplemented else value


def put_back(changed, args, options):
    """Copy what the other side changed into the arguments it was given.

    Parameters
    ----------
    changed : dict
        As `Snapshot.changes` gives it, from the other side.
    args : sequence
    options : dict
    """
    if type(changed) is not dict:
        raise Refused("has changed arguments of another kind")
    for name, new in changed.items():
        if type(name) is not str or not (name in options or (name.isdecimal() and int(name) < len(args))):
            raise Refused("has changed arguments that were not given")
        copy_into(options[name] if name in options else args[int(name)], new)


def _checked(about):
    """What is told about a reference: of known kinds throughout."""
    parts = {"whose": str, "kind": str, "name": str, "specials": list, "is_class": bool, "libraries": list}
    if (
        type(about) is not dict
        or about.keys() != parts.keys()
        or any(type(about[k]) is not t for k, t in parts.items())
    ):
        raise Refused("is a reference of which nothing is told")
    if about["kind"] not in ("exception", "iterator", "callable", "object"):
        raise Refused("is a reference of another kind")
    if about["whose"] != "mine" or not all(type(name) is str for name in about["specials"]):
        raise Refused("is a reference of which something else is told")
    if not all(
        type(pair) is list and len(pair) == 2 and all(type(x) is str for x in pair) for pair in about["libraries"]
    ):
        raise Refused("is a reference with classes that are none")
    return about
