"""Broken submissions, second part: cells that are missing, doubled, moved or marked anew."""

import copy

from broken_submissions import FULL_POINTS, comes_to, dump
from foreign_course import STUB, answered, cell_of, code


@comes_to(0.0, repair="the cell 'ones' was missing and is back")
def no_cells(nb, folder):
    """A notebook without a cell."""
    dump(nb, folder, cells=[])


@comes_to(FULL_POINTS, repair="the cell 'ones' was missing and is back")
def tests_deleted(nb, folder):
    """Only the answers are left."""
    dump(nb, folder, cells=[cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")])


@comes_to(5.0, repair="the cell 'double' was missing and is back")
def an_answer_deleted(nb, folder):
    """One answer is gone, so its test gives nothing."""
    dump(nb, folder, cells=[cell for cell in nb.cells if cell is not cell_of(nb, "double")])


@comes_to(FULL_POINTS, repair="a second copy of the cell 'ones' was left out")
def everything_twice(nb, folder):
    """All cells stand there a second time."""
    dump(nb, folder, cells=[*nb.cells, *copy.deepcopy(nb.cells)])


@comes_to(FULL_POINTS, repair="locked cells that were moved are back in their places")
def backwards(nb, folder):
    """The last cell is the first."""
    dump(nb, folder, cells=nb.cells[::-1])


@comes_to(FULL_POINTS)
def retagged(nb, folder):
    """Tags that keep a cell from running, and points of the student's own choice."""
    for cell in nb.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "judge:student", "otter_ignore"]
    cell_of(nb, "ones").metadata.nbgrader.update(points=1_000, grade=False, locked=False)
    dump(nb, folder)


@comes_to(FULL_POINTS)
def one_id_for_all(nb, folder):
    """Every cell has the same id."""
    for cell in nb.cells:
        cell["id"] = "same"
    dump(nb, folder)


@comes_to(FULL_POINTS, repair="the cell 'double' was missing and is back")
def no_names(nb, folder):
    """A program threw away all metadata and ids."""
    for cell in nb.cells:
        cell.metadata.clear()
    dump(nb, folder, cells=[{name: cell[name] for name in ("cell_type", "source", "metadata")} for cell in nb.cells])


@comes_to(0.0)
def nothing_answered(nb, folder):
    """Handed in as it was released."""
    dump(answered(nb, double=f"def double(x):\n    {STUB}", half=f"def half(x):\n    {STUB}"), folder)


@comes_to(0.0, repair="the cell 'double' was missing and is back")
def another_course(nb, folder):
    """The notebook of another course under this one's name."""
    dump(nb, folder, cells=[code("print('Hello')"), code("assert double(1) == 2", "theirs", 100)])


@comes_to(FULL_POINTS)
def two_hundred_cells(nb, folder):
    """Many cells of the student's own."""
    dump(nb, folder, cells=[nb.cells[0], *[code(f"x = {i}", id=f"mine-{i}") for i in range(200)], *nb.cells[1:]])
