"""Call a student's function on copies of its input, with an eye on the clock and on what it calls."""

import copy
import ctypes
import inspect
import linecache
import sys
import threading
import time
import traceback
from dataclasses import dataclass

import numpy as np

from mlcourse.diagnosis import calls
from mlcourse.ops._arrays import to_numpy


class TooSlow(BaseException):
    """Raised inside a student's function when its time is over; no plain `except Exception` catches it."""


@dataclass(frozen=True)
class Attempt:
    """What came of one call.

    Attributes
    ----------
    answer : object
        What the function returned, or None.
    problem : (str, str, str) or None
        Kind, sentence and hint, where the call itself went wrong.
    """

    answer: object = None
    problem: tuple | None = None


def attempt(function, arguments, options, *, seconds, by_hand=True):
    """Call ``function(*arguments, **options)`` on copies.

    Parameters
    ----------
    function : callable
    arguments : tuple
    options : dict
    seconds : float
        After that an endless loop is interrupted.
    by_hand : bool
        Whether library functions that do the work are refused.

    Returns
    -------
    Attempt
    """
    if function is None or not callable(function):
        return Attempt(problem=("not_attempted", "There is no function here yet.", "Write it in the cell above."))
    given = tuple(copy.deepcopy(a) if not hasattr(a, "detach") else a.detach().clone() for a in arguments)
    try:
        answer, called = _called_on(function, given, options, seconds, by_hand)
    except TooSlow:
        return Attempt(
            problem=(
                "too_slow",
                f"Your function had not returned after {seconds:g} seconds, on a tiny input.",
                "Is there a loop that never ends? Look at what its condition waits for.",
            )
        )
    except NotImplementedError:
        return Attempt(
            problem=(
                "not_attempted",
                "Your function still raises NotImplementedError.",
                "Write it where it says YOUR CODE HERE, and take the line with NotImplementedError away.",
            )
        )
    except (Exception, SystemExit) as error:  # sys.exit() in a function is an error like others
        if type(error).__name__ != "Withheld":
            return Attempt(problem=("raised", _told(error, function), "The input it failed on is shown below."))
        called = str(error).partition(" ")[0]  # what is not there while answers are graded
    if called:
        return Attempt(
            problem=(
                "library",
                f"Your function calls {called}. This exercise asks you to write the computation yourself.",
                "Use loops, slices, sums and products of arrays.",
            )
        )
    if answer is None or answer is Ellipsis:
        return Attempt(problem=("not_attempted", "Your function returns nothing yet.", "Does it end with a return?"))
    for position, (before, after) in enumerate(zip(arguments, given, strict=True)):
        if _changed(before, after):
            return Attempt(
                problem=(
                    "changed_input",
                    f"Your function changed its input: {_called(function, position)} is no longer what it was.",
                    "pop, append, insert, reverse and sort change that very list. Work on a copy: list(...)."
                    if isinstance(before, list)
                    else "`+=` on an array changes that very array, and a slice is no copy. Start from np.zeros or a copy.",
                )
            )
    return Attempt(answer)


def _changed(before, after):
    if isinstance(before, list):
        return before != after
    return hasattr(before, "shape") and not np.array_equal(to_numpy(before), to_numpy(after), equal_nan=True)


def _called_on(function, given, options, seconds, by_hand):
    """Return the answer, and what the function called that it may not; raise `TooSlow`.

    A function that lies in another process, as where it is graded, is timed and watched over there.
    """
    outside = getattr(type(function), "called_outside", None)
    if outside is None:
        watch = calls.Watch()
        return _timed(lambda: function(*given, **options), seconds, watch if by_hand else None), watch.called
    source = inspect.getsource(calls) if by_hand else None
    try:
        return outside(function, given, copy.deepcopy(options), seconds=seconds, watch=source)
    except TimeoutError:
        raise TooSlow from None


def _timed(call, seconds, profile):
    """Run ``call``; raise `TooSlow` in it when the time is over. Works in any thread and on every system."""
    thread, lock, done, rung = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event(), []

    def ring():
        # Again and again, since a bare `except` swallows it, and in ever narrower gaps: it must fall outside the `try`.
        while not done.wait(0.01 / len(rung) if rung else seconds):
            with lock:
                if not done.is_set() and _running(call.__code__, thread.value):
                    rung.append(True)
                    sys.setswitchinterval(max(interval / len(rung), 1e-6))
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TooSlow))

    def stop():
        sys.setprofile(before)
        with lock:
            done.set()
            sys.setswitchinterval(interval)

    before, interval = sys.getprofile(), sys.getswitchinterval()
    try:
        threading.Thread(target=ring, daemon=True).start()
        sys.setprofile(profile)
        result = call()
    finally:
        try:
            stop()
        finally:  # a ring at the very end breaks off the first; a clock that went on would break off whatever comes next
            stop()
    if rung:  # it may still be on its way; it cannot be called back (clearing it hangs Python 3.11)
        time.sleep(0.01)
        raise TooSlow
    return result


def _running(code, thread):
    """Is the thread inside ``code``, and not in an import? One that is broken off leaves a half-made module for good."""
    frame, inside = sys._current_frames().get(thread), False
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return False
        inside = inside or frame.f_code is code
        frame = frame.f_back
    return inside


def _told(error, function):
    """Python's message, and the student's own line where it happened, in the function or in a helper beside it."""
    outside = getattr(error, "asked_outside", None)  # where it was, if in another process
    if outside:
        return f"Your function stopped with {type(error).__name__}: {error}, in line {outside[1]} of {outside[0]}: `{outside[2]}`."
    file, where = getattr(getattr(function, "__code__", None), "co_filename", None), ""
    for frame, number in traceback.walk_tb(error.__traceback__):  # the last one counts
        code = frame.f_code
        if code.co_filename == file and not code.co_name.startswith("<"):
            line = linecache.getline(file, number).strip()
            where = f", in line {number - code.co_firstlineno + 1} of {code.co_name}: `{line}`"
    return f"Your function stopped with {type(error).__name__}: {error}{where}."


def _called(function, position):
    """What the student calls an argument."""
    try:
        return list(inspect.signature(function).parameters)[position]
    except (ValueError, TypeError, IndexError):
        return f"argument {position + 1}"
