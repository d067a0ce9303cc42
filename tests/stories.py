"""Calls of every walkthrough with random numbers, for all tests of traces and walkthroughs.

A new walkthrough needs its calls here; a test says so.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from geometries import UNGROUPED

from mlcourse import walkthroughs
from mlcourse.trace import record


@dataclass(frozen=True, eq=False)
class Story:
    """One call of one walkthrough."""

    name: str
    what: str
    arguments: tuple
    options: dict

    def __str__(self):
        return f"{self.name}-{self.what}"

    def given(self):
        """Fresh copies of the arguments and options."""
        options = {name: a.copy() if isinstance(a, np.ndarray) else a for name, a in self.options.items()}
        return [a.copy() if isinstance(a, np.ndarray) else a for a in self.arguments], options

    def call(self):
        """A walkthrough that has been called."""
        arguments, options = self.given()
        return getattr(walkthroughs, self.name)(*arguments, **options)


@cache
def trace_of(story):
    """What `record` makes of a story; made once, not to be changed."""
    return record(story.call())


def finished(walkthrough):
    """Run a walkthrough to its end without recording it."""
    while True:
        try:
            next(walkthrough)
        except StopIteration as end:
            return end.value


def _convolutions():
    for setting in UNGROUPED:
        grad_output, x, w, b = setting.arrays()
        for what, bias in ((f"{setting}-bias", b), (str(setting), None)):
            yield Story("conv2d", what, (x, w, bias), setting.options)
            yield Story("conv2d_backward", what, (grad_output, x, w, bias), setting.options)


def _losses():
    rng = np.random.default_rng(0)
    for shape in ((1,), (5,), (2, 3), ()):
        for reduction in ("mean", "sum", "none"):
            prediction, target, many = (np.asarray(rng.normal(size=shape)) for _ in range(3))
            above = many if reduction == "none" else float(rng.normal())
            what, options = f"{reduction}-{'x'.join(map(str, shape)) or 'number'}", {"reduction": reduction}
            yield Story("mse_loss", what, (prediction, target), options)
            yield Story("mse_loss_backward", what, (above, prediction, target), options)
    yield Story("mse_loss_backward", "last", (1.0, np.array([1.3]), np.array([5.0])), {})


def _lessons():
    for setting in UNGROUPED:
        if not setting.x_shape[0]:
            continue  # no image, no loss
        _, x, w, b = setting.arrays()
        images = np.random.default_rng(1).normal(size=len(x))
        last = tuple(n - 1 for n in w.shape)
        for what, bias, more in (
            ("one_target", None, {"target": 5.0}),
            ("bias", b, {"target": images}),
            ("only", b, {"target": images, "only": last}),
        ):
            yield Story("training_step", f"{setting}-{what}", (x, w, bias), {"rate": 0.001, **more, **setting.options})
        for what, bias, target in (("one_target", None, 5.0), ("bias", b, images)):
            more = {"target": target, "rate": 0.001, "steps": 3}
            yield Story("descent", f"{setting}-{what}", (x, w, bias), more | setting.options)


STORIES = (*_convolutions(), *_losses(), *_lessons())


def stories(*names):
    """Those of the named walkthroughs."""
    return [story for story in STORIES if story.name in names]
