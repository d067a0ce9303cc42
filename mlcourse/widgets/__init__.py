"""What a student touches in a notebook."""

from mlcourse.widgets.curves import Curves
from mlcourse.widgets.explorer import Explorer
from mlcourse.widgets.matrix_editor import MatrixEditor
from mlcourse.widgets.painter import Painter
from mlcourse.widgets.player import Player
from mlcourse.widgets.prediction import Prediction
from mlcourse.widgets.quiz import Quiz
from mlcourse.widgets.stack_builder import StackBuilder

__all__ = ["Curves", "Explorer", "MatrixEditor", "Painter", "Player", "Prediction", "Quiz", "StackBuilder"]
