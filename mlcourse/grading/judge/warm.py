"""The warm processes: started when one is first needed, and kept for the next job."""

import atexit
import os
import sys
import threading
from dataclasses import dataclass

from mlcourse.grading.confinement import bubblewrap, nest
from mlcourse.grading.judge.preload import key_of
from mlcourse.grading.judge.zygote import Zygote

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
# For glibc: keep freed memory, since the next call takes as much again. It saves a third of 10 MB there and back.
KEEPS = {"MALLOC_MMAP_THRESHOLD_": str(32 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}
CONFINED_PATH = os.pathsep.join([os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"])
OF_A_STUDENT = {"HOME": nest.HOME_FOLDER, "TMPDIR": nest.TMP, "USER": "student", "LOGNAME": "student"}

_ZYGOTES, _LOCK, _MOST = {}, threading.Lock(), 8


@dataclass(frozen=True)
class Wants:
    """What a warm process has to be like.

    Attributes
    ----------
    role : {"student", "judge"}
    preload : list of str
        Modules that it has imported.
    confinement : Confinement or None
    packages : tuple of str
        Those that must be found where it is confined.
    gpu : bool
    """

    role: str
    preload: list
    confinement: bubblewrap.Confinement | None = None
    packages: tuple = ()
    gpu: bool = False

    @property
    def confined(self):
        """Whether it is confined."""
        return self.confinement is not None and self.confinement.works

    @property
    def key(self):
        """What tells it from others."""
        return self.role, self.confined, self.gpu, self.packages if self.confined else (), *key_of(self.preload)

    @property
    def environment(self):
        """Its variables."""
        if self.role == "judge":
            return os.environ | ONE_THREAD | KEEPS | NO_GPU | {"MPLBACKEND": "Agg"}
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | bubblewrap.OWN_PACKAGES
        own = OF_A_STUDENT | {"PATH": CONFINED_PATH} if self.confined else {"HOME": "/nonexistent"}
        return passed_on | ONE_THREAD | KEEPS | INLINE | own | ({} if self.gpu else NO_GPU)

    @property
    def places(self):
        """What it finds on the disk, where it is confined."""
        return bubblewrap.places(self.packages, tuple(sorted(self.environment.items())))

    def paths_of(self, modules):
        """Where these modules lie, where it is confined."""
        return bubblewrap.paths_of(modules, self.places.packages)

    def start(self):
        """Start it."""
        before = self.confinement.command(self.places, self.gpu) if self.confined else ()
        return Zygote(self.role, self.preload, self.environment, before)


def warm(wants):
    """Return the warm process that is like that, and start it where there is none; it need not be ready.

    Parameters
    ----------
    wants : Wants

    Returns
    -------
    Zygote
    """
    with _LOCK:
        found = _ZYGOTES.pop(wants.key, None)
        if found is None or found.process.poll() is not None:
            found = wants.start()
        _ZYGOTES[wants.key] = found  # the one used last is at the end
        while len(_ZYGOTES) > _MOST:
            _ZYGOTES.pop(next(iter(_ZYGOTES))).close()
    return found


def _forget():
    """In a copy of this process, as a pool of processes makes them: what the original started is the original's."""
    global _LOCK, _ZYGOTES
    _LOCK, _ZYGOTES = threading.Lock(), {}


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


@atexit.register
def close():
    """End the warm processes."""
    while _ZYGOTES:
        _ZYGOTES.popitem()[1].close()
