"""What a student touches in a notebook."""

from mlcourse.widgets.matrix_editor import MatrixEditor
from mlcourse.widgets.player import Player
from mlcourse.widgets.prediction import Prediction

__all__ = ["MatrixEditor", "Player", "Prediction"]
