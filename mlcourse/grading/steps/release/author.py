"""What the author wrote, cell by cell: order, tags and solutions from the source, the rest from the gradebook."""

import json
from dataclasses import dataclass, field, replace

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import IncludeHeaderFooter

from mlcourse.grading.steps.once import once, state_of

INSIDE = "judge:student"  # the tag: this cell belongs to the student's process


@dataclass(frozen=True)
class AuthorCell:
    """A cell of the author's notebook.

    Attributes
    ----------
    key : str
        nbgrader's name of it, or ``plain:N`` for the N-th cell where it has none.
    role : {"given", "solution", "test"}
        A solution that is graded by hand is a solution.
    cell_type : str
        As nbformat has it.
    source : str
        With the author's solution in it.
    released : str
        What students got (of a test, with its hidden lines).
    id : str or None
        nbformat's.
    tags : tuple of str
        The author's.
    nbgrader : dict or None
        Its metadata, None for a plain cell.
    """

    key: str
    role: str
    cell_type: str
    source: str
    released: str
    id: str | None = None
    tags: tuple = ()
    nbgrader: dict | None = field(default=None, hash=False)

    @property
    def locked(self):
        """Whether a student may not change it."""
        meta = self.nbgrader or {}
        return not meta.get("solution") and bool(meta.get("grade") or meta.get("task") or meta.get("locked"))

    @property
    def points(self):
        """How many a test gives."""
        return float((self.nbgrader or {}).get("points") or 0)

    @property
    def inside(self):
        """Whether the author gave it to the student's process."""
        return INSIDE in self.tags


@dataclass(frozen=True)
class Authored:
    """The author's notebook: its cells in order, and the two entries of its metadata that are kept."""

    cells: list
    metadata: dict

    @property
    def code(self):
        """The cells of code."""
        return [cell for cell in self.cells if cell.cell_type == "code"]


def in_source(nb):
    """Take the cells of a source notebook as they stand in it.

    Parameters
    ----------
    nb : NotebookNode
        With solutions.

    Returns
    -------
    Authored
        What is released of a solution is not known here; it is taken as the source.
    """
    cells = []
    for number, cell in enumerate(nb.cells):
        meta = dict(cell.metadata.get("nbgrader") or {})
        named = meta.get("grade_id") and any(meta.get(flag) for flag in ("grade", "solution", "locked", "task"))
        role = "solution" if meta.get("solution") else "test" if meta.get("grade") else "given"
        cells.append(
            AuthorCell(
                key=meta["grade_id"] if named else f"plain:{number}",
                role=role if named else "given",
                cell_type=cell.cell_type,
                source=cell.source,
                released=cell.source,
                id=cell.get("id"),
                tags=tuple(cell.metadata.get("tags", ())),
                nbgrader=meta if named else None,
            )
        )
    kept = {name: nb.metadata[name] for name in ("kernelspec", "language_info") if name in nb.metadata}
    return Authored(cells, kept)


def in_course(step, resources):
    """Read what the author released: the source notebook, with texts and points as the gradebook has them.

    In one run of a command it is read again only where the source notebook has changed.

    Parameters
    ----------
    step : JudgeStep
        Knows the course's folders.
    resources : dict
        nbconvert's.

    Returns
    -------
    Authored
        A cell that only the source knows was never released and is left out; one that only the gradebook knows stands last.

    Raises
    ------
    FileNotFoundError
        If there is no source notebook.
    """
    about = resources["nbgrader"]
    path = step.folder("source", resources) / f"{about['notebook']}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is not there; the judge needs the author's notebook with its solutions. Put it back."
        )
    return once(step, ("author", path), state_of(path), lambda: _released(step, path, resources))


def _released(step, path, resources):
    about = resources["nbgrader"]
    nb = nbformat.read(path, as_version=4)
    nb, _ = IncludeHeaderFooter(parent=step).preprocess(nb, resources)
    source = in_source(nb)
    recorded, kernelspec = _gradebook(about)
    cells = []
    for cell in source.cells:
        if cell.nbgrader is None:
            cells.append(cell)
        elif cell.key in recorded:
            known = recorded.pop(cell.key)
            with_solution = cell.source if known.role == "solution" else known.source
            cells.append(replace(known, source=with_solution, id=cell.id, tags=cell.tags))
    kept = source.metadata | ({"kernelspec": kernelspec} if kernelspec else {})
    return Authored([*cells, *recorded.values()], kept)


def _gradebook(about):
    """(name -> cell, kernelspec), as the last `generate_assignment` left them."""
    with Gradebook(about["db_url"]) as gradebook:
        try:
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
        except MissingEntry as error:
            raise ValueError(
                f"the gradebook knows no notebook {about['notebook']!r} in {about['assignment']!r}; "
                f"run `nbgrader generate_assignment {about['assignment']}` first"
            ) from error
        points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
        graded = {cell.name for cell in notebook.grade_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        tasks = {cell.name for cell in notebook.task_cells}
        cells = {}
        for cell in notebook.source_cells:
            name = cell.name
            meta = {
                "grade": name in graded,
                "solution": name in solutions,
                "task": name in tasks,
                "locked": bool(cell.locked),
                "grade_id": name,
                "cell_type": cell.cell_type,
                "checksum": cell.checksum,
                "schema_version": 3,
            }
            if name in points:
                meta["points"] = float(points[name])
            role = "solution" if name in solutions else "test" if name in graded else "given"
            text = cell.source or ""
            cells[name] = AuthorCell(name, role, cell.cell_type, text, text, nbgrader=meta)
        kernelspec = json.loads(notebook.kernelspec) if notebook.kernelspec else None
    return cells, kernelspec
