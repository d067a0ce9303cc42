"""Step through a computation, forward and backward, and change its numbers."""

import inspect

import numpy as np
import traitlets

from mlcourse.trace import Trace, follow, number, record, to_wire
from mlcourse.widgets import front
from mlcourse.widgets.course_widget import table_html
from mlcourse.widgets.matrix_editor import MatrixEditor
from mlcourse.widgets.with_editors import WithEditors


class Player(WithEditors):
    """Show a trace: which cells were read and written, the rule, the numbers in it, the line that ran.

    Parameters
    ----------
    story : callable or Trace
        A walkthrough, such as ``walkthroughs.conv2d``; any other function, which is followed line by line, see
        `mlcourse.trace.follow`; or what `mlcourse.trace.record` or ``follow`` made of one.
    *arguments, **options
        For the function. A ``MatrixEditor`` or ``Painter`` among them stands above the steps; its value goes in, and
        an edit records anew.
    key : str
        Under which the step and the edited numbers are kept beside the notebook; without it they are gone with the
        kernel.

    Attributes
    ----------
    index : int
        The step shown, from 0.
    story : Trace
        What is shown now.
    error : str
        Why the story ended early, or why the last edit could not be recorded; then the last good story is kept.

    Raises
    ------
    TypeError, ValueError
        If ``story`` is none of these, or cannot be told.
    """

    code = front.code("player.js")
    trace = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0).tag(sync=True)

    def __init__(self, story, *arguments, key="", **options):
        self._walkthrough, self._arguments, self._options = story, arguments, options
        editors = self.editors_among((*arguments, *options.values()), key)
        if isinstance(story, Trace):
            self.story, label = story, story.sources[0].name if story.sources else "story"
        elif callable(story):
            self.story, label = self._record(), getattr(story, "__name__", "function")
        else:
            raise TypeError(
                f"Player was given {story!r}; expected a walkthrough such as walkthroughs.conv2d, "
                "a function of yours (its name, without brackets), or a Trace."
            )
        super().__init__(label=label, editors=editors, trace=to_wire(self.story), error=self.story.error)
        if key:
            at = self.answers.get(key)
            self.index = min(at, len(self.story.steps) - 1) if isinstance(at, int) and at > 0 else 0
            self.observe(lambda change: self.answers.put(key, change["new"]), "index")
            self.tell_answers()

    def _record(self):
        arguments = [self.now(a) for a in self._arguments]
        options = {name: self.now(a) for name, a in self._options.items()}
        if inspect.isgeneratorfunction(self._walkthrough):
            return record(self._walkthrough(*arguments, **options))
        return follow(self._walkthrough, *arguments, **options)

    def edited(self):  # noqa: D102 - told in the base class
        try:
            story = self._record()
            wire = to_wire(story)
        except Exception as error:
            self.error = f"{type(error).__name__}: {error} The steps below are still those of the last numbers."
            return
        self.story = story
        with self.hold_sync():
            self.error = story.error
            self.index = min(self.index, len(story.steps) - 1)
            self.trace = wire

    def as_html(self):  # noqa: D102 - told in the base class
        if not self.story.steps:
            return f"<p>{self.label}: no steps.</p>"
        step = self.story.steps[0]
        tables = "".join(table_html(name, _rows(array)) for name, array in self.story.at(0).items())
        return f"<p><strong>{self.label}: {step.title}.</strong> {step.says}</p><p>{step.numbers}</p>{tables}"

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures: the lecture's 3x2 image under a 2x2 kernel."""
        from mlcourse import walkthroughs

        x = MatrixEditor(np.reshape([3.0, 1, 2, 1, 0, 7], (1, 1, 3, 2)), label="x")
        w = MatrixEditor(np.reshape([0.1, 0, 0, 0.1], (1, 1, 2, 2)), label="w", step=0.1)
        target = MatrixEditor(5.0, label="target")
        rate = MatrixEditor(0.01, label="rate", step=0.001)
        return cls(walkthroughs.training_step, x, w, target=target, rate=rate)


def watch(function, /, *arguments, **options):
    """Step through your own NumPy function, line by line, in a Player.

    What a line reads and writes is marked; the comment above it is its sentence. The function works on copies.

    Parameters
    ----------
    function : callable
        Written with ``def`` in a notebook cell or a file.
    *arguments, **options
        What it is called with: arrays, numbers, or `MatrixEditor` and `Painter` widgets, whose numbers can be changed
        above the steps.

    Returns
    -------
    Player

    Raises
    ------
    TypeError, ValueError
        As `mlcourse.trace.follow`.
    """
    return Player(function, *arguments, **options)


def _rows(array):
    rows = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    return [[number(v) for v in row] for row in rows]
