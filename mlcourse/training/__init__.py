"""Training: one loop to read, which can be stopped, gone on with, and trusted to say where it went wrong."""

from mlcourse.training.fit import Fitted, NotFiniteError, fit

__all__ = ["Fitted", "NotFiniteError", "fit"]
