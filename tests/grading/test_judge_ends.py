"""Parts of the two ends by themselves: what changed in place is seen, and what came ahead is served."""

import socket
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from mlcourse.grading.judge.in_place import Snapshot
from mlcourse.grading.judge.student import Student
from mlcourse.grading.wire.frames import HEADER, MAGIC, VERSION, Link

SIZES = (3, 10_001)  # kept as bytes, and as a copy


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8", "bool", "datetime64[s]", "U3"])
def test_an_array_changed_in_place_is_seen_wherever_it_changed(dtype, size):
    for place in (0, size // 2, size - 1):
        a = np.zeros(2 * size, "int64").astype(dtype)[::2]
        before = Snapshot({"a": a}, None)
        assert before.changes({"a": a}) is None
        a[place] = np.int64(1).astype(dtype)
        assert before.changes({"a": a}) == {"a": a}


@pytest.mark.parametrize("size", SIZES)
def test_a_tensor_changed_in_place_is_seen(size):
    torch = pytest.importorskip("torch")
    changes = {
        "first": lambda t: t[:1].add_(1),
        "last": lambda t: t[-1:].add_(1),
        "shape": lambda t: t.unsqueeze_(0),
        "takes a gradient": lambda t: t.requires_grad_(),
        "has a gradient": lambda t: t.requires_grad_().sum().backward(),
        "only a gradient": lambda t: setattr(t, "grad", torch.ones_like(t)),
        "another": lambda t: setattr(t, "data", t.data + 1),
        "another of a kind": lambda t: setattr(t, "data", t.data.bool()),
    }
    kinds = {
        "float32": lambda: torch.zeros(size),
        "bfloat16": lambda: torch.zeros(size, dtype=torch.bfloat16),
        "strided": lambda: torch.zeros(size, 2)[:, 0],
    }
    for kind, make in kinds.items():
        for name, change in changes.items():
            t = make()
            before = Snapshot({"t": t}, None)
            assert before.changes({"t": t}) is None, (kind, name)
            change(t)
            assert before.changes({"t": t}) is not None, (kind, name)


@pytest.mark.parametrize("size", [3, 101])
def test_a_square_tensor_turned_in_place_is_seen(size):
    torch = pytest.importorskip("torch")
    t = torch.arange(float(size * size)).reshape(size, size)
    before = Snapshot({"t": t}, None)
    assert before.changes({"t": t}) is None
    t.t_()
    assert before.changes({"t": t}) is not None


def test_a_student_serves_what_came_together():
    control, _ = socket.socketpair()
    asked, judge = socket.socketpair()
    with control, _, asked, judge:
        student, link, served = Student.__new__(Student), Link(asked), []
        student.control = Link(control)
        student.peer = SimpleNamespace(link=link, serve_one=lambda: served.append(link.receive(timeout=None)[1]))
        judge.sendall(b"".join(HEADER.pack(MAGIC, VERSION, 1, n, 1, 0) + b"%d" % n + bytes(15) for n in range(3)))
        runs = threading.Thread(target=student.run)
        runs.start()
        deadline = time.monotonic() + 20
        while len(served) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        in_time = list(served)
        judge.shutdown(socket.SHUT_WR)  # then it ends
        runs.join(20)
    assert not runs.is_alive()
    assert in_time == [0, 1, 2]
