"""One thing that happened to some numbers, and the whole story of a computation."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """What a walkthrough says after it has made a number.

    Attributes
    ----------
    title, says : str
        A few words; a sentence or two for the student.
    symbols : str
        The rule, in LaTeX. One string a rule, so that it is drawn once.
    numbers : str
        The rule with the numbers in it, made from the arrays (see `mlcourse.trace.formula.terms`).
    read, wrote : dict of str to index
        Local variable -> the cells that were read or written, as NumPy would index them. In a recorded step they
        are flat positions (C order, integer arrays).
    line : (int, int) or None
        Source and line (both from 0) that ran; filled in by `mlcourse.trace.record.record`.
    values : dict of str to numpy.ndarray
        What now stands in the cells of ``wrote``; filled in by ``record``.
    new : dict of str to numpy.ndarray
        Arrays as they stand, where a name is told for the first time or has come to mean another array; by ``record``.
    """

    title: str
    says: str = ""
    symbols: str = ""
    numbers: str = ""
    read: dict = field(default_factory=dict)
    wrote: dict = field(default_factory=dict)
    line: tuple | None = None
    values: dict = field(default_factory=dict)
    new: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """The text that a story runs through.

    Attributes
    ----------
    name, text, file : str
        The file as seen from where the package lies.
    numbers : tuple of int
        Where each line of the text stands in its file, from 1.
    """

    name: str
    text: str
    file: str
    numbers: tuple


@dataclass(frozen=True)
class Trace:
    """A computation as data: every step with the cells it read and wrote.

    Attributes
    ----------
    grids : dict of str to numpy.ndarray
        Each array as it was when it was first named, in that order.
    steps : tuple of Step
    sources : tuple of Source
        The functions that ran, outermost first.
    result : object
        What the computation returned.
    error : str
        Why it ended early, or empty.
    """

    grids: dict
    steps: tuple
    sources: tuple
    result: object = None
    error: str = ""

    def at(self, index):
        """Return every grid as it is after step ``index`` (from 0); what does not exist yet is left out."""
        grids = {}
        for step in self.steps[: index + 1]:
            grids |= {name: array.copy() for name, array in step.new.items()}
            for name, values in step.values.items():
                grids[name].reshape(-1)[step.wrote[name]] = values
        return grids
