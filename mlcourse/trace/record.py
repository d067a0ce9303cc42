"""Run a walkthrough and keep what it says, held to what really happened to its arrays."""

import dataclasses
import math
import numbers
from functools import lru_cache

import numpy as np

from mlcourse.trace.source import told
from mlcourse.trace.step import Step, Trace


class Untold(AssertionError):
    """A walkthrough changed a cell that its step does not name, or names a cell that is not there."""


def record(walkthrough):
    """Run a walkthrough to its end.

    Parameters
    ----------
    walkthrough : generator
        A walkthrough that has been called, such as ``walkthroughs.conv2d(x, w)``.

    Returns
    -------
    Trace

    Raises
    ------
    TypeError
        If it is no generator, or yields something else than a ``Step``.
    Untold
        If an array that was named once changed in a cell that the step does not name, also after the last step; or if
        a step names an array or a cell that is not there. So no value can be scripted, and no write go unseen.
    """
    if not hasattr(walkthrough, "gi_frame"):
        raise TypeError(
            f"record was given a {type(walkthrough).__name__}; expected a walkthrough that has been called, "
            "such as walkthroughs.conv2d(x, w)."
        )
    grids, steps, sources, watched = {}, [], [], _Watched()
    while True:
        try:
            step = next(walkthrough)
        except StopIteration as end:
            watched.refuse_silence("What ran after the last step", {}, {})
            return Trace(grids, tuple(steps), tuple(sources), result=end.value)
        if not isinstance(step, Step):
            raise TypeError(f"A walkthrough yields Steps; this one yielded a {type(step).__name__}.")
        frame, line = _running(walkthrough, sources)
        step = watched.hold(step, line, frame.f_locals)
        for name, array in step.new.items():
            grids.setdefault(name, array)
        steps.append(step)


def _running(walkthrough, sources):
    """The innermost suspended frame, and which shown line of which source it stands on."""
    while True:
        source, places = told(walkthrough.gi_code)
        if source not in sources:
            sources.append(source)
        if not hasattr(walkthrough.gi_yieldfrom, "gi_frame"):
            frame = walkthrough.gi_frame
            return frame, (sources.index(source), places[frame.f_lineno])
        walkthrough = walkthrough.gi_yieldfrom


class _Watched:
    """What steps have named, as the reader knows it."""

    def __init__(self):
        self.shown = {}  # name -> the array or number that the name means to the reader
        self.copies = {}  # id -> (array, what was told of it); the array is kept, so that its id stays its own

    def hold(self, step, line, variables):
        """Return the step with its line, positions and values, or raise `Untold`."""
        read = {name: _positions(step, name, index, variables) for name, index in step.read.items()}
        wrote = {name: _positions(step, name, index, variables) for name, index in step.wrote.items()}
        self.refuse_silence(f'"{step.title}"', wrote, variables)
        new, values = {}, {}
        for name in {**read, **wrote}:
            variable = variables[name]
            if self._means_another(name, variable, wrote):
                new[name] = _copy(variable)
            elif name in wrote:
                values[name] = _flat(variable)[wrote[name]]
            self.shown[name] = variable
            if isinstance(variable, np.ndarray):
                if id(variable) not in self.copies:
                    self.copies[id(variable)] = (variable, _copy(variable))
                if name in wrote:
                    _flat(self.copies[id(variable)][1])[wrote[name]] = _flat(variable)[wrote[name]]
        return dataclasses.replace(step, read=read, wrote=wrote, line=line, values=values, new=new)

    def _means_another(self, name, variable, wrote):
        if name not in self.shown:
            return True
        before = self.shown[name]
        if isinstance(variable, np.ndarray) or isinstance(before, np.ndarray):
            return before is not variable
        # A number is no cell: a new one is a new value.
        return name not in wrote and not np.array_equal(before, variable, equal_nan=True)

    def refuse_silence(self, who, wrote, variables):
        """Raise `Untold` if an array changed in a cell that is not named.

        What the reader sees must be named by the name it is seen under. What was named once and is seen no more, but
        is still at hand, may be named by any.
        """
        at_hand = [(name, a) for name, a in variables.items() if a is not self.shown.get(name)]
        for name, array in (*self.shown.items(), *at_hand):
            if id(array) not in self.copies:
                continue
            before, now = _flat(self.copies[id(array)][1]), _flat(array)
            silent = before != now
            if not silent.any():
                continue
            silent &= ~(np.isnan(before) & np.isnan(now))
            seen = self.shown.get(name) is array
            for other, positions in wrote.items():
                if variables[other] is array and (other == name or not seen):
                    silent[positions] = False
            if silent.any():
                index = [int(i) for i in np.unravel_index(silent.argmax(), array.shape)]
                raise Untold(f"{who} changed {name}{index} but does not name it in `wrote`.")


def _flat(a):
    """An array or number as float64 in one row: a view where it can be."""
    return np.asarray(a, dtype=float).reshape(-1)


def _copy(a):
    return np.array(a, dtype=float, order="C")


@lru_cache(maxsize=256)
def _places(shape):
    """The flat position of each cell of an array."""
    places = np.arange(math.prod(shape)).reshape(shape)
    places.flags.writeable = False
    return places


def _positions(step, name, index, variables):
    variable = variables.get(name)
    if not isinstance(variable, np.ndarray | numbers.Real):
        raise Untold(f'"{step.title}" names {name}, which is no array of the walkthrough at that point.')
    try:
        return np.ravel(_places(np.shape(variable))[index])
    except IndexError as error:
        raise Untold(f'"{step.title}" names a cell of {name} that is not there: {error}.') from None
