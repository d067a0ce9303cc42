"""mlcourse: neural networks for medical image analysis, followed step by step.

``mlcourse.ops`` holds the mathematics, ``mlcourse.walkthroughs`` tells it one number at a time,
``mlcourse.widgets`` shows that in a notebook and ``mlcourse.check`` answers an exercise.
Importing this package brings neither torch nor anything of Jupyter.
"""

import os

# Before torch is there, since it looks once: idle threads sleep. Spinning ones slow a shared machine down many times.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

__version__ = "0.1.0"


def __getattr__(name):
    if name == "device":
        from mlcourse.machine import device

        return device
    if name == "watch":
        from mlcourse.widgets.player import watch

        return watch
    raise AttributeError(f"module 'mlcourse' has no attribute '{name}'")
