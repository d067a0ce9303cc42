"""A small course of its own, graded through nbgrader's Python interface: no command is started."""

import logging
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import nbformat
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from mlcourse.grading import configure

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


def code(source, name=None, points=None, solution=False, locked=None, tags=(), id=None):
    """One cell; with a name it is nbgrader's."""
    cell = v4.new_code_cell(source, id=id or (name or f"plain-{crc32(source.encode())}"))
    return _described(cell, name, points, solution, locked, tags)


def text(source, name=None, points=None, solution=False, tags=()):
    cell = v4.new_markdown_cell(source, id=name or f"text-{crc32(source.encode())}")
    return _described(cell, name, points, solution, None, tags)


def _described(cell, name, points, solution, locked, tags):
    if name:
        locked = not solution if locked is None else locked
        cell.metadata["nbgrader"] = {
            "grade": points is not None, "solution": solution, "locked": locked, "task": False,
            "grade_id": name, "schema_version": 3,
        }  # fmt: skip
        if points is not None:
            cell.metadata.nbgrader["points"] = points
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def notebook(*cells):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def doubling():
    """Two answers, two tests with a hidden line, one by hand, one with partial credit."""
    return notebook(
        text("# Doubling"),
        code("import math\nTWO = 2", "given"),
        code(
            "def double(x):\n    ### BEGIN SOLUTION\n    return TWO * x\n    ### END SOLUTION", "double", solution=True
        ),
        code("double(3)"),
        code(
            "assert double(1) == 2, 'one'\n### BEGIN HIDDEN TESTS\nassert double(7) == 14, 'seven'\n### END HIDDEN TESTS",
            "ones",
            points=3,
        ),
        text("### BEGIN SOLUTION\nIt adds.\n### END SOLUTION", "why", points=2, solution=True),
        code("def half(x):\n    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION", "half", solution=True),
        code("assert half(4) == 2", "halves", points=1),
        code("sum(half(x) == x / 2 for x in (2, 4)) + 2.0", "parts", points=4),
    )


@dataclass
class Course:
    """nbgrader's folders, and its commands as methods; each returns what was logged."""

    root: Path
    options: dict = field(default_factory=dict)
    config: Config = field(default_factory=Config)

    def api(self):
        c = Config(self.config)
        c.CourseDirectory.root = str(self.root)
        c.CourseDirectory.db_url = f"sqlite:///{self.root / 'gradebook.db'}"
        configure(c, **{"allow_unconfined": True} | self.options)  # confined wherever that works
        api = NbGraderAPI(coursedir=CourseDirectory(config=c), config=c)
        api.log.setLevel(logging.INFO)
        return api

    def source(self, nb, files=()):
        folder = self.root / "source" / "ps1"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "p1.ipynb")
        for name, content in dict(files).items():
            (folder / name).write_text(content)

    def release(self):
        return self.api().generate_assignment("ps1")

    def released(self):
        return nbformat.read(self.root / "release" / "ps1" / "p1.ipynb", as_version=4)

    def hand_in(self, nb, student="a01"):
        path = self.root / "submitted" / student / "ps1" / "p1.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(nb, str):
            path.write_text(nb)
        else:
            nbformat.write(nb, path)
        return path.parent

    def grade(self, student="a01"):
        return self.api().autograde("ps1", student)

    def graded(self, nb, student="a01"):
        """Hand in, autograde; (score of each cell, the autograded notebook)."""
        self.hand_in(nb, student)
        result = self.grade(student)
        assert result["success"], result
        return self.scores(student), self.autograded(student)

    def autograded(self, student="a01"):
        return nbformat.read(self.root / "autograded" / student / "ps1" / "p1.ipynb", as_version=4)

    def scores(self, student="a01"):
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            grades = gradebook.find_submission_notebook("p1", "ps1", student).grades
            return {grade.name: grade.auto_score for grade in grades}

    def comments(self, student="a01"):
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            comments = gradebook.find_submission_notebook("p1", "ps1", student).comments
            return {comment.name: comment.comment for comment in comments}

    def feedback(self, student="a01"):
        result = self.api().generate_feedback("ps1", student)
        assert result["success"], result
        return (self.root / "feedback" / student / "ps1" / "p1.html").read_text()


def answered(nb, **answers):
    """A released notebook with answers in it."""
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    return nb


RIGHT = {"double": "def double(x):\n    return x + x", "half": "half = lambda x: x * 0.5", "why": "It adds."}
FULL = {"ones": 3.0, "why": None, "halves": 1.0, "parts": 4.0}


def cell_of(nb, name):
    return next(cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
