"""Frames over a socket: whole, in order, within limits and in time, or the link is given up and says why."""

import array
import os
import signal
import socket
import threading
import time

import numpy as np
import pytest
from crossings import listed, same

from mlcourse.grading.wire.bounds import CannotCross, LinkLost, Refused, TimedOut
from mlcourse.grading.wire.frames import HEADER, MAGIC, VERSION, Link
from mlcourse.grading.wire.message import encode
from mlcourse.grading.wire.references import Reference

LONG = 30  # seconds; nothing here needs them


@pytest.fixture
def ends():
    """Two sockets, connected."""
    both = socket.socketpair()
    yield both
    for end in both:
        end.close()


def sending(link, *values):
    """Send from another thread, since a socket holds only so much."""

    def send():
        for value in values:
            link.send(1, value, timeout=LONG)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def frame(text=b"1", beside=b"", *, magic=MAGIC, version=VERSION, kind=1, sequence=0, texts=None, besides=None):
    lengths = len(text) if texts is None else texts, len(beside) if besides is None else besides
    return HEADER.pack(magic, version, kind, sequence, *lengths) + text + bytes(-len(text) % 16) + beside


def test_what_is_sent_is_received(ends):
    one, other = map(Link, ends)
    values = [*listed().values(), np.random.default_rng(0).normal(size=(3, 400_000)), b"x" * 5_000_000]
    thread = sending(one, *values)
    for value in values:
        kind, got = other.receive(timeout=LONG)
        assert kind == 1
        assert same(value, got)
    thread.join()
    other.send(255, Reference(3, "f"), timeout=LONG)
    assert one.receive(timeout=LONG, resolve=lambda number, about: (number, about)) == (255, (3, "f"))


def test_frames_that_arrive_together_or_cut_anywhere_are_whole_and_in_order(ends):
    there, here = ends
    values = [[7, "a" * 30], np.arange(40.0), 2.5]
    messages = [encode(value) for value in values]
    whole = b"".join(
        frame(one.text, b"".join(map(bytes, one.pieces)), sequence=number) for number, one in enumerate(messages)
    )
    for cut in range(len(whole) + 1):
        link, late = Link(here), threading.Timer(0.002, there.sendall, [whole[cut:]])
        there.sendall(whole[:cut])
        late.start()
        assert same(values, [link.receive(timeout=LONG)[1] for _ in values]), cut
        assert link.ahead == b""
        late.join()


def test_more_pieces_than_the_system_takes_at_once(ends):
    one, other = map(Link, ends)
    value = [part for number in range(1500) for part in (np.full(5000, number), b"ab")]
    assert len(encode(value).pieces) == 3000
    thread = sending(one, value)
    assert same(value, other.receive(timeout=LONG)[1])
    thread.join()


def test_arrays_of_a_frame_are_aligned_and_apart(ends):
    one, other = map(Link, ends)
    value = [np.arange(9, dtype=np.uint8), np.arange(10_001.0), "x" * 201, np.arange(10_001.0), np.arange(3)]
    thread = sending(one, value)
    got = other.receive(timeout=LONG)[1]
    thread.join()
    assert all(a.flags.aligned and a.flags.writeable for a in got if isinstance(a, np.ndarray))
    got[1][:] = 0
    assert same(value[2:], got[2:])


