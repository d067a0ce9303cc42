"""Synthetic patients: images whose truth is known, the same for everyone, with nothing to download."""

from mlcourse.phantoms.brain import TISSUES, brain
from mlcourse.phantoms.retina import STRUCTURES, retina
from mlcourse.phantoms.skin import FINDINGS, skin

__all__ = ["FINDINGS", "STRUCTURES", "TISSUES", "brain", "retina", "skin"]
