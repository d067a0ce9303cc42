# Unusual but right submissions that use the machine: files, processes, databases, sockets, the shell.
import pathlib
import subprocess
import sys
import tempfile


# %% right="by_a_file"
# Keeps what it is given in a file of the temporary folder and in one of the working folder, and reads it again.
# %% name="relu"
def relu(x):
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/x.npy", x)
        np.savez_compressed("x.npz", x=np.load(f"{folder}/x.npy"))
    with np.load("x.npz") as held:
        return np.where(held["x"] > 0, held["x"], 0.0)

# %% right="by_a_module_it_writes"
# Writes a module in one cell and imports it in the next.
# %% name="clamp"
pathlib.Path("clamping.py").write_text("def clamp(x, low, high):\n    return min(max(x, low), high)\n")
from clamping import clamp

# %% right="by_a_database"
# Counts with a database in the working folder.
# %% name="count"
import sqlite3


def count(words):
    with sqlite3.connect("words.db") as book:
        book.execute("create table if not exists words (word)")
        book.execute("delete from words")
        book.executemany("insert into words values (?)", [(word,) for word in words])
        found = dict(book.execute("select word, count(*) from words group by word"))
    book.close()
    return found

# %% right="by_another_python"
# Has another Python do the work, and reads what it prints.
# %% name="clamp"
def clamp(x, low, high):
    said = subprocess.run(
        [sys.executable, "-c", f"print(min(max({x}, {low}), {high}))"], capture_output=True, text=True, check=True
    )
    return int(said.stdout)

# %% right="by_the_shell"
# Asks the shell, with IPython's exclamation mark, in the cell that defines the function.
# %% name="initials"
said = !echo ready
assert said == ["ready"]


def initials(name):
    return "".join(word[0].upper() for word in name.split())

# %% right="by_two_processes"
# Sorts in a pool of two processes, and passes the result through a queue.
# %% name="order"
import multiprocessing


def order(values):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(sorted, [list(values), []])[0]

# %% right="by_threads_and_a_loop"
# Adds up in threads, waited for by an event loop of its own, with a cell that awaits.
# %% name="total"
import asyncio

await asyncio.sleep(0)


def total(values):
    result = 0
    for value in values:
        result += asyncio.run(asyncio.to_thread(lambda: value))
    return result

# %% right="by_shared_memory"
# Calculates in memory that two processes share.
# %% name="relu"
from multiprocessing import shared_memory


def relu(x):
    x = np.asarray(x)
    held = shared_memory.SharedMemory(create=True, size=max(x.nbytes, 1))
    there = np.ndarray(x.shape, x.dtype, buffer=held.buf)
    np.maximum(x, 0, out=there)
    result = there.copy()
    del there
    held.close()
    held.unlink()
    return result

# %% right="by_a_server_of_its_own"
# Asks a server of its own, on this machine's address for itself.
# %% name="clamp"
import socket
import threading


def clamp(x, low, high):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            one, _ = server.accept()
            with one:
                one.sendall(str(min(max(x, low), high)).encode())

        threading.Thread(target=answer, daemon=True).start()
        with socket.create_connection(server.getsockname(), timeout=3) as asked:
            return int(asked.makefile().read())

# %% right="draws_as_well"
# Draws a figure and a picture beside its answer, in files and in the notebook.
# %% name="classify"
import warnings

warnings.warn("a picture follows")
try:
    from PIL import Image
except ImportError:
    pass
else:
    Image.new("L", (4, 3)).save("a.png")
    assert Image.open("a.png").size == (4, 3)


def classify(x):
    return int(x > 0)
