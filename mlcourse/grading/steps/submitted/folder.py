"""What lies in a submission's folder, looked over before nbgrader copies it: which file is the notebook, and what is left out."""

import os
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

from mlcourse.grading.steps.submitted.not_graded import NotGraded
from mlcourse.grading.steps.submitted.reading import kind_of, read

MOST_INSIDE, DEEPEST, MOST_LEFT_OUT, MOST_TRIED = 1_000, 20, 20, 20


@dataclass
class Folder:
    """A submission's folder.

    Attributes
    ----------
    notebooks : dict of str to Path
        Path at which nbgrader looks for a notebook -> the file.
    left_out : list of str
        Paths that are not copied.
    repairs : list of str
        What was mended, in words.
    """

    notebooks: dict = field(default_factory=dict)
    left_out: list = field(default_factory=list)
    repairs: list = field(default_factory=list)


def look_over(folder, wanted, source, ignore, megabytes):
    """Look a submission's folder over; nothing in it is changed.

    Parameters
    ----------
    folder : str
        Of the submission.
    wanted : dict of str to set of str
        Names of the assignment's notebooks -> nbgrader's names of the cells in each.
    source : Path
        The author's folder, whose files will stand over the student's.
    ignore : sequence of str
        Patterns of names that nbgrader does not copy.
    megabytes : float
        What the files beside the notebooks may be together, and each notebook.

    Returns
    -------
    Folder
        What is used of it.

    Raises
    ------
    NotGraded
        If it cannot be graded, whatever is left out.
    """
    if not _is_text(folder):
        raise NotGraded(f"the folder's name, {folder!r}, is not UTF-8; rename it")
    if os.path.islink(folder) or not os.path.isdir(folder):
        kind = "a link" if os.path.islink(folder) else "not a folder"
        raise NotGraded(f"{folder} is {kind}; put the submission itself there, in a folder of that name")
    looked, notebooks = Folder(), []
    left = megabytes * 1e6
    for path, about in _walked(folder, ignore):
        inside = os.path.relpath(path, folder)
        kind = kind_of(about.st_mode)
        authors = os.path.join(source, inside)
        if any(path.startswith(os.path.join(out, "")) for out in looked.left_out):
            continue
        if path.endswith(".ipynb"):  # also those that are no files: then the reason is better than a missing notebook
            notebooks.append(path)
        elif not _is_text(inside):
            _leave_out(looked, path, f"{inside!r} has a name that is not UTF-8")
        elif kind is not None and kind != "a folder":
            _leave_out(looked, path, f"{inside!r} is {kind}, not a file")
        elif os.path.isfile(authors) if kind else os.path.isdir(authors):
            _leave_out(looked, path, f"{inside!r} has the name of something the author gave")
        elif kind is None:
            left -= about.st_size
            if not os.access(path, os.R_OK):
                raise NotGraded(f"{path} cannot be read; see to its permissions")
    if left < 0:
        raise NotGraded(
            f"the files in {folder} are larger than {megabytes:g} MB together; "
            "raise c.JudgeStep.input_megabytes, or grade this submission without its large files"
        )
    if len(looked.left_out) > MOST_LEFT_OUT:
        raise NotGraded(f"{folder} holds {len(looked.left_out)} links and the like; delete those that are not needed")
    _find(looked, folder, wanted, notebooks, megabytes)
    return looked


def _is_text(name):
    """Whether a name can be written in UTF-8; Python has half a character for each byte that cannot."""
    return name == name.encode("utf-8", "ignore").decode()


def _leave_out(looked, path, why):
    looked.left_out.append(path)
    looked.repairs.append(f"{why}, and was left out")


def _walked(folder, ignore):
    """(path, what lstat says) of all in it that nbgrader would copy; links to folders are not followed.

    What is not copied counts as well: nbgrader walks through it.
    """
    waiting, seen = [(folder, 0, False)], 0
    while waiting:
        here, depth, ignored = waiting.pop(0)
        try:
            with os.scandir(here) as entries:
                entries = sorted(islice(entries, MOST_INSIDE + 1), key=lambda entry: entry.name)
        except OSError as error:
            raise NotGraded(f"{here} cannot be opened: {error.strerror}; see to its permissions") from error
        seen += len(entries)
        if seen > MOST_INSIDE or (entries and depth > DEEPEST):
            much = f"more than {MOST_INSIDE:,} files" if seen > MOST_INSIDE else f"folders more than {DEEPEST} deep"
            raise NotGraded(f"{folder} holds {much}; delete what does not belong to the submission")
        for entry in entries:
            unwanted = ignored or any(fnmatch(entry.name, pattern) for pattern in ignore)
            if not unwanted:
                yield entry.path, entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, depth + 1, unwanted or entry.name.endswith(".ipynb")))


def _find(looked, folder, wanted, notebooks, megabytes):
    """Which file is which notebook: the one of its name, or the only other one that has its cells."""
    named = {os.path.join(folder, f"{name}.ipynb"): name for name in wanted}
    others = [path for path in notebooks if path not in named] if set(named) - set(notebooks) else []
    carried = {path: _carried(path, wanted, megabytes) for path in others[:MOST_TRIED]}
    for expected, name in named.items():
        if expected in notebooks:
            looked.notebooks[expected] = Path(expected)
            continue
        having = [path for path, names in carried.items() if name in names]
        shown = ", ".join(repr(os.path.relpath(path, folder)) for path in having)
        if len(having) > 1 or (having and len(carried[having[0]]) > 1):
            raise NotGraded(
                f"{expected} is missing, and it is not certain which it is of {shown}; rename the right one"
            )
        if having:
            looked.notebooks[expected] = Path(having[0])
            looked.repairs.append(f"the notebook is called {shown}, not '{name}.ipynb', and was graded all the same")
    if not looked.notebooks:
        seen = ", ".join(repr(os.path.relpath(path, folder)) for path in notebooks[:5])
        seen = f"; none of {seen} has its cells" if seen else ""
        raise NotGraded(f"there is no {' or '.join(f'{n}.ipynb' for n in wanted)} in {folder}{seen}; ask for it")


def _carried(path, wanted, megabytes):
    """Names of the notebooks of which a file has most cells."""
    try:
        nb, _ = read(Path(path), megabytes)
    except NotGraded:
        return set()
    names = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
    return {notebook for notebook, cells in wanted.items() if cells and 2 * len(names & cells) > len(cells)}
