"""More than 10,000 hostile messages: each is refused or gives a sound value, soon, in little memory, with nothing executed."""

import json
import os
import pickle
import socket
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hostile import WORST, Payload, received, spoilt, valid, watched
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlcourse.grading.wire.bounds import LinkLost, Refused
from mlcourse.grading.wire.crossing import READERS
from mlcourse.grading.wire.frames import HEADER, Link
from mlcourse.grading.wire.message import decode


def drawn(examples):
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Where a payload would leave its trace; and every library has imported what it needs for honest messages."""
    monkeypatch.chdir(tmp_path)
    for text, memory in valid().values():
        decode(text, bytearray(memory))
    yield
    assert not os.listdir(tmp_path)


def test_the_watch_sees_what_is_executed(tmp_path):
    with watched() as executed:
        pickle.loads(pickle.dumps(Payload()))
        exec("1")
    assert {"pickle.find_class", "exec"} <= {event for event, _ in executed}
    os.rmdir("unpickled")


ACCEPTED = {"a pickle as bytes", "Fractions slow to reduce"}  # and what has "as fit" in its name


def test_the_worst():
    assert len(WORST) > 40
    for name, (text, memory) in WORST.items():
        tracemalloc.start()
        try:
            accepted = received(text, memory)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 100 * 2**20, f"{name}: {peak:,} bytes"
        if " of [" not in name:
            assert accepted == (name in ACCEPTED or "as fit" in name), name


def test_as_much_as_fits_takes_seconds_and_some_memory():
    """Half a million empty sets in one message; by itself, so that its memory can be told from that of others."""
    code = (
        "import resource, sys, time; from mlcourse.grading.wire.message import decode\n"
        "text = b'[\"list\"' + b',[\"set\"]' * 499_999 + b']'\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == 'darwin' else 1)\n"
        "before = peak(); got = decode(text); print(len(got), peak() - before, time.process_time())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, kilobytes, seconds = map(float, done.stdout.split())
    assert count == 499_999
    assert kilobytes < 300 * 1024
    assert seconds < 20


def test_valid_messages_with_every_byte_spoilt():
    rng, count, accepted = np.random.default_rng(0), 0, 0
    for text, memory in valid().values():
        assert received(text, memory)
        for message in spoilt(text, memory, rng, each=2):
            accepted += received(*message)
            count += 1
    assert count > 10_000
    assert 0 < accepted < count / 2


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(sorted(READERS)),
    st.sampled_from(["<f8", "|b1", "<U2", "<M8[ns]", "C", "d", "float32", "numpy", "Int64", "str", "0x1f", "1E+5", "x", "nan"]),
    st.lists(st.integers(0, 3), max_size=3),
)  # fmt: skip
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda tag, parts: [tag, *parts], st.sampled_from(sorted(READERS)), st.lists(inner, max_size=5)
    ),
    max_leaves=12,
)


@drawn(1200)
@given(trees, st.binary(max_size=8))
def test_trees_that_look_right(tree, memory):
    received(json.dumps(tree, separators=(",", ":")).encode(), memory * 16)


parts = st.sampled_from([text for text, _ in valid().values()]).flatmap(
    lambda text: st.builds(
        lambda a, b: text[min(a, b) : max(a, b)], st.integers(0, len(text)), st.integers(0, len(text))
    )
)


@drawn(500)
@given(
    st.lists(parts | st.binary(max_size=6) | st.text('[]",\\u0d8{}', max_size=6).map(str.encode), max_size=8),
    st.binary(max_size=64),
)
def test_parts_of_valid_messages_and_noise(pieces, memory):
    received(b"".join(pieces), memory)


@drawn(500)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_noise(text, memory):
    received(text, memory)


def test_frames_with_every_byte_of_the_header_spoilt_and_cut():
    rng, count = np.random.default_rng(1), 0
    for text, memory in list(valid().values())[::4]:
        frame = HEADER.pack(b"judg", 1, 3, 0, len(text), len(memory)) + text + bytes(-len(text) % 16) + memory
        for place in range(HEADER.size):
            for byte in {0, 1, 255, int(rng.integers(256)), frame[place] ^ 1}:
                _sent(frame[:place] + bytes([byte]) + frame[place + 1 :])
                count += 1
            _sent(frame[:place] + frame[place + 1 :])
            _sent(frame[:place])
            count += 2
    assert count > 900


def _sent(data):
    """Through a socket that closes behind it: a value, or an error that the wire is known for."""
    ends = socket.socketpair()
    link = Link(ends[0])
    try:
        ends[1].sendall(data)
        ends[1].close()
        with watched() as executed:
            link.receive(timeout=30)
    except (Refused, LinkLost):
        pass
    finally:
        link.close()
        ends[1].close()
    assert not executed
