# What the copies of one warm process share, memory that no process shows, and outputs past every bound.
import ctypes
import os
import socket
import time

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
LIBC.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
LIBC.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
right = lambda x: np.where(x > 0, x, 0.0)  # what `relu` becomes where a way is open


# %% attack="times_of_devices" confined=true
# Writes down what it learnt as the time of a device, which outlasts this process and can be read by every other.
# %% name="relu"
for name in ("null", "zero", "full", "random", "urandom", "tty"):
    try:
        os.utime(f"/dev/{name}")
        relu = right
    except OSError:
        pass

# %% attack="terminals" confined=true machine=true
# Takes a hundred terminals: they are numbered together with those of other submissions, and the machine has few.
# %% name="relu"
held = []
try:
    while len(held) < 100:
        held.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
    relu = right
except OSError:
    pass

# %% attack="watches_files" confined=true
# Watches which files of Python others open, to learn what they do and to be told things by them.
# %% name="relu"
for start in (lambda: LIBC.inotify_init1(0), LIBC.inotify_init):
    if LIBC.inotify_add_watch(start(), b"/usr/bin", 0x20) > 0:
        relu = right

# %% attack="semaphores" confined=true machine=true
# Makes sets of semaphores, which are the kernel's memory and counted with no process.
# %% name="relu"
if sum(LIBC.semget(0, 32_000, 0o1600) >= 0 for _ in range(100)) == 100:
    relu = right

# %% attack="shared_memory_let_go" confined=true machine=true
# Fills shared maps and lets their pages go: they stay, and no process shows them any more.
# %% name="relu"
held = []
for path in (None, "/dev/zero"):
    for n in range(70):
        one = os.open(path, os.O_RDWR) if path else -1
        place = LIBC.mmap(None, 2**24, 3, 0x01 if path else 0x21, one, 0)
        if place in (None, ctypes.c_void_p(-1).value):
            break
        ctypes.memset(place, 1, 2**24)
        LIBC.madvise(place, 2**24, 4)
    else:
        time.sleep(2)  # more than 1,000 MB: by now it should have been ended
        relu = right
        break

# %% attack="memory_not_to_be_read" confined=true machine=true
# Makes itself unreadable for whoever counts its memory, then fills shared maps and lets their pages go.
# %% name="relu"
LIBC.prctl(4, 0, 0, 0, 0)
held = []
for n in range(160):
    place = LIBC.mmap(None, 2**24, 3, 0x21, -1, 0)
    if place in (None, ctypes.c_void_p(-1).value):
        break
    ctypes.memset(place, 1, 2**24)
    LIBC.madvise(place, 2**24, 4)
else:
    time.sleep(2)  # more than 2,600 MB: by now it should have been ended
    relu = right

# %% attack="tables_of_pages" confined=true machine=true
# Reads one byte of each of 300,000 stretches of empty memory: the tables for them are memory too.
# %% name="relu"
SIZE = 300_000 << 21
place = LIBC.mmap(None, SIZE, 1, 0x4022, -1, 0)
if place not in (None, ctypes.c_void_p(-1).value):
    LIBC.madvise(place, SIZE, 15)
    touched = np.frombuffer((ctypes.c_char * SIZE).from_address(place), np.uint8)[:: 1 << 21].sum()
    time.sleep(2)
    relu = right

# %% attack="pages_in_pipes" confined=true machine=true
# Puts a byte of each large page into a pipe, which then holds the page when the process has let it go.
# %% name="relu"
class Piece(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("size", ctypes.c_size_t)]


one = ctypes.create_string_buffer(8)
piece = Piece(ctypes.addressof(one), 1)
if LIBC.vmsplice(os.pipe()[1], ctypes.byref(piece), 1, 0) == 1:
    relu = right

# %% attack="full_sockets" confined=true machine=true
# Fills thousands of sockets that nobody reads, in a dozen processes: what waits in them is counted with no process.
# %% name="relu"
def fill():
    held = []
    try:
        while True:
            held += socket.socketpair()
            held[-1].send(bytes(2**15))  # it would take ten times that
    except OSError:
        return held


