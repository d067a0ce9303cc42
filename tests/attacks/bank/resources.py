# Taking what the machine has: processes, memory, disk, output. It gains nothing; all others must be graded as before.
import os
import time

MARK = "left_by_an_attack"


# %% attack="fork_bomb" confined=true machine=true
# Forks without end, in the call, and never answers.
# %% name="relu"
def relu(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass

# %% attack="fork_bomb_that_answers" confined=true machine=true at_most=3
# Forks without end beside a right answer, which may have its points if it comes in time.
# %% name="relu"
if os.fork() == 0:
    while True:
        try:
            os.fork()
        except OSError:
            pass


def relu(x):
    return np.where(x > 0, x, 0.0)

# %% attack="memory_bomb" confined=true machine=true
# Takes memory and writes into all of it until there is none.
# %% name="relu"
def relu(x):
    held = []
    while True:
        try:
            held.append(np.ones(10**7))
        except MemoryError:
            pass

# %% attack="memory_bomb_with_torch" assignment="ps2" confined=true machine=true
# The same with tensors, in forty forks of a process that has torch loaded.
# %% name="smooth"
def smooth(x):
    import os

    for _ in range(40):
        try:
            if os.fork() == 0:
                break
        except OSError:
            break
    held = []
    while True:
        try:
            held.append(torch.ones(10**7))
        except (MemoryError, RuntimeError):
            pass

# %% attack="shared_memory" confined=true machine=true
# Takes memory that belongs to no process: shared maps, /dev/shm, System V segments, memfd, pipes.
# %% name="relu"
import ctypes
import mmap

libc = ctypes.CDLL(None)


def relu(x):
    held = []
    for n in range(10**6):
        try:
            one = mmap.mmap(-1, 2**24)
            one.write(bytes(2**24))
            held.append(one)
        except (OSError, ValueError):
            pass
        try:
            with open(f"/dev/shm/{MARK}{n}", "wb") as file:
                file.write(bytes(2**24))
        except OSError:
            pass
        segment = libc.shmget(n + 1, 2**24, 0o1600)
        if segment >= 0:
            libc.memset(libc.shmat(segment, None, 0), 1, 2**24)
        anonymous = libc.memfd_create(b"a", 0)
        if anonymous >= 0:
            os.write(anonymous, bytes(2**24))

# %% attack="fills_the_disk" confined=true machine=true
# Writes wherever it may until nothing fits.
# %% name="relu"
def relu(x):
    import tempfile

    places = [".", "..", "/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir(), os.path.expanduser("~")]
    for n in range(10**6):
        for place in places:
            try:
                with open(f"{place}/{MARK}{n}", "wb") as file:
                    file.write(bytes(2**25))
            except OSError:
                pass

# %% attack="fills_the_inodes" confined=true machine=true
# Makes empty files and folders in each other until no more can be made.
# %% name="relu"
def relu(x):
    n = 0
    while True:
        n += 1
        try:
            open(f"/tmp/{MARK}{n}", "w").close()
            os.makedirs(f"{MARK}/" * 100 + str(n), exist_ok=True)
        except OSError:
            pass

# %% attack="one_large_file" confined=true machine=true
# Makes one file of a terabyte, of which nothing is written yet, and asks for a terabyte to be kept free.
# %% name="relu"
def relu(x):
    with open(f"/tmp/{MARK}", "wb") as file:
        file.truncate(10**12)
        os.posix_fallocate(file.fileno(), 0, 10**12)
    return np.load(f"/tmp/{MARK}")

# %% attack="all_threads" confined=true machine=true
# Starts threads that calculate for ever, and asks to run before everybody else.
# %% name="relu"
import threading


def relu(x):
    for claim in (lambda: os.nice(-20), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))):
        try:
            claim()
        except (OSError, AttributeError):
            pass
    for _ in range(10_000):
        threading.Thread(target=lambda: all(iter(int, 1)), daemon=True).start()

# %% attack="all_files" confined=true
# Opens files until none is left to it, then waits to be asked.
# %% name="relu"
def relu(x):
    held = []
    while len(held) < 100_000:
        try:
            held.append(open(os.devnull))
            held.append(os.dup(held[-1].fileno()))
        except OSError:
            break
    globals()["held"] = held
    return x * 2

# %% attack="limits_raised" confined=true machine=true
# Takes back the limits that it finds, then takes memory.
# %% name="relu"
import resource


def relu(x):
    for kind in range(16):
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (OSError, ValueError):
            pass
    held = []
    while True:
        held.append(np.ones(10**7))

# %% attack="floods_every_stream" confined=true machine=true
# Prints, displays, warns and raises more than a disk holds.
# %% name="relu"
import sys
import warnings


def relu(x):
    text = "flood " * 10**6
    for n in range(40):
        print(text)
        print(text, file=sys.stderr)
        os.write(1, text.encode())
        warnings.warn(f"{n} {text}")
    raise ValueError(text * 20)
# %% name="clamp"
from IPython.display import HTML, display

for _ in range(100):
    display(HTML("<p>flood</p>" * 10**5))
    display({f"text/x-{n}": "flood" * 10**4 for n in range(10)}, raw=True)

# %% attack="laughs" at_most=0
# Returns small things that are huge once they are read: lists in lists in lists, an array with stride nought.
# %% name="relu"
def relu(x):
    return np.broadcast_to(0.0, (10**6, 10**6))
# %% name="clamp"
def clamp(x, low, high):
    one = [3]
    for _ in range(100):
        one = [one, one]
    return one
# %% name="initials"
def initials(name):
    return "TW" * 10**9
# %% name="order"
def order(values):
    return range(10**12)

# %% attack="compressed" at_most=0
# Returns and shows what is small compressed and without end unpacked.
# %% name="relu"
def relu(x):
    import bz2
    import gzip

    bomb = gzip.compress(bz2.compress(bytes(10**8)) * 100)
    get_ipython().display_pub.publish({"application/gzip": "x" * len(bomb), "image/png": bomb})
    return bomb

# %% attack="sleeps_for_ever" confined=true
# Waits without end for what never comes: its child, a pipe, a lock, a signal.
# %% name="relu"
import signal


def relu(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    reader, _ = os.pipe()
    os.read(reader, 1)

# %% attack="stops_everybody" confined=true machine=true
# Sends SIGSTOP to every process that it can reach, one after the other.
# %% name="relu"
def relu(x):
    for pid in range(2, 70_000):
        if pid != os.getpid():
            try:
                os.kill(pid, 19)
            except OSError:
                pass
    while True:
        time.sleep(1)

# %% attack="kills_everybody" confined=true machine=true
# Sends SIGKILL to every process that it can reach.
# %% name="relu"
def relu(x):
    for pid in (-1, 0, os.getppid(), -os.getppid()):
        try:
            os.kill(pid, 9)
        except OSError:
            pass

# %% attack="core_dumped" confined=true
# Leaves an image of its memory behind, in a file of the course.
# %% name="relu"
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (OSError, ValueError):
    pass


def relu(x):
    os.abort()
