"""What the judge is asked to do with a notebook, as plain data."""

import hashlib
import json

from mlcourse.grading.steps.release.names import uses_withheld

FORMAT = 1  # of the contracts that are kept; another number makes the old ones stale


def reference(author, withheld, **about):
    """Put the reference run together: the author's notebook with its solutions, whose crossings become the contract.

    Parameters
    ----------
    author : Authored
        What the author wrote.
    withheld : sequence of str
        Modules a student's code does not have.
    **about
        The further entries of a job: name, student_files, judge_folder, limits.

    Returns
    -------
    dict
        A job as `mlcourse.grading.judge.driver.compute` takes it.
    """
    shown = _shown(author, withheld)
    cells = [_run(cell, cell.source, cell.key in shown) for cell in author.code]
    return {"cells": cells, "author": _author(author), "contract": None, "withheld": list(withheld), **about}


def submission(nb, author, withheld, contract, **about):
    """Put the grading of a restored notebook together.

    Parameters
    ----------
    nb : NotebookNode
        As `Restore` left it.
    author : Authored
        What the author wrote.
    withheld : sequence of str
        Modules a student's code does not have.
    contract : dict
        Of the reference run.
    **about
        The further entries of a job: name, student_files, judge_folder, limits.

    Returns
    -------
    dict
        A job as `mlcourse.grading.judge.driver.compute` takes it.
    """
    shown = _shown(author, withheld)
    known = {cell.key: cell for cell in author.code}
    cells = []
    for number, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        authors = known.get(key_of(cell, number))
        if authors is None:
            cells.append({"id": key_of(cell, number), "source": cell.source, "kind": "student"})
        else:
            text = authors.source if authors.role == "test" else cell.source
            unchanged = cell.source == authors.released
            cells.append(_run(authors, text, authors.key in shown and unchanged))
    return {"cells": cells, "author": _author(author), "contract": contract, "withheld": list(withheld), **about}


def key_of(cell, number):
    """Return the name under which the judge knows a cell of a restored notebook.

    Parameters
    ----------
    cell : NotebookNode
        The author's or a student's.
    number : int
        Its place in the notebook.

    Returns
    -------
    str
        The author's name of it, or ``own:N``.
    """
    return cell.metadata.get("judge", {}).get("key") or f"own:{number}"


def fingerprint(job):
    """Tell whether two reference runs are the same: all that is run, and the files beside it.

    Parameters
    ----------
    job : dict
        Of `reference`.

    Returns
    -------
    str
        A SHA-256.
    """
    run = {name: job[name] for name in ("cells", "author", "withheld", "student_files")}
    return hashlib.sha256(json.dumps([FORMAT, run], sort_keys=True).encode()).hexdigest()


def _run(cell, text, shown):
    if cell.role == "test":
        kind = "inside" if cell.inside else "test"
        return {"id": cell.key, "source": text, "kind": kind, "points": cell.points}
    return {"id": cell.key, "source": text, "kind": "shown" if shown else "student"}


def _author(author):
    kinds = {"given": "student", "test": "inside", "solution": "solution"}
    return [
        {"id": cell.key, "source": cell.source, "kind": kinds[cell.role] if cell.inside else cell.role}
        for cell in author.code
    ]


def _shown(author, withheld):
    """Names of the author's given cells that only the judge can run."""
    free = [cell for cell in author.code if cell.role == "given" and not cell.inside]
    inside = [cell for cell in author.code if cell.role != "test"]
    return {
        cell.key
        for cell in free
        if uses_withheld(cell.source, [other.source for other in inside if other is not cell], withheld)
    }
