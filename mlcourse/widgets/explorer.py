"""Turn a function's arguments and see what it returns: pictures, curves, numbers."""

import base64
import html
import inspect
import threading
import traceback
from collections import defaultdict

import numpy as np
import traitlets

from mlcourse import ops
from mlcourse.trace.formula import number
from mlcourse.widgets import front
from mlcourse.widgets.controls import check_arguments, read_controls, take_values
from mlcourse.widgets.course_widget import table_html
from mlcourse.widgets.findings import pack, picture_png, read_findings
from mlcourse.widgets.frames import frames_at, positions
from mlcourse.widgets.matrix_editor import MatrixEditor
from mlcourse.widgets.with_editors import WithEditors

LARGEST_LEFT = 256  # rows or columns of a picture that stays in a notebook without a kernel


class Explorer(WithEditors):
    """Call a function with what sliders and choices say, and show what it returns.

    Pictures stand side by side, with one cross-hair and one zoom for all of a size, and their difference where two
    have the same size; curves share one plot; numbers and texts are written out. A slow function is called once at a
    time; of what was chosen meanwhile the last counts.

    Parameters
    ----------
    function : callable
        Called with the controls' values by name. Returns a dict: under each name an array of shape (H, W), a picture;
        an array of shape (N,) or a pair ``(x, y)`` of such, a curve; or a number or text.
    key : str
        Under which the values are kept beside the notebook; without it they are gone with the kernel.
    label : str
        What it is called; by default the function's name.
    grey : str, pair of float, or dict of these by picture
        ``"own"``: each picture from its least value, black, to its greatest, white. ``"common"``: from the least to
        the greatest of all that have it. Or the values that are ``(black, white)``.
    axes : pair of str
        What the axes of the plot are called.
    **controls : tuple, list, bool, MatrixEditor or Painter
        ``(least, most)``, ``(least, most, step)`` or ``(least, most, step, start)`` for a slider; a list of numbers or
        texts for a choice; a bool for a checkbox; an editor, whose numbers go in. Only a slider of integers gives
        integers.

    Attributes
    ----------
    values : dict
        What the controls say now, without the editors; may be set, as a whole.
    found : dict
        What the function returned last.
    error : str
        What went wrong in the function at the last change; then the last good pictures stay.

    Raises
    ------
    TypeError, ValueError
        If a control is none of these, the function does not take it, or returns something else. What the function
        raises at its first call is raised here.

    Examples
    --------
    >>> blur = Explorer(lambda width: {"kernel": np.ones((width, width)) / width**2}, width=(1, 9, 2))
    >>> blur.found["kernel"].shape
    (5, 5)
    """

    code = front.code("explorer.js")
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)  # counted up by the page at each change
    answered = traitlets.Int(0).tag(sync=True)  # the `asked` that is shown
    made = traitlets.Int(0).tag(sync=True)  # counted up with each answer: what the page listens to
    pictures = traitlets.List(traitlets.Dict()).tag(sync=True)
    curves = traitlets.List(traitlets.Dict()).tag(sync=True)
    readings = traitlets.Dict().tag(sync=True)
    axes = traitlets.List(traitlets.Unicode(), minlen=2, maxlen=2).tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    frames = traitlets.Dict().tag(sync=True)  # for pages without Python, see `compute_frames`
    frame_data = traitlets.Bytes().tag(sync=True)

    def __init__(self, function, *, key="", label="", grey="own", axes=("x", ""), **controls):
        if not callable(function):
            raise TypeError(f"Explorer was given {function!r}; expected a function (its name, without brackets).")
        self._editors = {name: control for name, control in controls.items() if isinstance(control, MatrixEditor)}
        described = read_controls({name: control for name, control in controls.items() if name not in self._editors})
        check_arguments(function, controls)
        self._function, self._grey, self._key = function, _grey_of(grey), key
        self._one_at_a_time = threading.RLock()  # widgets may be served in a thread of their own, beside the cells
        called = label or getattr(function, "__name__", "function").replace("<lambda>", "function")
        start = {control["name"]: control["start"] for control in described}
        editors = self.editors_among(controls.values(), key)
        super().__init__(label=called, editors=editors, controls=described, values=start, axes=list(axes))
        if not (key and self._bring_back()):
            self._show(self._found())
        self._explored = self.values
        self.observe(self._explore, ["values", "asked"])
        if key:
            self.tell_answers()

    @traitlets.validate("values")
    def _fitting(self, proposal):
        return take_values(self.controls, proposal["value"])

    def _bring_back(self):
        """Show what was kept under the key; False where nothing is kept, or it does no longer work."""
        kept = self.answers.get(self._key)
        if not isinstance(kept, dict) or kept.get("of") != self.controls:
            return False  # who changed the controls in the code wants to see those
        start = self.values
        try:
            self.values = kept["values"]
            self._show(self._found())
        except Exception:
            self.values, self.error = start, "The values that were kept no longer work; here are those of the code."
            return False
        return True

    def _explore(self, _change=None):
        """Answer the page, or a change of `values` in Python. An observer's error appears nowhere, so it is shown."""
        with self._one_at_a_time:
            values, asked = self.values, self.asked
            if (values, asked) == (self._explored, self.answered):
                return  # `values` and `asked` come together, and each of them calls
            self._explored = values
            self._answer(asked)
            if self._key:
                self.answers.put(self._key, {"of": self.controls, "values": values})
                self.tell_answers()

    def edited(self):  # noqa: D102 - told in the base class
        with self._one_at_a_time:
            self._answer(self.answered)

    def _answer(self, asked):
        with self.hold_sync():
            try:
                self._show(self._found())
                self.error = ""
            except (Exception, KeyboardInterrupt) as error:
                self.error = f"{told(error, self._function)} What is shown is still what the last good values gave."
            self.answered = asked
            self.made += 1

    def compute_frames(self):
        """Compute what is shown at each position of the controls, so that a page without Python can show it too."""
        chosen = positions(self.controls, self.values)
        with self.hold_sync():
            shown, self.frame_data = frames_at(self._found, chosen, self._grey)
            self.frames = {"positions": chosen, "shown": shown}

    def _found(self, **values):
        edited = {name: editor.value for name, editor in self._editors.items()}
        return self._function(**(values or self.values), **edited)

    def _show(self, found):
        pictures, curves, readings = read_findings(found)
        laid, drawn, data = pack(pictures, curves, self._grey)
        with self.hold_sync():
            self.pictures, self.curves, self.readings, self.data = laid, drawn, readings, data
        self.found = found

    def as_html(self):  # noqa: D102 - told in the base class
        rows = [[name, _written(value)] for name, value in {**self.values, **self.readings}.items()]
        pictures, curves, _ = read_findings(self.found)
        shown = [editor.as_html() for editor in self.editors]
        shown += [_figure(d, pictures[d["name"]]) for d in self.pictures]
        plotted = [[name, *map(number, (x[0], x[-1], y[0], y[-1]))] for name, (x, y) in curves.items()]
        if plotted:
            shown.append(table_html("Curves", [["", "x from", "to", "y from", "to"], *plotted]))
        return f"<p><strong>{html.escape(self.label)}</strong></p>{table_html('Values', rows)}{''.join(shown)}"

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures: a noisy disc under three kernels."""
        rows, columns = np.mgrid[:32, :32] - 15.5
        disc, noise = (rows**2 + columns**2 < 100) * 1.0, np.random.default_rng(0).normal(size=(32, 32))

        def filtered(noise_level, width, kernel, keep_size):
            flat = np.ones((1, 1, width, width)) / width**2
            slope = np.linspace(-1, 1, width)[:, None] if width > 1 else 1
            w = {
                "mean": flat,
                "edge between rows": flat * slope,
                "edge between columns": flat * np.swapaxes(slope, 0, -1),
            }
            x = disc + noise_level * noise
            y = ops.conv2d(x[None, None], w[kernel], padding=width // 2 if keep_size else 0)[0, 0]
            return {"x": x, "y": y, "row 16 of x": x[16], "row 16 of y": y[16], "largest y": y.max()}

        controls = {"noise_level": (0.0, 1.0, 0.1, 0.3), "width": (1, 9, 2, 3), "keep_size": True}
        kernels = ["mean", "edge between rows", "edge between columns"]
        return cls(filtered, label="A noisy disc", kernel=kernels, axes=("column", "value"), **controls)


def told(error, function):
    """Return an error with the line of the function's own file that it came from.

    Parameters
    ----------
    error : BaseException
    function : callable

    Returns
    -------
    str
    """
    said = ": ".join(part for part in (type(error).__name__, str(error)) if part).rstrip(".")
    while hasattr(function, "func"):  # functools.partial
        function = function.func
    try:
        file = inspect.getfile(function)
    except TypeError:
        file = None
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not own or file == __file__:
        return f"{said}."
    return f"{said} (line {own[-1].lineno} of {own[-1].name}: {own[-1].line})."


def _grey_of(grey):
    """By picture; under every name that is not given, the one for all."""
    asked = grey if isinstance(grey, dict) else {}
    for one in asked.values() if isinstance(grey, dict) else [grey]:
        pair = isinstance(one, tuple | list) and len(one) == 2 and np.isfinite(one).all() and one[0] < one[1]
        if one not in ("own", "common") and not pair:
            raise ValueError(f"grey is {one!r}; expected 'own', 'common' or (black, white), the smaller number first.")
    return defaultdict(lambda: "own" if isinstance(grey, dict) else grey, asked)


def _written(value):
    return str(value) if isinstance(value, str | bool) else number(value)


def _figure(described, array):
    """A picture and its caption as HTML, with every second, third ... pixel of a large one."""
    height, width = array.shape
    every = -(-max(height, width) // LARGEST_LEFT)
    png = base64.b64encode(picture_png(array[::every, ::every], described["black"], described["white"])).decode()
    name, scale = html.escape(described["name"]), max(1, LARGEST_LEFT // max(height, width))
    kept = f", of which 1 in {every} is drawn" if every > 1 else ""
    words = f"{name}: {height} rows, {width} columns{kept}; black {number(described['black'])}, white {number(described['white'])}"
    return (
        '<div style="display:inline-block;vertical-align:top;margin:4px 12px 4px 0">'
        f'<img src="data:image/png;base64,{png}" alt="{name}" width="{-(-width // every) * scale}" '
        f'style="image-rendering:pixelated"><br>{words}</div>'
    )
