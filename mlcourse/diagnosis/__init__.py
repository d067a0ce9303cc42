"""How an answer is judged and worded; `mlcourse.check` holds the exercises."""

from mlcourse.diagnosis.exercise import Exercise, Misconception
from mlcourse.diagnosis.score import Scored
from mlcourse.diagnosis.verdict import KINDS, Example, Verdict

__all__ = ["KINDS", "Example", "Exercise", "Misconception", "Scored", "Verdict"]
