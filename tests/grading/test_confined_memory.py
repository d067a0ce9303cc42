"""What a confined submission takes of the machine's memory, in its processes or in the kernel, is counted and ends."""

from jobs import CONFINED, answer, job, said, scores

from mlcourse.grading.judge.driver import compute

FILLS = """
import socket, time
held, server = [], socket.create_server(('localhost', 0))
for _ in range(100):
    held += [socket.create_connection(server.getsockname()), server.accept()[0]]
    held[-2].setblocking(False)
    try:
        while True: held[-2].send(bytes(10**6))
    except BlockingIOError:
        pass
time.sleep(1)
print('all full')
"""
MAPS = """
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
reader, writer = os.pipe()
for _ in range(FORKS):
    if os.fork() == 0:
        for n in range(60_000): libc.mmap(None, 4096, 1 + n % 2 * 2, 0x22, -1, 0)
        os.write(writer, b'.')
        time.sleep(60)
for _ in range(FORKS): os.read(reader, 1)
time.sleep(1)
print('all made')
"""
LOCKS = """
import fcntl, time
held = [open(f'{n}', 'w') for n in range(200)]
for n in range(MANY): fcntl.lockf(held[n % 200], fcntl.LOCK_EX, 1, 2 * n)
time.sleep(2)
print('all held')
"""


@CONFINED
def test_it_is_ended_when_it_uses_more_memory_than_it_may():
    shared = "import mmap\nheld = []\nwhile True:\n    one = mmap.mmap(-1, 2**24)\n    one.write(bytes(2**24))\n    held.append(one)"
    result = compute(job(shared, "assert held", memory=300e6) | {"confine": "required"})
    assert "more than 300 MB of memory" in said(result, "s")
    assert scores(result) == [0.0]


@CONFINED
def test_it_is_ended_when_it_keeps_its_memory_from_being_counted():
    hides = "import ctypes, mmap, time\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
    few = answer(hides + "held = mmap.mmap(-1, 10**7)\nheld.write(bytes(10**7))\nprint(len(held))")
    assert few == "10000000\n"  # no more than it may
    shared = "held = []\nwhile True:\n    one = mmap.mmap(-1, 2**24)\n    one.write(bytes(2**24))\n    one.madvise(mmap.MADV_DONTNEED)\n    held.append(one)"
    result = compute(job(hides + shared, "assert held", memory=300e6) | {"confine": "required"})
    assert "kept its memory from being counted" in said(result, "s")
    assert scores(result) == [0.0]


@CONFINED
def test_what_the_kernel_keeps_for_it_is_counted():
    assert answer(FILLS) == "all full\n"
    assert answer(MAPS.replace("FORKS", "3")) == "all made\n"
    assert answer(LOCKS.replace("MANY", "5_000")) == "all held\n"
    for code, why in (
        (FILLS, "300 MB of memory"),
        (MAPS.replace("FORKS", "20"), "200,000 maps of memory"),
        (LOCKS.replace("MANY", "40_000"), "10,000 locks of files"),
    ):
        result = compute(job(code, "assert held", memory=300e6) | {"confine": "required"})
        assert f"more than {why}" in said(result, "s")
        assert scores(result) == [0.0]


@CONFINED
def test_memory_of_its_own_runs_out_with_an_error_it_can_read():
    code = "try:\n    held = [bytearray(10**8) for _ in range(50)]\nexcept MemoryError:\n    print('none left')"
    assert answer(code, memory=1e9) == "none left\n"


@CONFINED
def test_memory_that_forks_share_counts_once():
    code = """
import os, time
held = bytearray(10**8)
children = [pid for _ in range(6) if (pid := os.fork()) or time.sleep(0.5) or os._exit(0)]
print([os.waitpid(pid, 0)[1] for pid in children])
"""
    assert answer(code, memory=500e6) == f"{[0] * 6}\n"
