"""A command that was killed in the middle of a submission leaves half of it, which nbgrader would take for graded."""

import json
from pathlib import Path

from nbgrader.utils import rmtree


def drop_half_graded(folder, notebooks, log):
    """Delete a graded submission that did not come to its end, so that nbgrader grades it now.

    Parameters
    ----------
    folder : str
        Of the graded submission; need not exist.
    notebooks : iterable of str
        Names of the files that were handed in and are graded.
    log : logging.Logger
        nbgrader's.
    """
    if Path(folder).is_dir() and any(_is_half_graded(Path(folder) / name) for name in notebooks):
        log.warning("%s was left half graded; it is graded anew", folder)
        rmtree(folder)


def _is_half_graded(path):
    """Whether it is missing, or was restored and not judged. What the judge never saw is left alone."""
    try:
        about = json.loads(path.read_bytes())["metadata"].get("judge")
    except FileNotFoundError:
        return True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return isinstance(about, dict) and "ended" not in about
