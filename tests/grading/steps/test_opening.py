"""What is handed in that is no notebook, and what is handed in beside it."""

import json

import pytest
from foreign_course import FULL, RIGHT, answered

from mlcourse.grading.steps.submitted.files import handed_in
from mlcourse.grading.steps.submitted.folder import look_over
from mlcourse.grading.steps.submitted.not_graded import NotGraded
from mlcourse.grading.steps.submitted.reading import read


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty, so something went wrong"),
        ("no", "is not a notebook"),
        ("[]", "is not a notebook: it has no 'nbformat'"),
        ("{}", "is not a notebook: it has no 'nbformat'"),
        ("[" * 100_000, "is not a notebook"),
        ("\xff", "is not a notebook"),
        ('{"nbformat": 4, "cells": [', "is not a notebook"),
        ('{"nbformat": 9}', "has nbformat 9; save it again"),
        (" " * 3_000_000 + "{}", "has 3 MB, more than 2; clear its outputs"),
    ],
)
def test_no_notebook(course, content, reason):
    course.options = {"input_megabytes": 2}
    course.hand_in(content)
    result = course.grade()
    assert not result["success"]
    assert reason in result["log"], result["log"][-1500:]
    assert course.graded(answered(course.released(), **RIGHT), "a02")[0] == FULL


def test_an_old_notebook_is_read(course):
    cells = [{"cell_type": "code", "input": "double = half = lambda x: x", "outputs": [], "language": "python"}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells, "metadata": {}}]}
    course.hand_in(json.dumps(old))
    result = course.grade()
    assert result["success"], result["log"][-1500:]
    assert course.scores() == {"ones": 0.0, "why": 0.0, "halves": 0.0, "parts": 2.0}


def test_another_students_notebook_is_not_read(course):
    other = course.hand_in(answered(course.released(), **RIGHT), "a02")
    link = course.root / "submitted" / "a01" / "ps1" / "p1.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(other / "p1.ipynb")
    result = course.grade()
    assert not result["success"]
    assert "is a link, not a file" in result["log"]


def test_links_beside_it(course, jobs):
    folder = course.hand_in(answered(course.released(), **RIGHT))
    (folder / "mine.txt").write_text("mine")
    (folder / "grades.txt").symlink_to(course.root / "gradebook.db")
    (folder / "inner").mkdir()
    (folder / "inner" / "more.txt").symlink_to(course.root / "gradebook.db")
    (folder / "elsewhere").symlink_to(course.root / "source")
    assert course.grade()["success"]
    assert sorted(jobs[-1]["student_files"]) == ["mine.txt"]
    autograded = course.root / "autograded" / "a01" / "ps1"
    assert sorted(path.name for path in autograded.rglob("*") if path.is_file()) == ["mine.txt", "p1.ipynb"]
    assert len(course.autograded().metadata.judge.repairs) == 3


def test_a_file_of_the_authors_stands_over_a_link(course, jobs):
    (course.root / "source" / "ps1" / "data.txt").write_text("author's")
    folder = course.hand_in(answered(course.released(), **RIGHT))
    (folder / "data.txt").symlink_to(course.root / "gradebook.db")
    assert course.grade()["success"]
    assert jobs[-1]["student_files"] == {"data.txt": "YXV0aG9yJ3M="}


def test_what_nbgrader_ignores_the_authors_answer_does_not_find_either(course, jobs):
    (course.root / "source" / "ps1" / "hidden_data.txt").write_text("for the tests")
    course.config.CourseDirectory.ignore = ["hidden_*"]
    course.graded(answered(course.released(), **RIGHT))
    assert [job["student_files"] for job in jobs] == [{}]


def test_too_much_beside_it(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.bin").write_bytes(bytes(600_000))
    (tmp_path / "b.bin").write_bytes(bytes(300_000))
    assert sorted(handed_in(tmp_path, 1)) == ["b.bin", "sub/a.bin"]
    with pytest.raises(ValueError, match=r"are larger than 0.5 MB together; raise c.JudgeStep.input_megabytes"):
        handed_in(tmp_path, 0.5)


def test_what_may_not_be_read(tmp_path, monkeypatch):
    """Also where root runs the tests, who may read everything."""

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "p1.ipynb").write_text("{}")
    (tmp_path / "a.txt").write_text("a")
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(NotGraded, match=r"a.txt cannot be read; see to its permissions"):
        look_over(str(tmp_path), {"p1": set()}, tmp_path / "source", [], 1)
    monkeypatch.setattr("pathlib.Path.read_bytes", forbidden)
    with pytest.raises(NotGraded, match=r"p1.ipynb cannot be read: Permission denied; see to its permissions"):
        read(tmp_path / "p1.ipynb", 1)
    monkeypatch.setattr("os.scandir", forbidden)
    with pytest.raises(NotGraded, match=r"cannot be opened: Permission denied; see to its permissions"):
        look_over(str(tmp_path), {"p1": set()}, tmp_path / "source", [], 1)
