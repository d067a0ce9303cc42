"""What this machine really grants: cores, memory, a GPU, and what to do where it is little."""

import contextlib
import functools
import importlib.metadata
import math
import os
import platform
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

from mlcourse import __version__

# A test holds this list to pyproject.toml's [student].
NEEDED = (
    "numpy",
    "array-api-compat",
    "torch",
    "jupyterlab",
    "notebook",
    "ipykernel",
    "anywidget",
    "ipywidgets",
    "matplotlib",
    "latex2mathml",
    "monai",
    "nibabel",
    "nilearn",
    "pillow",
    "pooch",
    "pydicom",
    "tqdm",
)
INSTRUCTOR = ("nbgrader", "jupytext")
GB = 1e9
GPU_FOLDER = Path("/proc/driver/nvidia/gpus")  # the driver lists its cards here, whether or not torch can use them


def cores(root="/"):
    """How many cores this process may use, which is often fewer than it sees.

    A container on a large node (Binder, a JupyterHub) sees every core of the node, while its quota grants one or two.
    Libraries that count what they see start far too many threads and run slower than with one.

    Parameters
    ----------
    root : path, optional
        Where ``sys`` and ``proc`` lie. Tests give a folder of their own.

    Returns
    -------
    int
        At least 1. The smallest of the cores the process may be placed on and the quotas of its control group and of
        all groups above it, versions 1 and 2. Part of a core counts as none, since a thread on it would be held up.
    """
    limits = [visible_cores()]
    for folder in _groups(root, "cpu"):  # version 2 keeps both numbers in one file, version 1 in two
        words = _words(folder / "cpu.max") or _words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us")
        if len(words) == 2 and words[0] not in ("max", "-1"):  # those two mean no limit
            limits.append(int(words[0]) / int(words[1]))
    return max(1, math.floor(min(limits)))


def visible_cores():
    """How many cores the system may place this process on, whatever its quota."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_limit(root="/"):
    """How much memory this process may use before the system ends it.

    Parameters
    ----------
    root : path, optional
        Where ``sys`` and ``proc`` lie. Tests give a folder of their own.

    Returns
    -------
    int or None
        Bytes: the smallest of the machine's memory and the limits of the process's control groups. ``None`` where
        the system tells neither (Windows).
    """
    limits = []
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for folder in _groups(root, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):  # versions 2 and 1
            limits += [int(word) for word in _words(folder / name) if word.isdigit()]
    return min(limits, default=None)


def _groups(root, controller):
    """Folders of this process's control groups for one controller, from its own up to the mount; some may not exist."""
    for line in _lines(Path(root, "proc/self/cgroup")):
        _, controllers, path = line.split(":", 2)
        names = controllers.split(",")
        if controllers and controller not in names:
            continue
        # Version 2 has one tree for all. Inside a container `path` may be the host's: then only the mount exists.
        for mount in {controllers, controller} if controllers else {"", "unified"}:
            folder = Path(root, "sys/fs/cgroup", mount)
            own = folder / path.strip("/")
            yield from (place for place in (own, *own.parents) if place.is_relative_to(folder))


def _words(file):
    return [word for line in _lines(file) for word in line.split()]


def _lines(file):
    try:
        return file.read_text().splitlines()
    except OSError:
        return []


@functools.cache
def device():
    """Where tensors belong: the first NVIDIA GPU when torch can use one, else Apple's, else the CPU.

    The first call also keeps torch's threads within the cores that are granted (see `cores`). It never raises a
    number of threads that was set to less.

    Returns
    -------
    torch.device
    """
    import torch

    torch.set_num_threads(min(torch.get_num_threads(), cores()))
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


