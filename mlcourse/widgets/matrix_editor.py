"""A table of numbers that a student may change; a single number is a table of one cell."""

import numpy as np
import traitlets

from mlcourse.trace.formula import number
from mlcourse.widgets import front
from mlcourse.widgets.course_widget import CourseWidget, table_html


class MatrixEditor(CourseWidget):
    """Numbers to edit: typed, stepped with keys, dragged, or pasted as a table.

    Parameters
    ----------
    value : array or number
        Any shape; the last two axes are rows and columns, further axes become tables side by side.
    label : str
        What it is called, such as ``"x"``.
    step : float
        What Page Up and Page Down add and take away.
    least, most : float
        Limits for every number.
    resizable : bool
        Whether rows and columns may be added and taken away.
    key : str
        Under which the numbers are kept beside the notebook; without it they are gone with the kernel.

    Attributes
    ----------
    value : numpy.ndarray or float
        The numbers as they are now; may be set. A new array each time, so that changes are seen.

    Raises
    ------
    ValueError
        If a number is outside the limits or not finite, or a new value has another shape.

    Examples
    --------
    >>> MatrixEditor([[3, 1], [2, 1]], label="x").value
    array([[3., 1.],
           [2., 1.]])
    """

    code = front.code("matrix_editor.js")
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    cells = traitlets.List(traitlets.Float()).tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)
    step = traitlets.Float(1.0).tag(sync=True)
    least = traitlets.Float(-1e12).tag(sync=True)
    most = traitlets.Float(1e12).tag(sync=True)
    resizable = traitlets.Bool(False).tag(sync=True)

    def __init__(self, value, *, label="", step=1.0, least=-1e12, most=1e12, resizable=False, key=""):
        array = np.asarray(value, dtype=float)
        initial = {"shape": list(array.shape), "cells": array.ravel().tolist()}
        super().__init__(label=label, step=step, least=least, most=most, resizable=resizable, initial=initial)
        self._take(initial)
        if key:
            self.keep_by(key)

    def keep_by(self, key):
        """Bring back what was kept under ``key``, and keep every change from now on.

        What was kept for other numbers in the code is not brought back: who changed the code wants to see that.

        Parameters
        ----------
        key : str
        """
        kept = self.answers.get(key)
        if isinstance(kept, dict) and kept.get("from") == self.initial:
            try:
                self._take(kept["now"])
            except (traitlets.TraitError, ValueError, KeyError, TypeError):
                self.error = "What was kept for these numbers no longer fits; here are the numbers of the code."
        self.observe(lambda _: self._keep(key), ["shape", "cells"])
        self.tell_answers()

    @property
    def value(self):  # noqa: D102 - told in the class
        array = np.array(self.cells).reshape(self.shape)
        return float(array) if array.ndim == 0 else array

    @value.setter
    def value(self, new):
        array = np.asarray(new, dtype=float)
        if list(array.shape) != self.shape and not self.resizable:
            raise ValueError(f"{self.label or 'The editor'} holds shape {tuple(self.shape)}; {array.shape} came.")
        self._take({"shape": list(array.shape), "cells": array.ravel().tolist()})

    @property
    def whole(self):
        """Whether shape and numbers fit; between the two halves of a change of size they do not."""
        return int(np.prod(self.shape)) == len(self.cells)

    def _take(self, table):
        if int(np.prod(table["shape"])) != len(table["cells"]):
            raise ValueError(f"Shape {table['shape']} needs other than {len(table['cells'])} numbers.")
        with self.hold_sync():
            self.shape, self.cells = table["shape"], table["cells"]

    def _keep(self, key):
        if self.whole:
            now = {"shape": self.shape, "cells": self.cells}
            self.answers.put(key, {"from": self.initial, "now": now})
            self.tell_answers()

    @traitlets.validate("cells")
    def _within(self, proposal):
        cells = np.asarray(proposal["value"], dtype=float)
        outside = cells[~((cells >= self.least) & (cells <= self.most))]
        if outside.size:
            raise ValueError(f"{number(outside[0])} is outside the limits {number(self.least)} to {number(self.most)}.")
        return proposal["value"]

    def as_html(self):  # noqa: D102 - told in the base class
        array = np.array(self.cells).reshape(self.shape)
        blocks = array.reshape(-1, *array.shape[-2:]) if array.ndim > 1 else array.reshape(1, 1, -1)
        return "".join(table_html(self.label, [[number(v) for v in row] for row in block]) for block in blocks)

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures."""
        return cls([[3, 1], [2, 1], [0, 7]], label="x", resizable=True)
