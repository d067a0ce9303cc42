"""Where the grading machine has a GPU, a submission that may use it does, and says so; nobody else sees it."""

from dataclasses import replace
from pathlib import Path

import pytest
from jobs import CONFINED, job, printed, said, scores

from mlcourse.grading.confinement import bubblewrap
from mlcourse.grading.judge import driver
from mlcourse.grading.judge.driver import compute

USES = "import torch\nwhere = 'cuda' if torch.cuda.is_available() else 'cpu'\nf = lambda x: (x.to(where) * 2)\nprint(where)"
TEST = "import torch\nassert torch.equal(f(torch.arange(3.0)), torch.tensor([0.0, 2.0, 4.0]))"


@pytest.mark.gpu
@pytest.mark.parametrize("confine", ["off", "preferred"])
def test_a_gpu_is_passed_in_where_it_was_asked_for(confine):
    if not pytest.importorskip("torch").cuda.is_available():
        pytest.skip("no GPU here")
    one = job(USES, TEST) | {"confine": confine}
    with_gpu, without = compute(one | {"gpu": True}), compute(one)
    assert scores(with_gpu) == scores(without) == [1.0]
    assert printed(without, "s") == "cpu\n"
    assert without["device"] == "CPU"
    if with_gpu["confined"] and not bubblewrap.found(gpu=True).device:
        pytest.skip(f"confined, the GPU does not work: {with_gpu['device']}")
    assert printed(with_gpu, "s") == "cuda\n"
    assert with_gpu["device"].startswith("GPU: ")


MOUNTS = Path("/proc/self/mountinfo")
COVERS = [line.split()[4] for line in MOUNTS.read_text().splitlines()] if MOUNTS.exists() else []
COVERS = [place for place in COVERS if place.startswith("/proc/") and not place.endswith("/binfmt_misc")]
UNCOVERED = pytest.mark.skipif(
    bool(COVERS), reason=f"a /proc of its own cannot be made where these are covered: {COVERS}"
)
LOOKS = """
import os, threading

print([name for name in os.listdir('/proc') if name.isdigit()] == ['1', str(os.getpid())])
print([folder for folder, inside, _ in os.walk('/') if 'sys' in inside and 'self' in inside])
for path in ('/proc/1/mem', '/proc/1/environ', '/proc/sys/kernel/hostname', '/proc/sys/vm/drop_caches', '/sys/power/state'):
    try:
        open(path, 'r+b', buffering=0)
        print(path, 'is open')
    except OSError:
        pass

def named():
    own = f'/proc/self/task/{threading.get_native_id()}/comm'
    with open(own, 'w') as file:
        file.write('a thread')
    print(open(own).read().strip())

thread = threading.Thread(target=named)
thread.start()
thread.join()
print(bool(os.listdir('/sys/devices')))
f = None
"""


@pytest.fixture
def card(monkeypatch):
    """Something that stands in for a card, in the confinement that one is passed into."""
    confined = bubblewrap.found()
    monkeypatch.setattr(bubblewrap, "_gpus", lambda: ["/dev/full"])
    monkeypatch.setattr(bubblewrap, "found", lambda gpu=False: replace(confined, device="a card" if gpu else ""))


@UNCOVERED
@CONFINED
def test_where_one_is_passed_in_what_cuda_needs_is_there_and_no_more(card, monkeypatch):
    """It names its threads in /proc, and looks for its devices in /sys: without these it does not start."""
    monkeypatch.setattr(driver, "FOR_CUDA", 0)
    fills = "import mmap\nheld = [mmap.mmap(-1, 10**7) for _ in range(50)]\nfor one in held: one.write(b'a' * 10**7)"
    assert compute(job(fills, "assert True", memory=300e6) | {"gpu": True})["ended"]  # it is still counted
    result = compute(job(LOOKS, "assert True") | {"gpu": True})
    assert (printed(result, "s"), said(result, "s")) == ("True\n['/proc']\na thread\nTrue\n", "")
    assert (result["device"], result["confined"]) == ("GPU: a card", True)
    without = compute(job("import os\nprint(os.listdir('/proc'), os.path.exists('/sys'))", "assert True"))
    assert printed(without, "s") == "[] False\n"


MAKES = """
import mmap, os, subprocess, sys

one, kept = os.memfd_create('a'), os.memfd_create('b', 0)
os.ftruncate(one, 2**20)
seen = mmap.mmap(one, 2**20)
seen[-3:] = b'end'
print(os.pread(one, 3, 2**20 - 3), os.get_inheritable(one), os.get_inheritable(kept))
made = subprocess.run([sys.executable, '-c', "import os; print(os.write(os.memfd_create('c'), b'four'))"], capture_output=True)
print(made.stdout)
copies = []
for again in (True, False):
    try:
        while again: copies.append(os.dup(one))
        print('made', os.memfd_create('e') > 2)
    except OSError:
        try: os.memfd_create('e')
        except OSError as error: print(error)
        for copy in copies: os.close(copy)
held, written = [one, kept], 0
try:
    while True:
        held.append(os.memfd_create('d'))
        written += os.write(held[-1], bytes(10**6))
        if len(held) % 10 == 0:
            maps = mmap.mmap(held[-1], 10**6)
            os.close(held.pop())
            held.append(maps)
except OSError as error:
    print(error, written <= 30e6)
f = None
"""


@UNCOVERED
@CONFINED
def test_where_one_is_passed_in_files_in_memory_lie_on_the_submissions_disk(card):
    """CUDA makes some as it starts; the kernel's own would be memory that nobody counts."""
    result = compute(job(MAKES, "assert True", disk=30e6) | {"gpu": True})
    said_so = "b'end' False True\nb'4\\n'\n[Errno 24] Too many open files\nmade True\n[Errno 28] No space left on device True\n"
    assert (printed(result, "s"), said(result, "s")) == (said_so, "")
    without = compute(job("import os\nos.memfd_create('a')", "assert True"))
    assert "Function not implemented" in said(without, "s")


@UNCOVERED
@CONFINED
def test_a_gpu_that_does_not_work_inside_is_found_out_by_trying(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(bubblewrap, "_gpus", lambda: ["/dev/full"])
    tried = bubblewrap.found.__wrapped__(gpu=True)
    assert not tried.works
    assert tried.says.endswith("PyTorch finds no GPU there")


def test_where_there_is_none_the_same_tests_run_on_the_cpu(monkeypatch):
    pytest.importorskip("torch")
    none = bubblewrap.Confinement(False, "this machine has no GPU of NVIDIA's")
    found = bubblewrap.found
    monkeypatch.setattr(bubblewrap, "found", lambda gpu=False: none if gpu else found())
    monkeypatch.setattr(bubblewrap, "gpu_outside", lambda: none)
    result = compute(job(USES, TEST) | {"gpu": True})
    assert (scores(result), printed(result, "s")) == ([1.0], "cpu\n")
    assert result["device"] == "CPU, since this machine has no GPU of NVIDIA's"
