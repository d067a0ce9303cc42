"""What a test cannot see from outside, since it is the state of a process: the release says so, and the author mends the test."""

ENTRIES = {
    "the figure that is current": """
# %% name="imports" role="given"
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
# %% name="solution" role="solution"
def plot(x, y):
    plt.plot(x, y)
    plt.title("Signal")
# %% name="wrong"
def plot(x, y):
    plt.plot(x, y)
# %% name="test" role="test" points=1
plot([0, 1], [2, 3])
assert plt.gca().get_title() == "Signal"
# %% name="mended"
### BEGIN STUDENT SIDE
plot([0, 1], [2, 3])
title = plt.gca().get_title()
### END STUDENT SIDE
assert title == "Signal"
""",
    "a function of a library, replaced by mock.patch": """
# %% name="solution" role="solution"
import time
def stamp():
    return int(time.time())
# %% name="wrong"
def stamp():
    return 0
# %% name="test" role="test" points=1
from unittest import mock
with mock.patch("time.time", return_value=12.5):
    assert stamp() == 12
# %% name="mended"
### BEGIN STUDENT SIDE
from unittest import mock
with mock.patch("time.time", return_value=12.5):
    found = stamp()
### END STUDENT SIDE
assert found == 12
""",
    "asyncio.run of the student's coroutine": """
# %% name="solution" role="solution"
import asyncio
async def doubled(x):
    await asyncio.sleep(0.01)
    return 2 * x
# %% name="wrong"
async def doubled(x):
    return x
# %% name="test" role="test" points=1
import asyncio, threading
found = []
worker = threading.Thread(target=lambda: found.append(asyncio.run(doubled(3))))
worker.start(), worker.join()
assert found == [6]
# %% name="mended"
found = await doubled(3)
assert found == 6
""",
    "the state of a module": """
# %% name="imports" role="given"
import decimal
# %% name="solution" role="solution"
def precise(digits):
    decimal.getcontext().prec = digits
# %% name="wrong"
def precise(digits):
    pass
# %% name="test" role="test" points=1
precise(5)
assert str(decimal.Decimal(1) / 3) == "0.33333"
# %% name="mended"
### BEGIN STUDENT SIDE
precise(5)
third = str(decimal.Decimal(1) / 3)
### END STUDENT SIDE
assert third == "0.33333"
""",
    "a file that the student's code wrote": """
# %% name="solution" role="solution"
def save(values, name):
    with open(name, "w") as file:
        file.write("\\n".join(map(str, values)))
# %% name="wrong"
def save(values, name):
    pass
# %% name="test" role="test" points=1
save([1, 2, 3], "values.txt")
with open("values.txt") as file:
    assert file.read().split() == ["1", "2", "3"]
# %% name="mended"
### BEGIN STUDENT SIDE
save([1, 2, 3], "values.txt")
with open("values.txt") as file:
    written = file.read()
### END STUDENT SIDE
assert written.split() == ["1", "2", "3"]
""",
    "an environment variable": """
# %% name="imports" role="given"
import os
# %% name="solution" role="solution"
def quiet():
    return os.environ.get("VERBOSE", "1") == "0"
# %% name="wrong"
def quiet():
    return False
# %% name="test" role="test" points=1
os.environ["VERBOSE"] = "0"
assert quiet()
# %% name="mended"
### BEGIN STUDENT SIDE
os.environ["VERBOSE"] = "0"
found = quiet()
### END STUDENT SIDE
assert found is True
""",
}
