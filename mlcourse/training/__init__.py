"""Training: one loop to read, which can be stopped, gone on with, and trusted to say where it went wrong."""

from mlcourse.training.fit import Fitted, NotFiniteError, fit
from mlcourse.training.side_by_side import side_by_side

__all__ = ["Fitted", "NotFiniteError", "fit", "side_by_side"]