FORGED = {
    "magic": (frame(magic=b"http"), "begins with b'http"),
    "version": (frame(version=2), "begins with b'judg"),
    "a frame lost": (frame(sequence=1), "has the number 1; expected 0"),
    "a frame twice": (frame() + frame(), "has the number 0; expected 1"),
    "text": (frame(texts=2**24 + 1), "announces 16,777,217 bytes of text"),
    "all the text a header can name": (frame(texts=2**32 - 1), "announces 4,294,967,295 bytes of text"),
    "bytes": (frame(besides=2**29 + 1), "536,870,913 beside it"),
    "all the bytes a header can name": (frame(besides=2**64 - 1), "18,446,744,073,709,551,615 beside it"),
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_header_is_refused_and_the_link_given_up(ends, kind):
    data, says = FORGED[kind]
    link = Link(ends[0])
    ends[1].sendall(data)
    if kind == "a frame twice":
        assert link.receive(timeout=LONG) == (1, 1)
    with pytest.raises(Refused) as error:
        link.receive(timeout=LONG)
    assert says in str(error.value)
    for again in (lambda: link.receive(timeout=LONG), lambda: link.send(1, 1, timeout=LONG)):
        with pytest.raises(LinkLost, match="was given up: the message"):
            again()


@pytest.mark.parametrize(
    "length", [0, 1, HEADER.size - 1, HEADER.size, HEADER.size + 3, len(frame(beside=b"a" * 16)) - 1]
)
def test_a_frame_cut_short_is_a_lost_link(ends, length):
    link = Link(ends[0])
    ends[1].sendall(frame(beside=b"a" * 16)[:length])
    ends[1].close()
    with pytest.raises(LinkLost, match="the other side closed the link") as error:
        link.receive(timeout=LONG)
    assert type(error.value) is LinkLost


@pytest.mark.parametrize("length", [0, 3, HEADER.size + 2])
def test_silence_ends_in_time(ends, length):
    link = Link(ends[0])
    ends[1].sendall(frame(text=b"[" * 99)[:length])
    begun = time.monotonic()
    with pytest.raises(TimedOut, match="did not answer in time"):
        link.receive(timeout=0.1)
    assert 0.09 < time.monotonic() - begun < LONG
    with pytest.raises(LinkLost, match="was given up"):
        link.receive(timeout=0.1)


def test_drop_by_drop_ends_in_time(ends):
    """Each byte comes well within the time that the whole has."""
    link, over = Link(ends[0]), threading.Event()

    def drip():
        for byte in frame(text=b" " * 150):
            if over.wait(0.02):
                return
            ends[1].sendall(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(TimedOut):
        link.receive(timeout=0.3)
    over.set()
    thread.join()


def test_what_nobody_takes_ends_in_time(ends):
    link = Link(ends[0])
    with pytest.raises(TimedOut):
        link.send(1, np.zeros(10**7, np.uint8), timeout=0.1)
    with pytest.raises(LinkLost, match="was given up"):
        link.send(1, 1, timeout=LONG)


def test_no_time_at_all_is_too_late(ends):
    link = Link(ends[0])
    ends[1].sendall(frame())
    with pytest.raises(TimedOut):
        link.receive(timeout=0)


def test_the_other_side_is_gone(ends):
    link, other = map(Link, ends)
    other.close()
    with pytest.raises(LinkLost, match="the other side is gone"):
        link.send(1, 1, timeout=LONG)
    with pytest.raises(LinkLost, match="it was closed"):
        other.receive(timeout=LONG)


def test_a_refused_value_in_a_whole_frame_leaves_the_link(ends):
    link = Link(ends[0])
    ends[1].sendall(frame(b'["object"]') + frame(b"7", sequence=1))
    with pytest.raises(Refused, match="is tagged 'object', which is unknown"):
        link.receive(timeout=LONG)
    assert link.receive(timeout=LONG) == (1, 7)


def test_what_cannot_cross_is_not_sent_and_leaves_the_link(ends):
    one, other = map(Link, ends)
    with pytest.raises(CannotCross):
        one.send(1, [1, len], timeout=LONG)
    for kind in (-1, 256, True, "1"):
        with pytest.raises(ValueError, match="expected a whole number from 0 to 255"):
            one.send(kind, 1, timeout=LONG)
    one.send(2, 1, timeout=LONG)
    assert other.receive(timeout=LONG) == (2, 1)


def test_an_interrupt_in_the_middle_gives_the_link_up(ends):
    """Otherwise the rest of this frame would be read as the next."""
    link = Link(ends[0])
    ends[1].sendall(frame()[:5])

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            link.receive(timeout=LONG)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(LinkLost, match="was given up: KeyboardInterrupt"):
        link.receive(timeout=LONG)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux")
def test_to_announce_much_takes_no_memory(ends):
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    link = Link(ends[0])
    ends[1].sendall(frame(besides=2**29))
    before, during = resident(), []

    def look():
        during.append(resident())
        ends[1].close()

    timer = threading.Timer(0.3, look)
    timer.start()
    with pytest.raises(LinkLost):
        link.receive(timeout=LONG)
    timer.join()
    assert during[0] - before < 2**27


def test_no_memory_is_a_refusal(ends, monkeypatch):
    link = Link(ends[0])
    ends[1].sendall(frame(besides=2**29))

    def none(*_):
        raise MemoryError

    monkeypatch.setattr("mlcourse.grading.wire.frames.np.empty", none)
    with pytest.raises(Refused, match="for which there is no memory"):
        link.receive(timeout=LONG)


@pytest.mark.skipif(not hasattr(socket, "SCM_RIGHTS") or not os.path.exists("/proc/self/fd"), reason="needs Linux")
def test_files_handed_over_with_a_frame_are_not_taken(ends):
    link = Link(ends[0])
    with open(os.devnull) as file:
        before = os.listdir("/proc/self/fd")
        handed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()] * 9))]
        ends[1].sendmsg([frame()], handed)
        assert link.receive(timeout=LONG) == (1, 1)
        assert len(os.listdir("/proc/self/fd")) == len(before)
