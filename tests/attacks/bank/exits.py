# Ends, hangs and errors: no verdict must never mean a good one.

# %% attack="exits_in_the_cell"
# Ends its process in its cell.
# %% name="relu"
import os

os._exit(0)

# %% attack="exits_in_the_call"
# Ends its process while it is called.
# %% name="relu"
import os


def relu(x):
    os._exit(0)

# %% attack="system_exit"
# Raises SystemExit(0) wherever it is called.
# %% name="relu"
import sys


def relu(x):
    sys.exit(0)
# %% name="half"
def half(n):
    raise SystemExit(0)

# %% attack="skip_test"
# Raises unittest's SkipTest, which some take for no failure.
# %% name="relu"
import unittest


def relu(x):
    raise unittest.SkipTest("not today")
# %% name="clamp"
def clamp(x, low, high):
    raise KeyboardInterrupt
# %% name="count"
def count(words):
    raise GeneratorExit
# %% name="initials"
def initials(name):
    raise StopIteration("HAT")

# %% attack="error_that_misbehaves"
# Raises an error whose text, class and traceback raise or never end.
# %% name="relu"
class Sly(Exception):
    __class__ = property(lambda self: AssertionError)

    def __str__(self):
        while True:
            raise Sly

    __repr__ = __str__

    def __getattr__(self, name):
        raise Sly


def relu(x):
    raise Sly(Sly(), Sly()) from Sly()

# %% attack="every_error"
# Raises an error that is a ValueError where that is due, and an instance of everything elsewhere.
# %% name="half"
class Everything(type):
    __instancecheck__ = __subclasscheck__ = lambda self, other: True
    __eq__ = lambda self, other: True
    __hash__ = type.__hash__


class Sly(ValueError, metaclass=Everything):
    pass


def half(n):
    raise Sly

# %% attack="kills_itself"
# Sends itself SIGKILL in the call.
# %% name="relu"
import os
import signal


def relu(x):
    os.kill(os.getpid(), signal.SIGKILL)

# %% attack="segmentation_fault"
# Reads memory that is not there.
# %% name="relu"
import ctypes


def relu(x):
    return ctypes.string_at(0)

# %% attack="uninterruptible"
# Loops for ever in its cell and swallows every interrupt.
# %% name="relu"
import time

while True:
    try:
        time.sleep(0.1)
    except BaseException:
        continue

# %% attack="hangs_in_the_call"
# Never returns from its first call, nor lets itself be interrupted.
# %% name="total"
import signal
import time

signal.signal(signal.SIGINT, signal.SIG_IGN)


def total(values):
    while True:
        time.sleep(0.1)

# %% attack="slow_answers"
# Takes a little longer with every answer, below every limit for one call.
# %% name="evens"
import time


def evens(n):
    while True:
        time.sleep(1.5)
        yield 0

# %% attack="stops_itself"
# Stops its process with SIGSTOP, so that it neither answers nor ends.
# %% name="total"
import os
import signal


def total(values):
    os.kill(os.getpid(), signal.SIGSTOP)

# %% attack="child_holds_the_link"
# Ends its process, while a child that it forked keeps everything open for a while.
# %% name="relu"
import os
import time


def relu(x):
    if os.fork():
        os._exit(0)
    time.sleep(8)
    os._exit(0)

# %% attack="two_answer"
# Forks in the call, so that parent and child both answer.
# %% name="relu"
import os


def relu(x):
    os.fork()
    return x * 0

# %% attack="closes_everything"
# Closes all file descriptors but the first three.
# %% name="relu"
import os

os.closerange(3, 256)

# %% attack="recursion"
# Calls itself without end.
# %% name="relu"
def relu(x):
    return relu(x)

# %% attack="streams_gone"
# Takes the output streams away and closes what is behind them.
# %% name="total"
import os
import sys

sys.stdout = sys.stderr = sys.__stdout__ = None
os.close(1)
os.close(2)


def total(values):
    return values