@dataclass(frozen=True)
class Report:
    """What `mlcourse doctor` found. ``str()`` of it is the page a student reads."""

    versions: dict  # package -> version, or None where it is not installed
    gpu: str | None  # name and memory of the card that torch uses
    memory: int | None  # bytes
    cores: int
    visible_cores: int
    advice: tuple  # what will be slow or is missing, and what to do about it

    @property
    def missing(self):
        """Packages that the course needs and that are not installed."""
        return tuple(name for name in NEEDED if self.versions[name] is None)

    def __str__(self):
        absent = dict.fromkeys(INSTRUCTOR, "not installed (only instructors need it)")
        rows = {name: version or absent.get(name, "MISSING") for name, version in self.versions.items()}
        rows["GPU"] = self.gpu or "none that torch can use"
        rows["memory"] = f"{self.memory / GB:.1f} GB" if self.memory else "unknown"
        rows["cores"] = f"{self.cores} granted, {self.visible_cores} visible"
        lines = [f"{name:<18}{value}" for name, value in rows.items()]
        if self.advice:
            lines += ["", "What to know, and what to do about it:", *(f"- {sentence}" for sentence in self.advice)]
        verdict = "Something the course needs is missing." if self.missing else "Everything the course needs is here."
        lines += ["", verdict]
        return "\n".join(lines)


def report():
    """Look at this machine.

    Returns
    -------
    Report
        Versions, GPU, memory and cores as they are here, and advice where one of them is short.
    """
    versions = {"python": platform.python_version(), "mlcourse": __version__}
    versions |= {name: _version(name) for name in (*NEEDED, *INSTRUCTOR)}
    gpu, about_torch = None, []
    if versions["torch"]:
        gpu, about_torch = _torch()
        versions["torch"] = getattr(sys.modules.get("torch"), "__version__", versions["torch"])  # names the build too
    memory, granted, visible = memory_limit(), cores(), visible_cores()
    missing = [name for name in NEEDED if versions[name] is None]
    advice = (*about_torch, *_advice(gpu, memory, granted, visible, missing))
    return Report(versions, gpu, memory, granted, visible, advice)


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _torch():
    """Name the GPU that torch uses, or None, and say what to know about this build of torch."""
    try:
        with warnings.catch_warnings(record=True) as caught:  # torch warns of a driver that is too old
            warnings.simplefilter("always")
            where = device()
            import torch
    except Exception as error:
        mend = "Install it again: pip install --force-reinstall torch"
        return None, [f"torch is installed but does not start ({error}). {mend}"]
    advice = [f"torch says: {warning.message}" for warning in caught if "CUDA" in str(warning.message)]
    if where.type == "cuda":
        card = torch.cuda.get_device_properties(0)
        return f"{card.name}, {card.total_memory / GB:.1f} GB", advice
    if where.type == "mps":
        return "Apple's, by Metal", advice
    if GPU_FOLDER.exists():
        why = "its driver is too old or the card is hidden" if torch.version.cuda else "this torch is the CPU build"
        advice.append(f"There is an NVIDIA GPU, but torch cannot use it: {why}. See pytorch.org, Get Started, CUDA.")
    elif torch.version.cuda:
        advice.append(
            f"This torch is built for CUDA {torch.version.cuda}, and no NVIDIA GPU was found. It works, but takes "
            "several GB of disk and starts slowly. PyTorch's CPU build is smaller: see pytorch.org, Get Started, CPU."
        )
    return None, advice


def _advice(gpu, memory, granted, visible, missing):
    """Sentences about what is short here; see `report`."""
    if missing:
        yield f"Missing: {', '.join(missing)}. In a checkout run `make lab`; elsewhere: pip install 'mlcourse[student]'"
    if gpu is None:
        yield "Training runs on the CPU. The lectures are made for that; larger images or more steps take long."
    if memory is not None and memory < 2 * GB:
        yield (
            f"{memory / GB:.1f} GB of memory is little: one lecture takes up to 1.5 GB. Keep one notebook open at a "
            "time and shut its kernel down before the next (Kernel, Shut Down Kernel)."
        )
    if granted == 1:
        yield "One core: training takes up to twice the time a lecture states."
    if granted < visible and "OMP_NUM_THREADS" not in os.environ:
        yield (
            f"{visible} cores are visible but {granted} granted. NumPy counts the visible ones and slows itself down: "
            f"set OMP_NUM_THREADS={granted} before Jupyter starts."
        )
