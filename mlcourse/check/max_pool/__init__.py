"""The exercise `max_pool`: the largest number of every window and where it was, and the way back.

One file a function: a misconception may use ``right``, which is another function in each.
"""

from mlcourse.check.max_pool.max_pool2d import max_pool2d
from mlcourse.check.max_pool.max_pool2d_backward import max_pool2d_backward

__all__ = ["max_pool2d", "max_pool2d_backward"]
