"""The files handed in beside the notebook: plain ones only, and only so much of them."""

import base64
import os
import stat
from pathlib import Path

from nbgrader.utils import find_all_files


def drop_links(submitted, autograded, source):
    """Delete what nbgrader copied through a link: a link may point at the gradebook or at another submission.

    Parameters
    ----------
    submitted, autograded, source : Path
        The folders of this submission, of its copy for grading, and of the author's.

    Returns
    -------
    list of str
        What was deleted, in words.
    """
    repairs = []
    for path in _walked(submitted):
        inside = path.relative_to(submitted)
        copy = autograded / inside
        # A link to the author's own name was overwritten with the author's file already.
        if not stat.S_ISREG(path.lstat().st_mode) and os.path.lexists(copy) and not (source / inside).exists():
            copy.unlink()
            repairs.append(f"{str(inside)!r} is a link, not a file, and was left out")
    return repairs


def handed_in(folder, megabytes, ignore=()):
    """Read the files a student's code finds beside it: the author's, and the plain ones that were handed in.

    Parameters
    ----------
    folder : Path
        As nbgrader put it together for grading.
    megabytes : float
        What they may be together.
    ignore : sequence of str, optional
        Patterns of names that nbgrader does not copy either.

    Returns
    -------
    dict of str to str
        Path within the folder, with ``/`` -> content in base64. Notebooks are not among them.

    Raises
    ------
    ValueError
        If they are larger.
    """
    files, left = {}, megabytes * 1e6
    for path in _walked(folder, ignore):
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode) or path.suffix == ".ipynb":
            continue
        left -= about.st_size
        if left < 0:
            raise ValueError(
                f"the files in {folder} are larger than {megabytes:g} MB together; "
                "raise c.JudgeStep.input_megabytes, or grade this submission without its large files"
            )
        files[path.relative_to(folder).as_posix()] = base64.b64encode(path.read_bytes()).decode()
    return files


def _walked(folder, ignore=()):
    """All that lies in a folder, links to folders not followed."""
    return sorted(map(Path, find_all_files(str(folder), list(ignore))))
