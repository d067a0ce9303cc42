"""Give a submission the author's cells back: only answers, and cells a student added, are the student's."""

from nbformat import NotebookNode, v4

from mlcourse.grading.steps.release.author import in_course
from mlcourse.grading.steps.step import JudgeStep
from mlcourse.grading.steps.submitted.files import drop_links
from mlcourse.grading.steps.submitted.order import put_back


class Restore(JudgeStep):
    """The first step of autograding: what a student may not change is the author's again.

    All metadata of cells are dropped, and nbgrader's are written anew from the gradebook. Second copies of locked cells
    go; second copies of an answer stay as plain cells. Missing cells come back. What was mended is listed in the
    notebook's metadata, ``judge.repairs``.
    """

    def preprocess(self, nb, resources):
        """Restore one notebook.

        Parameters
        ----------
        nb : NotebookNode
            As it was submitted.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            The restored notebook and `resources`.
        """
        author = in_course(self, resources)
        mended = list(resources.get("judge", {}).get("repairs", ()))  # when it was read
        mended += drop_links(*(self.folder(stage, resources) for stage in ("submitted", "autograded", "source")))
        nb, repairs = restored(nb, author)
        repairs = nb.metadata["judge"]["repairs"] = mended + repairs
        for repair in repairs:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], repair)
        return nb, resources


def restored(nb, author):
    """Put a submitted notebook together again.

    Parameters
    ----------
    nb : NotebookNode
        As it was submitted.
    author : Authored
        What the author wrote.

    Returns
    -------
    tuple of NotebookNode and list of str
        The restored notebook, and what was mended, in words.
    """
    repairs = []
    known = {cell.key: cell for cell in author.cells}
    sequence = _matched(
        [(cell.metadata.get("nbgrader", {}).get("grade_id"), cell) for cell in nb.cells], author, repairs
    )
    submitted = [key for key, _ in sequence if key]
    placed = put_back(sequence, author.cells)
    if submitted != [key for key, cell in placed if key and cell]:
        repairs.append("locked cells that were moved are back in their places")
    cells, ids = [], {cell.id for cell in author.cells}
    for key, cell in placed:
        if key is None:
            cells.append(_own(cell, ids))
        else:
            cells.append(_authors(known[key], cell, repairs))
    made = v4.new_notebook(cells=_with_ids(cells), metadata=author.metadata)
    made.metadata["judge"] = {"repairs": repairs}
    return made, repairs


def _matched(cells, author, repairs):
    """[(the author's name or None, cell)] without second copies of locked cells."""
    known = {cell.key: cell for cell in author.cells}
    by_id = {cell.id: cell.key for cell in author.cells if cell.id}
    named = {name for name, _ in cells if name in known}
    matched = [(_key(name, cell, known, by_id, named), cell) for name, cell in cells]
    matched = _unnamed_by_text(matched, author)
    sequence, taken = [], set()
    copies = {}
    for key, cell in matched:
        copies.setdefault(key, []).append(cell)
    answers = {key: _answer(found, known[key]) for key, found in copies.items() if key}
    for key, cell in matched:
        if key is None:
            sequence.append((None, cell))
        elif known[key].locked and key in taken:
            repairs.append(f"a second copy of the cell {key!r} was left out")
        elif known[key].locked or cell is answers[key]:
            taken.add(key)
            sequence.append((key, cell))
        elif cell.source != known[key].released:
            repairs.append(f"of the cell {key!r} there are several; one more is run as a plain cell")
            sequence.append((None, cell))
        else:
            repairs.append(f"an untouched copy of the cell {key!r} was left out")
    return sequence


def _key(name, cell, known, by_id, named):
    if name in known:
        return name
    key = by_id.get(cell.get("id"))  # the metadata were lost on the way
    return key if key not in named else None


def _unnamed_by_text(matched, author):
    """Find cells of the author by their text, one after the other, where a program gave them new ids."""
    taken = {key for key, _ in matched}
    waiting = [
        cell for cell in author.cells if cell.key not in taken and cell.role != "solution" and cell.released.strip()
    ]
    found = []
    for key, cell in matched:
        if key is None:
            same = next((a for a in waiting if (a.released, a.cell_type) == (cell.source, cell.cell_type)), None)
            if same:
                waiting.remove(same)
                key = same.key
        found.append((key, cell))
    return found


def _answer(copies, cell):
    """The copy that counts: the last that was worked on, or else the last."""
    worked_on = [copy for copy in copies if copy.source != cell.released]
    return (worked_on or copies)[-1]


def _authors(cell, submitted, repairs):
    """Put a cell of the author's together, with the student's text where it is theirs."""
    if submitted is None:
        repairs.append(f"the cell {cell.key!r} was missing and is back")
    kept = submitted is not None and not cell.locked
    kind = submitted.cell_type if kept and not cell.nbgrader else cell.cell_type
    made = _cell(kind, submitted.source if kept else cell.released, submitted if kept else None)
    if cell.nbgrader:
        made.metadata["nbgrader"] = dict(cell.nbgrader)
    made.metadata["judge"] = {"key": cell.key}
    if cell.id:
        made["id"] = cell.id
    return made


def _own(cell, ids):
    made = _cell(cell.cell_type, cell.source, cell)
    if cell.get("id") and cell["id"] not in ids:
        made["id"] = cell["id"]
    return made


def _cell(kind, source, submitted):
    # Not by nbformat's new_code_cell and the like, each of which checks the cell; the whole notebook is checked later.
    made = NotebookNode(cell_type=kind, metadata=NotebookNode(), source=source)
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    if kind != "code" and submitted is not None and "attachments" in submitted:
        made["attachments"] = submitted["attachments"]
    return made


def _with_ids(cells):
    """Each has an id of its own: the author's or the student's, a second copy or one without a number."""
    taken = set()
    for number, cell in enumerate(cells):
        name = cell.get("id")
        while not name or name in taken:
            name = f"cell-{number}" if not name else f"{name[:50]}-{number}"
        cell["id"] = name
        taken.add(name)
    return cells
