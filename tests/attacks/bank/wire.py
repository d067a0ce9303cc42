# The link between the student's process and the others: its sockets, frames and references, from the inside.
import gc
import os
import socket


def sockets():
    """Every Unix socket of this process: the kernel's own descriptors are left alone."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                one = socket.socket(fileno=os.dup(int(name)))
                if one.family == socket.AF_UNIX:
                    found.append(one)
        except OSError:
            continue
    return found


def links():
    """Everything here that sends and receives values."""
    return [one for one in gc.get_objects() if type(one).__name__ == "Link" and hasattr(one, "receive")]


def peers():
    """Everything here that answers the judge."""
    return [one for one in gc.get_objects() if type(one).__name__.endswith("Peer") and hasattr(one, "link")]


# %% attack="junk_on_every_socket"
# Writes what is no frame into every socket it holds, in the middle of a call.
# %% name="relu"
def relu(x):
    for one in sockets():
        one.settimeout(0.2)
        try:
            one.send(b'{"score": 28, "failed": false}' * 100)
        except OSError:
            continue
    return x

# %% attack="closes_every_socket"
# Shuts down every socket it holds.
# %% name="relu"
for one in sockets():
    one.shutdown(socket.SHUT_RDWR)

# %% attack="announces_too_much"
# Sends the header of a frame that announces more than there is memory for.
# %% name="relu"
def relu(x):
    from mlcourse.grading.wire.frames import HEADER, MAGIC, VERSION

    for link in links():
        link.socket.send(HEADER.pack(MAGIC, VERSION, 2, link.sent, 2**50, 2**50))
    return x

# %% attack="announces_and_waits"
# Announces a frame, sends half of it, and then nothing more.
# %% name="relu"
def relu(x):
    import time

    from mlcourse.grading.wire.frames import HEADER, MAGIC, VERSION

    for link in links():
        link.socket.send(HEADER.pack(MAGIC, VERSION, 2, link.sent, 1000, 0) + b"[" * 500)
    time.sleep(20)

# %% attack="two_million_deep"
# Sends a frame of two million opening brackets.
# %% name="relu"
def relu(x):
    from mlcourse.grading.wire.frames import HEADER, MAGIC, VERSION

    text = b"[" * 2_000_000
    for link in links():
        link.socket.setblocking(True)
        link.socket.sendall(HEADER.pack(MAGIC, VERSION, 2, link.sent, len(text), 0) + text)
    return x

# %% attack="answers_before_it_is_asked"
# Sends answers for the judge in advance, of every kind, and so answers each question with the one before.
# %% name="relu"
for link in links():
    for answer in (True, 3.0, {"score": 28.0, "failed": False}, ["ok", 28.0]):
        link.send(2, [answer, {}, ["", []], None, None], timeout=1)

# %% attack="verdict_in_a_frame"
# Sends a verdict to whoever listens, in frames of every kind.
# %% name="relu"
verdict = {"outputs": [], "score": 28.0, "failed": False, "hidden": False, "seconds": 0.0, "contract": {}}


def relu(x):
    for link in links():
        for kind in (0, 1, 2, 3, 4, 255):
            link.send(kind, verdict, timeout=1)
    return x

# %% attack="outputs_of_other_kinds"
# Answers the driver with outputs that no notebook can hold.
# %% name="relu"
shown = [
    {"output_type": "display_data", "data": {"text/plain": [b"\x00", np.zeros(3)], "image/png": {"a": {1, 2}}}},
    {"output_type": "stream", "name": "stdout", "text": "\ud800 a lone surrogate"},
    {"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {"judge": 1}},
    {"output_type": "error", "ename": "\ud800", "evalue": "", "traceback": [1, None, "\ud800"]},
    ["output_type"],
]
getattr(getattr(get_ipython(), "shown", None), "outputs", []).extend(shown)

# %% attack="everything_is_an_iterator"
# Tells the judge that each of its objects is an iterator, which it would let pass.
# %% name="clamp"
class Sly:
    __eq__ = lambda self, other: True
    __iter__ = lambda self: self
    __next__ = lambda self: 3
    __hash__ = object.__hash__


if peers():
    from mlcourse.grading.judge import operations

    operations.kind_of = lambda target: "callable" if callable(target) else "iterator"
    operations.libraries = lambda target: [["numpy", "ndarray"], ["numbers", "Real"], ["__main__", "clamp"]]


def clamp(x, low, high):
    return Sly()

# %% attack="iterator_equal_to_all"
# Returns an iterator, which crosses as one, whose class compares as it likes.
# %% name="initials"
class Sly:
    __iter__ = lambda self: self
    __next__ = lambda self: "H"
    __eq__ = __contains__ = lambda self, other: True
    __hash__ = lambda self: hash("HAT")
    __bool__ = lambda self: True


def initials(name):
    return Sly()

# %% attack="refers_to_the_judge"
# Answers with references to objects of the judge's own.
# %% name="relu"
def relu(x):
    from mlcourse.grading.wire.references import Reference

    return [Reference(number) for number in range(3)]


if peers():
    from mlcourse.grading.wire import references

    for peer in peers():
        before = peer.refer
        peer.refer = lambda value, before=before: value if isinstance(value, references.Reference) else before(value)

# %% attack="claims_changes"
# Says that it changed its argument in place, into what the test will compute from it.
# %% name="relu"
def relu(x):
    return np.array([0.0, 2.0]) if np.shape(x) == (2,) else np.zeros(np.shape(x))


if peers():
    from mlcourse.grading.judge import in_place

    zeros = lambda arguments: {name: np.zeros(np.shape(value)) for name, value in arguments.items()}
    in_place.Snapshot.changes = lambda self, arguments: zeros(arguments)

# %% attack="changes_what_may_be_changed"
# Where the reference changes its argument in place, changes it into objects that equal everything.
# %% name="centre"
class Sly(float):
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__


def centre(values):
    for n in range(len(values)):
        values[n] = Sly(0)

# %% attack="asks_for_work"
# Asks the judge to calculate something that takes long.
# %% name="relu"
def relu(x):
    for peer in peers():
        peer.ask("__pow__", 7, 30_000_000)
    return x

# %% attack="asks_for_memory"
# Asks the judge for a text of a fifth of a gigabyte, and for the attributes of a class.
# %% name="relu"
def relu(x):
    for peer in peers():
        peer.ask("__format__", 1, "200000000d")
    return x

# %% attack="asks_without_end"
# Asks the judge small things for ever, so that no clock of its own rings.
# %% name="total"
def total(values):
    while peers():
        for peer in peers():
            while True:
                peer.ask("__len__", [1, 2])

# %% attack="asks_for_the_tests"
# Asks the judge for names, frames and attributes that lead to the tests.
# %% name="count"
def count(words):
    for peer in peers():
        for operation, target, args in (
            ("name", None, ["count"]),
            ("lines", None, ["import gc", ["gc"]]),
            ("get", ValueError, ["__subclasses__"]),
            ("get", ValueError, ["__init__"]),
            ("get", AssertionError(), ["__traceback__"]),
            ("set", AssertionError, ["__init__", 1]),
        ):
            try:
                found = peer.ask(operation, target, *args)
            except Exception:
                continue
            return found
    raise LookupError("nothing was told")

# %% attack="errors_of_the_judge"
# Raises the classes by which the judge itself knows how a test went.
# %% name="half"
def half(n):
    import asyncio
    import importlib

    try:
        clock = importlib.import_module("mlcourse.grading.judge.clock")
        asking = importlib.import_module("mlcourse.grading.judge.asking")
    except ImportError:
        raise asyncio.CancelledError from None
    raise (clock.TooSlow, asking.StudentGone, asking.StudentTooSlow, asyncio.CancelledError)[n % 4]
# %% name="relu"
def relu(x):
    import unittest

    raise unittest.SkipTest
# %% name="order"
def order(values):
    raise GeneratorExit

# %% attack="not_implemented"
# Answers with the word that stands for Python's NotImplemented on the way.
# %% name="clamp"
def clamp(x, low, high):
    return "NotImplemented"
# %% name="initials"
def initials(name):
    return NotImplemented
# %% name="half"
class Sly(int):
    __eq__ = lambda self, other: NotImplemented


def half(n):
    if n == 7:
        raise ValueError
    return Sly()
