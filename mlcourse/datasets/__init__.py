"""Real images, from packages that bring them along or from loaders that tell when they are offline."""

from mlcourse.datasets.brain import mni152_slice

__all__ = ["mni152_slice"]
