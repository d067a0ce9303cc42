"""Which modules a warm process imports before there is a submission."""

import ast
import re
import sys

from mlcourse.grading.judge.names import parse

TORCH = re.compile(r"^[ \t]*(?:import|from)[ \t]+torch\b", re.MULTILINE)
NAMED = re.compile(r"\b(?:py)?(torch|pandas)")  # not `keras_to_torch`
# What torch imports only when it first goes backward, compares tensors or makes an optimiser: up to a second a submission.
LATER = {
    "torch": ("torch.fx.experimental.symbolic_shapes", "torch.distributed.tensor", "torch.utils._cxx_pytree"),
    "torch.optim": ("torch._dynamo",),
}


def modules(job, role):
    """Name the modules that a notebook imports.

    Of what a submission imports beyond the author's notebook, only torch is worth a process of its own: it takes seconds.

    Parameters
    ----------
    job : dict
        As `mlcourse.grading.judge.driver.compute` takes it.
    role : {"student", "judge"}
        A student's process does not import what is withheld: it must not be found in a module that was imported before.

    Returns
    -------
    list of str
        Sorted.
    """
    sources = [cell["source"] for cell in job["author"]]
    found = {"torch"} if any(TORCH.search(cell["source"]) for cell in job["cells"]) else set()
    if role == "judge":
        found |= named(submitted(job)) & {"torch"}
    for node in (part for text in sources for top in parse(text) for part in ast.walk(top)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    found |= {name.partition(".")[0] for name in found}
    if "torch" in found and any("optim" in text for text in sources):
        found.add("torch.optim")
    closed = {name.partition(".")[0] for name in job.get("withheld", ())} if role == "student" else set()
    # Python's own are imported in no time, and NumPy is there: they are not worth a process of their own.
    left_out = closed | sys.stdlib_module_names | {"numpy"}
    return sorted(name for name in found if name.partition(".")[0] not in left_out)


def submitted(job):
    """Return the sources of the cells that the student wrote."""
    return [cell["source"] for cell in job["cells"] if cell["kind"] == "student"]


def named(sources):
    """Return which of torch and pandas some source names: such an answer may hold what is only known with it.

    Parameters
    ----------
    sources : iterable of str

    Returns
    -------
    set of str
    """
    return {library for source in sources for library in NAMED.findall(source)}


def key_of(names):
    """Say which of them make a process another one.

    Parameters
    ----------
    names : iterable of str
        As `modules` returns them.

    Returns
    -------
    tuple of str
        `torch.nn` comes with torch, and soon besides; what an optimiser brings does not.
    """
    return tuple(sorted({name if name in LATER else name.partition(".")[0] for name in names}))
