"""Whatever the student's process sends in the place of an answer, the judge gets a value, an error, or a failed test."""

import contextlib
import pickle
import socket
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mlcourse.grading.judge.asking import AskingPeer, StudentGone, StudentTooSlow
from mlcourse.grading.judge.contract import Contract, NotAnAnswer
from mlcourse.grading.judge.peer import ANSWER, RAISED, REQUEST, VALUE
from mlcourse.grading.judge.proxies import is_no_answer
from mlcourse.grading.wire.frames import Link
from mlcourse.grading.wire.references import Reference

FAILS_THE_TEST = (NotAnAnswer, StudentGone, StudentTooSlow)
KINDS = st.sampled_from(["exception", "iterator", "callable", "object", "given", "module", ""])
NAMES = st.sampled_from(["__eq__", "__len__", "__call__", "__class__", "__reduce__", "__array__", "get", "x"])
CLASSES = st.sampled_from([["builtins", "ValueError"], ["builtins", "SystemExit"], ["numpy", "ndarray"], ["os", "system"],
                           ["__main__", "Fake"], ["builtins", "StopIteration"], ["subprocess", "CalledProcessError"]])  # fmt: skip
ABOUT = st.one_of(
    st.none(),
    st.builds(lambda data: {"whose": "copy", "pickled": data}, st.binary(max_size=20)),
    st.builds(
        lambda kind, specials, libraries, is_class: {
            "whose": "mine", "kind": kind, "name": "f", "specials": specials, "is_class": is_class, "libraries": libraries,
        },
        KINDS, st.lists(NAMES, max_size=3), st.lists(CLASSES, max_size=3), st.booleans(),
    ),
)  # fmt: skip
FUNCTION = {
    "whose": "mine", "kind": "callable", "name": "f", "specials": ["__call__"], "is_class": False, "libraries": [],
}  # fmt: skip
REFERENCES = st.builds(Reference, st.integers(0, 3), ABOUT)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just(np.ones(2)), NAMES, REFERENCES,
    st.sampled_from(["TooSlow", "NotImplemented"]),
)  # fmt: skip
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)
OPERATIONS = st.sampled_from(
    ["get", "set", "delete", "__call__", "__getitem__", "__setitem__", "name", "lines", "seed", "?"]
)
REQUESTS = st.builds(
    lambda operation, target, args: [operation, target, args], OPERATIONS, VALUES, st.lists(VALUES, max_size=2)
)
ANSWERS = st.tuples(st.just(ANSWER), VALUES | st.builds(lambda *parts: list(parts), *[VALUES] * 5))
ALONE = st.tuples(st.just(VALUE), VALUES)
RAISES = st.tuples(st.just(RAISED), VALUES | st.builds(lambda *parts: list(parts), *[VALUES] * 4))
MESSAGES = st.lists(
    st.one_of(ANSWERS, ALONE, RAISES, st.tuples(st.just(REQUEST), REQUESTS | VALUES)), min_size=1, max_size=4
)


class Account:
    """Something of the author's that a student's code is handed."""

    def __init__(self):
        self.balance, self._secret, self.touched = 10, "secret", []

    def deposit(self, amount):
        """A method, which may be called."""
        self.touched.append(amount)


def outcome(messages, contract):
    """Ask once while the other side sends these messages; return the peer, and what came of it."""
    here, there = socket.socketpair()
    with here, there:
        peer, other, account = AskingPeer(Link(here), contract, 0.2), Link(there), Account()

        def send():
            with contextlib.suppress(Exception):
                for kind, body in messages:
                    other.send(kind, body, timeout=1)
                there.shutdown(socket.SHUT_WR)

        sending = threading.Thread(target=send)
        sending.start()
        try:
            came = peer.ask("__call__", _function(peer), account)
        except (Exception, *FAILS_THE_TEST) as error:
            came = error
        with contextlib.suppress(OSError):  # it is closed where the link was given up
            here.shutdown(socket.SHUT_RDWR)
        sending.join()
    return peer, account, came


def _function(peer):
    return peer.resolve(0, FUNCTION)


