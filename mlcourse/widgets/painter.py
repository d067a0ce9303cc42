"""A mask, or a map of probabilities, that a student paints."""

import base64
import html

import numpy as np
import traitlets

from mlcourse.trace.formula import number
from mlcourse.widgets import front
from mlcourse.widgets.course_widget import table_html
from mlcourse.widgets.findings import picture_png
from mlcourse.widgets.matrix_editor import MatrixEditor

LARGEST = 64  # rows or columns; more would be too small to point at
WRITTEN_OUT = 12  # columns of which a page without a kernel shows the numbers
LEFT_SIZE = 256  # pixels of the screen, at most, for the picture there


class Painter(MatrixEditor):
    """Numbers from 0 to 1 to paint on a grid: a mask, or what a network says of each pixel.

    Painted, erased and moved as a whole, by mouse, finger or keyboard. It goes into a function wherever a
    `MatrixEditor` does: among an ``Explorer``'s controls, as an argument of a ``Player``.

    Parameters
    ----------
    values : array, shape (H, W) or (1, 1, H, W)
        What is painted at first, from 0 to 1; at most 64 rows and columns. The shape stays as it is given.
    label : str
        What it is called, such as ``"truth"``.
    key : str
        Under which the numbers are kept beside the notebook; without it they are gone with the kernel.
    levels : sequence of float
        The values that a student may paint, above 0 and up to 1; the last one is chosen first. ``(1,)`` is for masks.
    outline : Painter or array of the same height and width
        Where this is 0.5 or more, a dashed line is drawn around it. That of a Painter changes with it.

    Attributes
    ----------
    value : numpy.ndarray
        float64, the numbers as they are now; may be set. A new array each time.

    Raises
    ------
    TypeError, ValueError
        If the values have another shape or no numbers, or they, the levels or the outline do not fit.

    Examples
    --------
    >>> truth = Painter(np.eye(4), label="truth", levels=(1,))
    >>> truth.value.sum()
    np.float64(4.0)
    """

    code = front.code("painter.js")
    levels = traitlets.List(traitlets.Float()).tag(sync=True)
    outline = traitlets.List(traitlets.Bool()).tag(sync=True)
    outlined = traitlets.Unicode().tag(sync=True)  # what the dashed line surrounds

    def __init__(self, values, *, label="", key="", levels=(0.1, 0.3, 0.5, 0.7, 0.9, 1.0), outline=None):
        array, levels = _from_0_to_1("values", values), _levels(levels)
        self._surrounded = outline if isinstance(outline, Painter) else None
        around = None if outline is None else _from_0_to_1("outline", outline.value if self._surrounded else outline)
        if around is not None and around.shape[-2:] != array.shape[-2:]:
            raise ValueError(f"outline has {_size(around)}, values has {_size(array)}; expected the same.")
        super().__init__(array, label=label, least=0.0, most=1.0, key=key)
        with self.hold_sync():
            self.levels = levels
            if around is not None:
                self.outline = (around >= 0.5).ravel().tolist()
                self.outlined = (self._surrounded and self._surrounded.label) or "the outline given"

    def open(self):  # noqa: D102 - told in the base class
        if self.comm is None:
            super().open()
            if self._surrounded:
                self._surrounded.observe(self._follow, "cells")
                self._follow()

    def close(self):  # noqa: D102 - told in the base class
        if self.comm is not None:
            super().close()
            if self._surrounded:
                self._surrounded.unobserve(self._follow, "cells")

    def _follow(self, _change=None):
        self.outline = [cell >= 0.5 for cell in self._surrounded.cells]

    def as_html(self):  # noqa: D102 - told in the base class
        array = self.value.reshape(self.value.shape[-2:])
        rows, columns = array.shape
        if columns <= WRITTEN_OUT:
            return table_html(self.label, [[number(v) for v in row] for row in array])
        png = base64.b64encode(picture_png(array, 0.0, 1.0)).decode()
        name, scale = html.escape(self.label), max(1, LEFT_SIZE // max(rows, columns))
        words = f"{name}: {_size(array)}; black 0, white 1; {int((array > 0).sum())} above 0, sum {number(array.sum())}"
        return (
            '<div style="display:inline-block;vertical-align:top;margin:4px 12px 4px 0">'
            f'<img src="data:image/png;base64,{png}" alt="{name}" width="{columns * scale}" '
            f'style="image-rendering:pixelated"><br>{words}</div>'
        )

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures: a prediction that is a little beside the truth."""
        rows, columns = np.mgrid[:12, :12]
        truth = (rows - 5) ** 2 + (columns - 5) ** 2 < 12
        from_middle = np.hypot(rows - 6, columns - 7)
        return cls(np.select([from_middle < 2.2, from_middle < 3.4], [0.9, 0.3]), label="prediction", outline=truth)


def _from_0_to_1(name, given):
    """An array (H, W) or (1, 1, H, W) of float64 from 0 to 1, or an error that says what is wrong with it."""
    try:
        array = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {type(given).__name__} {given!r:.60}; expected an array of numbers.") from None
    if array.ndim not in (2, 4) or array.shape[:-2] not in ((), (1, 1)):
        raise ValueError(
            f"{name} has shape {array.shape}; expected (H, W) or (1, 1, H, W). Give one image of a batch: x[:1, :1]."
        )
    if not 1 <= min(array.shape) <= max(array.shape) <= LARGEST:
        raise ValueError(
            f"{name} has {_size(array)}; expected 1 to {LARGEST} of each. Give a part, or every second: x[::2, ::2]."
        )
    outside = array[~((array >= 0) & (array <= 1))]
    if outside.size:
        raise ValueError(
            f"{name} holds {number(outside[0])}; expected numbers from 0 to 1. A network's scores become such by "
            "ops.sigmoid."
        )
    return array


def _levels(given):
    try:
        levels = [float(level) for level in given]
    except (TypeError, ValueError):
        raise TypeError(f"levels is {given!r}; expected some numbers, such as (0.3, 0.7, 1).") from None
    if not levels or not all(0 < level <= 1 for level in levels):
        raise ValueError(f"levels is {given!r}; expected at least one number, each above 0 and at most 1.")
    return levels


def _size(array):
    return f"{array.shape[-2]} rows and {array.shape[-1]} columns"