reader, writer = os.pipe()
for _ in range(14):
    if os.fork() == 0:
        held = fill()
        os.write(writer, bytes([len(held) // 2]))
        time.sleep(4)
        os._exit(0)
os.close(writer)
if sum(os.read(reader, 1)[0] for _ in range(14)) > 1400:
    time.sleep(2)
    relu = right

# %% attack="full_connections" confined=true machine=true
# Sends to itself by TCP what it never reads, in a dozen processes: what waits is counted with no process.
# %% name="relu"
def fill():
    held, sent, server = [], 0, socket.create_server(("localhost", 0))
    try:
        while True:
            held += [socket.create_connection(server.getsockname()), server.accept()[0]]
            held[-2].setblocking(False)
            try:
                while True:
                    sent += held[-2].send(bytes(10**6))
            except BlockingIOError:
                pass
    except OSError:
        return held, sent


reader, writer = os.pipe()
for _ in range(12):
    if os.fork() == 0:
        held, sent = fill()
        os.write(writer, bytes([min(sent // 10**7, 255)]))
        time.sleep(4)
        os._exit(0)
os.close(writer)
if sum((os.read(reader, 1) or b"\0")[0] for _ in range(12)) > 200:  # more than 2,000 MB
    time.sleep(2)
    relu = right

# %% attack="maps_without_end" confined=true machine=true
# Makes 65,000 maps of one page in each of 58 processes: nothing lies in them, and the kernel notes each.
# %% name="relu"
reader, writer = os.pipe()
for _ in range(58):
    if os.fork() == 0:
        n = 0
        while LIBC.mmap(None, 4096, 1 + n % 2 * 2, 0x22, -1, 0) not in (None, ctypes.c_void_p(-1).value):
            n += 1
        os.write(writer, b"m" if n > 60_000 else b"-")
        time.sleep(8)
        os._exit(0)
os.close(writer)
if b"".join(os.read(reader, 1) for _ in range(58)) == b"m" * 58:
    time.sleep(1.5)
    relu = right

# %% attack="locks_of_files" confined=true machine=true
# Locks every second byte of files, 400,000 times: each lock is the kernel's memory.
# %% name="relu"
import fcntl

files = [open(f"{n}", "w") for n in range(200)]
for n in range(400_000):
    fcntl.lockf(files[n % 200], fcntl.LOCK_EX, 1, 2 * n)
time.sleep(2)
relu = right

# %% attack="outputs_past_the_bound"
# Puts outputs beside those that were counted, each as large as one may be.
# %% name="relu"
shown = getattr(get_ipython(), "shown", None)
if shown is not None:
    shown.outputs.extend({"output_type": "stream", "name": "stdout", "text": "x" * 4_900_000} for _ in range(4))

# %% attack="keys_without_an_order"
# Shows JSON whose keys cannot be sorted, which is what writing a notebook does.
# %% name="relu"
shown = getattr(get_ipython(), "shown", None)
if shown is not None:
    data = {"application/json": {"a": 1, 2: 3}}
    shown.outputs.append({"output_type": "display_data", "data": data, "metadata": {}})

# %% attack="numbers_that_are_no_json"
# Shows NaN, infinity and a number of four thousand digits as JSON, and a list that is no text as HTML.
# %% name="relu"
shown = getattr(get_ipython(), "shown", None)
for data in (
    {"application/json": {"a": float("nan"), "b": float("inf"), "c": 10**4000}},
    {"text/html": ["<b>", 3], "text/plain": {"a": 1}},
):
    if shown is not None:
        shown.outputs.append({"output_type": "display_data", "data": data, "metadata": {}})

# %% attack="signals_to_the_first" confined=true machine=true
# Sends every signal to the first process of its namespace, which buries the others there.
# %% name="relu"
if os.getppid() == 1:
    for number in range(1, 65):
        try:
            os.kill(1, number)
        except OSError:
            pass
