"""Curves that grow while a network trains, and how far it is."""

import html
import math
from time import monotonic
from uuid import uuid4

import numpy as np
import traitlets

from mlcourse.trace.formula import number
from mlcourse.widgets import front, lifetime
from mlcourse.widgets.course_widget import CourseWidget, table_html
from mlcourse.widgets.curve_picture import picture_img
from mlcourse.widgets.curve_points import CurvePoints

OFTEN, SELDOM = 0.1, 2.0  # seconds between two messages: at the beginning, and in a training of half an hour or more
LEAVE = 30.0  # seconds between two states left as HTML, which cost more than a message
PART, LEAST = 40, 5  # a mean reaches a 40th of all steps to both sides, and 5 at least
SURE = 1.0  # seconds after which the time left is told
UNFINISHED = "It had not ended when this was kept."
AGAIN = "To train again, run the cell above, or all: Run, Run All Cells."


class Curves(CourseWidget):
    """Draw values that come step by step, with a bar of progress above.

    Nothing here waits for the page, which cannot answer while a cell runs. At most ten messages a second go there, each
    with the new points alone; a page that opens later gets all. Where no widget can run, a state that is half a
    minute old, and after the end the last one, stands as HTML. A value that is not finite is a gap. Where values lie close, the
    means of those around each are drawn thick, and they themselves thin.

    Parameters
    ----------
    steps : int
        How many there will be; the axis reaches there from the start.
    label : str
        What it is called.

    Attributes
    ----------
    step : int
        The latest that was sent.
    told : str
        How far it is and how well it goes, in words.
    stopped : str
        Why it ended; empty while it has not.

    Raises
    ------
    TypeError, ValueError
        If ``steps`` is no whole number of at least 1.

    Examples
    --------
    >>> curves = Curves(steps=400)
    >>> curves.add(1, {"loss": {"training": 0.9, "validation": 0.8}, "metric": {"validation": 0.1}})
    >>> curves.end("Stopped after step 1 of 400.")
    >>> curves.told
    'step 1 of 400, loss 0.9, metric 0.1'
    """

    code = front.code("curves.js")
    steps = traitlets.Int(1).tag(sync=True)
    around = traitlets.Int(1).tag(sync=True)  # steps that a mean is over
    curves = traitlets.List(traitlets.Dict()).tag(sync=True)  # "panel" and "name" of each
    step = traitlets.Int(0).tag(sync=True)
    told = traitlets.Unicode().tag(sync=True)
    heard = traitlets.Unicode().tag(sync=True)  # what was told at the last tenth: so often screen readers may speak
    stopped = traitlets.Unicode().tag(sync=True)
    # How points travel: see `get_state` and `mlcourse.widgets.curve_points.CurvePoints.chunks`.
    chunks = traitlets.Int(0).tag(sync=True)  # how many chunks of points there are: chunk_0, chunk_1, ...
    first = traitlets.Int(0).tag(sync=True)  # so many of them lie in `data`
    data = traitlets.Bytes().tag(sync=True)

    def __init__(self, *, steps, label="Training"):
        whole = isinstance(steps, int | np.integer) and not isinstance(steps, bool)
        if not whole or steps < 1:
            raise (ValueError if whole else TypeError)(
                f"steps is {steps!r}; expected a whole number of at least 1, such as 400."
            )
        reach = max(LEAST, int(steps) // PART)
        self._points = CurvePoints(reach)
        self._latest, self._begun, self._next, self._leave_next = 0, None, 0.0, monotonic() + LEAVE
        self._left, self._displayed = f"mlcourse-curves-{uuid4().hex}", False  # the name of the HTML among all outputs
        super().__init__(label=label, steps=int(steps), around=2 * reach + 1, told=f"step 0 of {steps}")

    @classmethod
    def of(cls, history, *, steps=None, label="Training"):
        """Draw a recorded training, or several in the same plots, which may go on by `add` and `follow`.

        Parameters
        ----------
        history : dict of str to list, or dict of such
            As `mlcourse.training.fit` makes it: ``loss`` of each step; where it was validated, also ``validated``, the steps
            after which there is a ``validation_loss`` and a ``metric``. Several come by the name of their curve.
        steps : int, optional
            How many there will be; left out, as many as there are.
        label : str

        Returns
        -------
        Curves
        """
        histories = {"": history} if "loss" in history else history
        longest = max((len(one["loss"]) for one in histories.values()), default=0)
        drawn = cls(steps=max(1, longest) if steps is None else steps, label=label)
        drawn._next = math.inf  # nothing travels in between
        for name, one in histories.items():
            drawn.follow(name, one)
        drawn._send_news(monotonic())
        drawn._begun, drawn._next = None, 0.0
        return drawn

    def add(self, step, values):
        """Take the values of a step. They are sent at once or with a later one: see `flush`.

        Parameters
        ----------
        step : int
            0 to ``steps``, and for each curve larger than the one before.
        values : dict of str to dict of str to float
            By panel and curve: ``{"loss": {"training": 0.31}, "metric": {"validation": 0.62}}``. Each panel is a plot;
            of its first curve the latest value is told.

        Raises
        ------
        TypeError, ValueError
            If step or values do not fit, or there are more curves than can be told apart.
        """
        if self.stopped:
            raise ValueError(f"It has ended: {self.stopped} A new training needs new Curves.")
        if not isinstance(step, int | np.integer) or not 0 <= step <= self.steps:
            raise ValueError(f"step is {step!r}; expected a whole number from 0 to {self.steps}, which steps said.")
        now = monotonic()
        self._points.add(int(step), values)
        if self._begun is None:
            self._begun = int(step), now
        self._latest = max(self._latest, int(step))
        if now >= self._next:
            self._send_news(now)

    def follow(self, name, history, *, after=0):
        """Take what a training has made since step ``after``.

        Parameters
        ----------
        name : str
            Of its curves. If empty, they are called training and validation; else the validation loss is not wanted.
        history : dict of str to list
            As for `of`.
        after : int
        """
        for step, loss in enumerate(history["loss"][after:], after + 1):
            self.add(step, {"loss": {name or "training": loss}})
        panels = {"metric": "metric"} if name else {"validation_loss": "loss", "metric": "metric"}
        for step, *values in zip(*(history.get(key, []) for key in ("validated", *panels)), strict=True):
            if step > after:
                told = dict(zip(panels.values(), values, strict=True))
                self.add(step, {panel: {name or "validation": value} for panel, value in told.items()})

    def flush(self):
        """Send what still waits, and leave it as HTML too."""
        self._send_news(monotonic())
        self._leave()

    def end(self, sentence):
        """Say why it ended; send all, and leave it as HTML.

        Parameters
        ----------
        sentence : str
        """
        self._send_news(monotonic(), sentence)
        self.send_state("data")
        self._leave()

    def get_state(self, key=None, drop_defaults=False):
        """Return what travels to the page: the newest chunk; at the beginning of a page and at the end, all points.

        The page's model keeps every chunk under its name, whether or not somebody looks, so no message is lost.
        """
        state = super().get_state(key, drop_defaults)
        chunks = tuple(self._points.chunks)  # a page may be answered in a thread of its own, while they become more
        if key is None or "data" in state:
            if key is not None:
                state |= {f"chunk_{n}": None for n in range(len(chunks))}  # they need not be kept twice
            state |= {"data": b"".join(chunks), "first": len(chunks), "chunks": len(chunks)}
        elif chunks and "chunks" in state:
            state[f"chunk_{len(chunks) - 1}"] = chunks[-1]
        return state

    def _send_news(self, now, stopped=""):
        """Send what waits, and say when the next may go: later and later, since a moment is ever less of the whole."""
        with self.hold_sync():
            if self._points.pack():
                self.chunks = len(self._points.chunks)
                self.curves = [{"panel": panel, "name": name} for panel, name in self._points.keys]
            tenth = self._latest * 10 // self.steps > self.step * 10 // self.steps
            self.step, self.stopped = self._latest, stopped or self.stopped
            so_far = self._so_far()
            self.told = so_far + self._time_left(now)
            if tenth:
                self.heard = so_far
        lasted = now - self._begun[1] if self._begun else 0.0
        self._next = now + min(max(OFTEN, lasted / 1000), SELDOM)
        if now >= self._leave_next:
            self._leave()

    def _so_far(self):
        latest = [f"{panel} {number(float(f'{value:.3g}'))}" for panel, value in self._points.latest().items()]
        return ", ".join([f"step {self._latest} of {self.steps}", *latest])

    def _time_left(self, now):
        """What the steps so far let expect of those to come."""
        if self.stopped or self._begun is None:
            return ""
        made, left, lasted = self._latest - self._begun[0], self.steps - self._latest, now - self._begun[1]
        return f", about {in_words(lasted / made * left)} left" if made and left and lasted >= SURE else ""

    def as_html(self):  # noqa: D102 - told in the base class
        styles = {name: k for k, name in enumerate(dict.fromkeys(curve["name"] for curve in self.curves))}
        panels, last, smoothed = {}, [], False
        for curve, (points, means) in zip(self.curves, self._points.rows(), strict=True):
            means = means[: len(means) if np.isfinite(means[:, 1]).any() else 0]
            smoothed |= len(means) > 0
            panels.setdefault(curve["panel"], []).append((curve["name"], styles[curve["name"]], points, means))
            last.append([curve["panel"], curve["name"], f"{points[-1, 0]:.0f}", number(points[-1, 1])])
        told = [f"{self._so_far()}.", self.stopped or ("" if self.step == self.steps else UNFINISHED)]
        told += [f"Thick lines are smoothed: means of {self.around} steps."] if smoothed else []
        table = table_html("Last values", [["", "", "step", "value"], *last]) if last else ""
        pictures = "".join(picture_img(panel, curves, self.steps) for panel, curves in panels.items())
        return (
            f"<p><strong>{html.escape(self.label)}</strong>: {html.escape(' '.join(filter(None, told)))}</p>"
            f"<div>{pictures}</div>{table}"
        )

    def _ipython_display_(self, **kwargs):
        """Show a first state that can be read, and that `_leave` brings up to date, then the widget."""
        from IPython.display import display

        self._send_news(monotonic())
        self.open()
        lifetime.belong_to_this_cell(self.parts())
        self._displayed = True
        display(self._readable(), raw=True, display_id=self._left)
        bundle, metadata = self._repr_mimebundle_(**kwargs)
        display({**bundle, "text/plain": ""}, metadata=metadata, raw=True)

    def _leave(self):
        """Bring the HTML in the notebook up to date, wherever it stands."""
        self._leave_next = monotonic() + LEAVE
        if self._displayed:
            from IPython.display import display

            display(self._readable(), raw=True, display_id=self._left, update=True)

    def _readable(self):
        return {
            "text/html": f'<div class="mlc-first">{self.as_html()}<p><em>{AGAIN}</em></p></div>',
            "text/plain": f"{self.label}: {self.told}. {self.stopped} {AGAIN}",
        }

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures: what a training might give, by a formula."""
        steps = np.arange(1, 201)
        wave = np.sin(steps * 1.7) * np.sin(steps * 0.37) * np.sin(steps**2 * 0.13)
        falls = np.exp(-steps / 40)
        at = slice(19, None, 20)
        history = {
            "loss": 0.12 + 0.7 * falls + 0.25 * wave * (falls + 0.15),
            "validated": steps[at].tolist(),
            "validation_loss": (0.16 + 0.7 * falls)[at] + np.linspace(0, 0.04, 10),
            "metric": (0.88 - 0.8 * falls)[at],
        }
        shown = cls.of(history, label="Synthetic training")
        shown.end("All 200 steps are made. Nothing was trained: the numbers come from a formula.")
        return shown


def in_words(seconds):
    """Return a duration as it can be trusted: seconds by fives, then minutes, then hours.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str
        Such as ``"25 s"``.
    """
    if seconds < 10:
        return f"{math.ceil(seconds)} s"
    if seconds < 90:
        return f"{5 * round(seconds / 5)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