DRAWN = settings(
    max_examples=600, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@DRAWN
@given(MESSAGES, st.booleans())
@example([(ANSWER, [Reference(0, FUNCTION)])], False)
@example([(VALUE, Reference(0, FUNCTION))], False)
@example([(ANSWER, [Reference(0, FUNCTION | {"kind": "iterator", "libraries": [["builtins", "SystemExit"]]})])], True)
def test_whatever_is_sent(messages, knows):
    crossed = {"": ["callable"]} | ({"()": ["object", "callable"]} if knows else {})
    peer, account, came = outcome(messages, Contract(False, crossed))
    assert account.balance == 10
    assert account._secret == "secret"
    if is_no_answer(came):
        with pytest.raises(NotAnAnswer) as caught:
            bool(came)
        came = caught.value
    kind = type(came)  # a stand-in may say that it is of any class of a library
    if issubclass(kind, FAILS_THE_TEST):
        assert peer.broken, "a test could swallow it"
    assert not issubclass(kind, SystemExit | StopIteration)


def answer_to(operation, *args, handed):
    """What the judge answers to a request of the student's side about a thing that it handed over."""
    here, there = socket.socketpair()
    with here, there:
        peer, other = AskingPeer(Link(here), Contract(False, {"": ["callable"]}), 5), Link(there)

        def ask():
            with contextlib.suppress(*FAILS_THE_TEST):
                peer.ask("__call__", _function(peer), handed)

        asking = threading.Thread(target=ask)
        asking.start()
        other.receive(timeout=5, resolve=lambda number, about: None)
        other.send(REQUEST, [operation, Reference(0), list(args)], timeout=5)
        kind, body = other.receive(timeout=5, resolve=lambda number, about: None)
        there.shutdown(socket.SHUT_RDWR)
        asking.join()
    return kind, body


def test_an_attribute_of_the_author_s_object_can_be_seen():
    kind, body = answer_to("get", "balance", handed=Account())
    assert (kind, body[0]) == (ANSWER, 10)


@pytest.mark.parametrize("name", ["_secret", "__class__", "__dict__", "__init__"])
def test_what_begins_with_an_underscore_cannot(name):
    kind, body = answer_to("get", name, handed=Account())
    assert kind == RAISED
    assert "can be seen from here" in body[1][0]


def test_nothing_of_the_author_s_object_can_be_set():
    account = Account()
    kind, body = answer_to("set", "balance", 10**6, handed=account)
    assert kind == RAISED
    assert "cannot be changed from here" in body[1][0]
    assert account.balance == 10


@pytest.mark.parametrize("name", ["__globals__", "__code__", "f_globals", "gi_frame", "real"])
@pytest.mark.parametrize(
    "handed", [lambda: 1, (n for n in [1]), Account().deposit], ids=["function", "generator", "method"]
)
def test_functions_and_generators_of_the_author_s_have_no_attributes(handed, name):
    kind, body = answer_to("get", name, handed=handed)
    assert kind == RAISED
    assert "can be seen from here" in body[1][0]


def test_of_a_library_s_object_only_what_is_known_to_be_harmless():
    assert answer_to("__call__", handed=np.random.default_rng(0).normal)[0] == ANSWER
    kind, body = answer_to("get", "bit_generator", handed=np.random.default_rng(0))
    assert kind == RAISED


def test_what_nobody_can_change_crosses_as_a_copy_and_no_copy_is_taken_back():
    about = {"whose": "copy", "pickled": pickle.dumps(print)}
    peer, _, came = outcome([(ANSWER, [Reference(0, about)])], Contract(False, {"": ["callable"]}))
    assert isinstance(came, StudentGone)
    assert "none are taken here" in str(came)
    assert peer.broken


@pytest.mark.parametrize("value", [7, None, [1, 2], [1, {"0": [2]}, ["printed", []], 1, "watched"]])
def test_an_answer_with_nothing_beside_it_is_the_value_whatever_that_looks_like(value):
    peer, _, came = outcome([(VALUE, value)], Contract(False, {"": ["callable"]}))
    assert came == value
    assert not peer.broken
