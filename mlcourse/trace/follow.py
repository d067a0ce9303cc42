"""Follow a student's own function line by line, and tell it like a walkthrough."""

import copy
import functools
import inspect

import numpy as np

from mlcourse.trace.lines.file import file_of
from mlcourse.trace.lines.tracer import Tracer

WANTED = "follow takes a function written with `def`, and what to call it with: follow(conv2d, x, w)."


def follow(function, /, *arrays, limit=3000, seconds=5.0, **options):
    """Run a function on copies of its arguments and keep what each of its lines read and wrote.

    Functions that it calls are followed too where they are defined beside it, in the same file or notebook.

    Parameters
    ----------
    function : callable
        A plain function, a method or a `functools.partial`, with its text in a file or a notebook cell.
    *arrays, **options
        What it is called with: arrays, tensors, lists of numbers, and whatever else it takes. An argument of its own
        that is called ``limit`` or ``seconds`` goes in by position.
    limit : int
        After that many steps the rest runs without being told.
    seconds : float
        After that time the function is stopped, at the next line of its own.

    Returns
    -------
    Trace
        A step for each line that read or wrote a number. ``result`` is what the function returned. ``error`` says why
        the story ended early; an error of the function is the last step, with the arrays as they were.

    Raises
    ------
    TypeError
        For what is no function made of lines: a class, a lambda, a generator function, compiled code.
    ValueError
        If the function's text cannot be had.
    """
    called = _unwrapped(function)
    if file_of(called.__code__, called.__globals__) is None:
        raise ValueError(
            f"The text of {called.__name__} cannot be had, or is no longer the one that runs. "
            "Write it in a notebook cell or in a file, and run the cell or import the file again."
        )
    memo = {}
    given = [_copied(value, memo) for value in arrays]
    options = {name: _copied(value, memo) for name, value in options.items()}
    return Tracer(called.__code__, called.__globals__, limit, seconds).run(lambda: function(*given, **options))


def _unwrapped(function):
    """The plain function whose lines will run, or an error that says why there is none."""
    called = function
    while not inspect.isfunction(called) or hasattr(called, "__wrapped__"):
        if isinstance(called, functools.partial):
            called = called.func
        elif inspect.ismethod(called):
            called = called.__func__
        elif hasattr(called, "__wrapped__"):
            called = called.__wrapped__
        else:
            break
    if isinstance(called, type):
        raise TypeError(
            f"{called.__name__} is a class. {WANTED} A method will do: follow({called.__name__}(...).forward, x)."
        )
    if inspect.isgenerator(called):
        raise TypeError(
            f"A generator was given. {WANTED} A walkthrough is recorded instead: record(walkthroughs.conv2d(x, w))."
        )
    if not inspect.isfunction(called):
        raise TypeError(f"{called!r} is no function made of lines. {WANTED}")
    if called.__name__ == "<lambda>":
        raise TypeError(f"A lambda has no lines to step through. {WANTED}")
    if called.__code__.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        raise TypeError(
            f"{called.__name__} has a `yield` or is `async`: to call it does not run it. {WANTED} "
            f"A walkthrough is recorded instead: record({called.__name__}(...))."
        )
    return called


def _copied(value, memo):
    """A copy to work on; what cannot be copied is handed on."""
    try:
        made = copy.deepcopy(value, memo)
    except Exception:  # an iterator, an open file, a tensor that hangs on others
        return value.detach().clone() if hasattr(value, "detach") else value
    if isinstance(value, np.ndarray):
        made.flags.writeable = value.flags.writeable
    return made
