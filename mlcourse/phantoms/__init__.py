"""Synthetic patients: images whose truth is known, the same for everyone, with nothing to download."""

from mlcourse.phantoms.brain import TISSUES, brain

__all__ = ["TISSUES", "brain"]
