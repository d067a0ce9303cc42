"""One call of a walkthrough, as data for the tests of traces and walkthroughs, and what its results are called."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from mlcourse import walkthroughs
from mlcourse.trace import record

# What a walkthrough calls the arrays that it returns.
RESULTS = {
    "conv2d": ("y",),
    "conv2d_backward": ("grad_x", "grad_w", "grad_b"),
    "binary_cross_entropy": ("loss",),
    "binary_cross_entropy_backward": ("grad_p",),
    "binary_cross_entropy_with_logits": ("loss",),
    "binary_cross_entropy_with_logits_backward": ("grad_logits",),
    "dice_loss": ("loss",),
    "dice_loss_backward": ("grad_p",),
    "dice_score": ("dice",),
    "focal_loss": ("loss",),
    "focal_loss_backward": ("grad_logits",),
    "l1_loss": ("loss",),
    "l1_loss_backward": ("grad_prediction",),
    "mse_loss": ("loss",),
    "mse_loss_backward": ("grad_prediction",),
    "max_pool2d": ("y", "indices"),
    "max_pool2d_backward": ("grad_x",),
    "avg_pool2d": ("y",),
    "avg_pool2d_backward": ("grad_x",),
    "relu": ("y",),
    "relu_backward": ("grad_x",),
    "sigmoid": ("y",),
    "sigmoid_backward": ("grad_x",),
    "tanh": ("y",),
    "tanh_backward": ("grad_x",),
    "upsample2d": ("y",),
    "upsample2d_backward": ("grad_x",),
    "max_unpool2d": ("y",),
    "max_unpool2d_backward": ("grad_x",),
    "conv_transpose2d": ("y",),
    "conv_transpose2d_backward": ("grad_x", "grad_w", "grad_b"),
    "skip_connection": ("y",),
    "skip_connection_backward": ("grad_below", "grad_skipped"),
    "batch_norm2d": ("y", "running_mean", "running_var"),
    "batch_norm2d_backward": ("grad_x", "grad_weight", "grad_bias"),
}


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


def told(walkthrough):
    """Title and numbers of each step, the words, and the result."""
    trace = record(walkthrough)
    return [(step.title, step.numbers) for step in trace.steps], [step.says for step in trace.steps], trace.result


def worked_out(index, **letters):
    """A row or column as a rule writes it, such as 2i+p, in numbers."""
    return eval(re.sub(r"(\d*)([ijpqmk])", lambda m: f"{m[1] or 1}*{m[2]}", index), {}, letters)
