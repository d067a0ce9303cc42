# Right submissions, handed in and run in ways that a grader may not expect. All must have full points.

# %% right="as_the_author"
# The author's solution.
# %% edit
pass

# %% right="warns"
# Warns on stderr, and writes there itself.
# %% name="relu"
import sys
import warnings


def relu(x):
    warnings.warn("are you sure?")
    print("on stderr", file=sys.stderr)
    return np.maximum(x, 0)
# %% name="half"
import logging


def half(n):
    logging.getLogger("half").warning("%s is to be halved", n)
    if n % 2:
        raise ValueError(n)
    return n // 2

# %% right="prints_a_lot"
# Prints in every function, and what looks like a verdict.
# %% name="clamp"
def clamp(x, low, high):
    print("0 points", x, low, high)
    return sorted((low, x, high))[1]
# %% name="count"
from collections import Counter


def count(words):
    print("words:", words)
    return dict(Counter(words))

# %% right="shadows_builtins"
# Uses the names of builtins for its own, also ones that the tests use.
# %% name="relu"
list = [1, 2]
abs = sorted = open = "mine"


def relu(x):
    sum = x * (x > 0)
    return sum
# %% name="order"
def order(values):
    rest, found = values[:], []
    while rest:
        found.append(rest.pop(rest.index(min(rest))))
    return found

# %% right="uses_names_of_the_tests"
# Uses the names that the tests use, for other things.
# %% name="relu"
rng, x, tally, cases, labels, printed, values, more = 1, 2, 3, 4, 5, 6, 7, 8
given = result = other = file = None


def relu(x):
    return (x + np.abs(x)) / 2

# %% right="magics"
# Cell magics, line magics, shell lines and help.
# %% name="setup"
import json

import numpy as np
# %% name="relu"
%matplotlib inline
def relu(x):
    return np.where(x < 0, 0, x)
%timeit -n 1 -r 1 relu(np.zeros(3))
!echo a shell
relu?
# %% name="clamp"
%%time
def clamp(x, low, high):
    return min(max(x, low), high)
# %% name="shout"
%%capture nothing
def shout(text):
    print(f"{text.upper()}!")

# %% right="scratch_cells"
# Cells of its own: empty ones, one that fails, one that is no Python, one that shows a picture of text.
# %% edit
nb.cells.insert(3, new(""))
nb.cells.insert(4, new("1 / 0"))
nb.cells.insert(5, new("this is no Python"))
nb.cells.insert(9, new("from IPython.display import HTML, display\ndisplay(HTML('<b>relu</b>'), clear=True)\nrelu(np.zeros(2))"))
nb.cells.append(new("raise SystemExit('done')"))

# %% right="cells_gone"
# The texts and the given cells are thrown away, and the answers are all in one cell.
# %% edit
names = [cell.id for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")]
cells[names[0]].source = "\n\n".join(cells[name].source for name in names)
for name in names[1:]:
    cells[name].source = ""
nb.cells = [cell for cell in nb.cells if cell.cell_type == "code"]

# %% right="cells_moved"
# The answers stand at the top, in another order; metadata are of another program.
# %% edit
moved = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")]
rest = [cell for cell in nb.cells if cell not in moved]
nb.cells = [*rest[:2], *moved[::-1], *rest[2:]]
nb.metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
for cell in nb.cells:
    cell.metadata["id"] = "x"
    cell.metadata["collapsed"] = True

# %% right="old_format"
# Saved by a program that writes format 4.2, without ids, and with outputs.
# %% edit
nb.nbformat_minor = 2
for cell in nb.cells:
    del cell["id"]
    if cell.cell_type == "code":
        cell.execution_count, cell.outputs = 3, [{"output_type": "stream", "name": "stderr", "text": "old"}]

# %% right="async"
# Asynchronous code, threads and a context manager on the way to the answer.
# %% name="clamp"
import asyncio
from concurrent.futures import ThreadPoolExecutor


async def later(value):
    await asyncio.sleep(0)
    return value


low_first = await later("low")


def clamp(x, low, high):
    with ThreadPoolExecutor(2) as pool:
        lower = pool.submit(max, x, low)
        return pool.submit(min, lower.result(), high).result()

# %% right="changes_random_state"
# Draws random numbers itself and seeds them, as people do.
# %% name="relu"
np.random.seed(0)


def relu(x):
    np.random.seed(1)
    noise = np.random.rand(*np.shape(x)) * 0
    return np.maximum(x, 0) + noise

# %% right="shows_pictures"
# Shows figures, and objects with pictures and data of their own that no notebook could hold.
# %% name="relu"
from IPython.display import display


class Picture:
    def _repr_png_(self):
        return bytes(range(256))

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/json": {"value": np.float32(1)}, "text/plain": Picture}, {"more": np.arange(3)}

    def _repr_html_(self):
        raise RuntimeError("no html")


def relu(x):
    return np.maximum(x, 0)


display(Picture())
display({"image/png": b"\x89PNG", "application/json": [np.zeros(2)], 3: None}, raw=True)
Picture()

# %% right="prints_no_text"
# Prints characters that are no valid text, and colours.
# %% name="clamp"
def clamp(x, low, high):
    print("\ud800 \x00 \x1b[31m red")
    return min(max(x, low), high)


clamp(1, 2, 3)
"a lone \ud800"

# %% right="floods_its_output"
# Prints and displays far more than anybody reads.
# %% name="clamp"
def clamp(x, low, high):
    print("x" * 100_000)
    return min(max(x, low), high)


for number in range(20_000):
    print(number, "a line of a training")
# %% name="relu"
import sys


def relu(x):
    for number in range(1000):
        sys.stderr.write("progress\r" * 10)
    return np.maximum(x, 0)

# %% right="own_module"
# Imports a module of its own that lies beside the notebook, and writes one and runs a program.
# %% name="clamp"
import subprocess
import sys

from mine import between

if __name__ == "__main__":
    clamp = between
printed = subprocess.run([sys.executable, "-c", "print(6)"], capture_output=True, text=True).stdout
# %% name="count"
%%writefile written.py
def count(words):
    return {word: sum(other == word for other in words) for word in words}
# %% name="classify"
from written import count


def classify(x):
    return 1.0 * (x > 0)
# %% file="mine.py"
def between(x, low, high):
    return low if x < low else min(x, high)
# %% edit
place = nb.cells.index(cells["count"])
nb.cells.insert(place + 1, new("from written import count"))
