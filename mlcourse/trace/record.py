"""Run a walkthrough and keep what it says, held to what really happened to its arrays."""

import dataclasses
import numbers

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
        If an array that was named once changed in a cell that the step does not name. So neither a value nor a
        highlighted cell can be scripted.
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
            return Trace(grids, tuple(steps), tuple(sources), result=end.value)
        if not isinstance(step, Step):
            raise TypeError(f"A walkthrough yields Steps; this one yielded a {type(step).__name__}.")
        frame, line = _running(walkthrough, sources)
        step = dataclasses.replace(watched.hold(step, frame.f_locals), line=line)
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
    """Every array that a step has named, with a copy of what stood in it."""

    def __init__(self):
        self.shown = {}  # name -> the array or number that the name means to the reader
        self.copies = {}  # id -> (array, copy); the array is kept, so that its id stays its own

    def hold(self, step, variables):
        """Return the step with positions and values, or raise `Untold`."""
        read = {name: _positions(step, name, index, variables) for name, index in step.read.items()}
        wrote = {name: _positions(step, name, index, variables) for name, index in step.wrote.items()}
        self._refuse_silence(step, wrote, variables)
        new, values = {}, {}
        for name in {**read, **wrote}:
            variable = variables[name]
            now = np.array(variable, dtype=float)
            if self._means_another(name, variable, wrote):
                new[name] = now
            elif name in wrote:
                values[name] = now.reshape(-1)[wrote[name]]
            self.shown[name] = variable
            if isinstance(variable, np.ndarray):
                self.copies[id(variable)] = (variable, now)
        return dataclasses.replace(step, read=read, wrote=wrote, values=values, new=new)

    def _means_another(self, name, variable, wrote):
        if name not in self.shown:
            return True
        before = self.shown[name]
        if isinstance(variable, np.ndarray) or isinstance(before, np.ndarray):
            return before is not variable
        return before != variable and name not in wrote  # a number is no cell: a new one is a new value

    def _refuse_silence(self, step, wrote, variables):
        told = {id(variables[name]): positions for name, positions in wrote.items()}
        for name, variable in variables.items():
            if id(variable) not in self.copies or not isinstance(variable, np.ndarray):
                continue
            copy, now = self.copies[id(variable)][1], np.asarray(variable, dtype=float)
            changed = np.flatnonzero((copy != now) & ~(np.isnan(copy) & np.isnan(now)))
            silent = np.setdiff1d(changed, told.get(id(variable), []))
            if silent.size:
                index = [int(i) for i in np.unravel_index(silent[0], copy.shape)]
                raise Untold(f'"{step.title}" changed {name}{index} but does not name it in `wrote`.')


def _positions(step, name, index, variables):
    variable = variables.get(name)
    if not isinstance(variable, np.ndarray | numbers.Real):
        raise Untold(f'"{step.title}" names {name}, which is no array of the walkthrough at that point.')
    flat = np.arange(np.size(variable)).reshape(np.shape(variable))
    try:
        return np.ravel(flat[index])
    except IndexError as error:
        raise Untold(f'"{step.title}" names a cell of {name} that is not there: {error}.') from None
