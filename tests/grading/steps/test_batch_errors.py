"""What may go wrong while a batch is graded: what ends it, and what must not."""

import json
import shutil
import sqlite3
import threading
import time

import nbformat
import pytest
from foreign_course import FULL, RIGHT, answered, code, doubling, notebook, text
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError
from sqlalchemy.exc import OperationalError

from mlcourse.grading.steps.submitted.restore import Restore

LOCKED = OperationalError("insert", None, sqlite3.OperationalError("database is locked"))


@pytest.fixture
def two(course):
    """A course in which a01 and a02 handed in right answers."""
    for student in ("a01", "a02"):
        course.hand_in(answered(course.released(), **RIGHT), student)
    return course


@pytest.fixture
def at_a01(monkeypatch):
    """A function that has something happen while a01 is graded."""

    def by(happens):
        preprocess = Restore.preprocess

        def then(self, nb, resources):
            if resources["nbgrader"]["student"] == "a01":
                happens()
            return preprocess(self, nb, resources)

        monkeypatch.setattr(Restore, "preprocess", then)

    return by


def raises(error):
    def happens():
        raise error

    return happens


def kept(course):
    return json.loads((course.root / "judge" / "ps1.not_graded.json").read_text())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SchemaTooOldError("Outdated: 1", 1, 3), "are of another version: Outdated: 1"),
        (SchemaTooNewError("From tomorrow: 9", 9, 3), "are of another version: From tomorrow: 9"),
        (LOCKED, "the gradebook refused to write: database is locked; grade this submission again"),
        (RuntimeError("a\nfault\x1b[2J"), "RuntimeError: a fault\\x1b[2J (see the traceback above)"),
        (MemoryError(), "MemoryError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_of_one_is_the_end_of_one(two, at_a01, error, reason):
    at_a01(raises(error))
    result = two.grade("*")
    assert not result["success"]
    assert two.scores("a02") == FULL
    assert reason in kept(two)["a01"]
    assert f"a01 has no grade in ps1: {kept(two)['a01']}" in result["log"]
    assert ("Traceback" in result["log"]) is ("see the traceback above" in kept(two)["a01"])


def test_a_person_may_end_it(two, at_a01):
    at_a01(raises(KeyboardInterrupt()))
    result = two.grade("*")
    assert "KeyboardInterrupt" in result["error"]
    assert not (two.root / "autograded" / "a02").exists()


def test_a_gradebook_that_is_gone_ends_it(two, at_a01):
    def happens():
        (two.root / "gradebook.db").write_text("not a gradebook" * 100)
        raise LOCKED

    at_a01(happens)
    result = two.grade("*")
    assert "There was an error accessing the nbgrader database" in result["log"]
    assert not (two.root / "autograded" / "a02").exists()


def test_a_gradebook_that_another_writes_to_is_waited_for(two):
    """Longer than sqlite's own 5 seconds."""
    others = []

    def write(locked):
        other = sqlite3.connect(two.root / "gradebook.db")
        other.execute("begin exclusive")
        locked.set()
        time.sleep(6)
        other.rollback()
        other.close()

    def before(**about):
        if not others:
            locked = threading.Event()
            others.append(threading.Thread(target=write, args=[locked]))
            others[0].start()
            locked.wait()

    two.config.Autograde.pre_convert_hook = before
    result = two.grade("*")
    others[0].join()
    assert result["success"], result
    assert two.scores("a01") == two.scores("a02") == FULL


def test_the_formgraders_button_tells_and_forgets_the_reason(course):
    """It grades one student after the other in one process."""
    course.hand_in("", "a01")
    course.hand_in("no", "a02")
    for student in ("a01", "a02"):
        result = course.grade(student)
        assert not result["success"]
        assert result["log"].count(f"{student} has no grade in ps1: ") == 1
    assert sorted(kept(course)) == ["a01", "a02"]
    course.graded(answered(course.released(), **RIGHT), "a01")
    assert sorted(kept(course)) == ["a02"]


def test_a_reason_that_cannot_be_kept_ends_nothing(two):
    two.hand_in("", "a01")
    (two.root / "judge" / "ps1.not_graded.json").mkdir()
    result = two.grade("*")
    assert "a01 has no grade in ps1: submitted/a01/ps1/p1.ipynb is empty" in result["log"]
    assert two.scores("a02") == FULL
    assert [path.name for path in (two.root / "judge").glob(".*")] == []


def test_what_fails_in_another_command_is_not_a_reason(two):
    """The formgrader makes feedback in the same process."""
    assert two.grade("*")["success"]
    path = two.root / "autograded" / "a01" / "ps1" / "p1.ipynb"
    path.chmod(0o600)
    path.write_text("no")
    result = two.api().generate_feedback("ps1", "a01")
    assert "There was an error processing assignment 'ps1' for student 'a01'" in result["log"]
    assert not (two.root / "judge" / "ps1.not_graded.json").exists()
    two.hand_in("", "a01")
    assert "has no grade" in two.grade("a01")["log"]
    path.parent.mkdir()
    path.write_text("no")
    result = two.api().generate_feedback("ps1", "a01")
    assert "There was an error processing assignment 'ps1' for student 'a01'" in result["log"]


def test_who_has_a_grade_keeps_it(two):
    """Without --force nbgrader leaves what is graded, whatever was handed in since."""
    assert two.grade("*")["success"]
    shutil.rmtree(two.root / "submitted" / "a01" / "ps1")
    (two.root / "submitted" / "a01" / "ps1").write_text("gone")
    assert two.api().autograde("ps1", "*", force=False)["success"]
    assert two.autograded("a01").metadata.judge.repairs == []
    assert not two.grade("*")["success"]
    assert not (two.root / "autograded" / "a01" / "ps1").exists()


def test_a_courses_own_hooks_are_called(two):
    called = []
    two.config.Autograde.pre_convert_hook = lambda **about: called.append(("before", len(about["notebooks"])))
    two.config.Autograde.post_convert_hook = lambda **about: called.append(("after", len(about["notebooks"])))
    assert two.grade("*")["success"]
    assert called == [("before", 1), ("after", 1)] * 2


def test_the_second_notebook_may_be_the_renamed_one(unreleased):
    """nbgrader gives a missing notebook 0 everywhere; that must not stay where it was found under another name."""
    task = text("Draw.", "task")
    task.metadata.nbgrader.update(task=True, points=5)
    second = notebook(
        code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "x", solution=True), code("assert x == 1", "t", 2), task
    )
    unreleased.source(doubling())
    nbformat.write(second, unreleased.root / "source" / "ps1" / "p2.ipynb")
    assert unreleased.release()["success"]
    folder = unreleased.hand_in(answered(unreleased.released(), **RIGHT))
    released = nbformat.read(unreleased.root / "release" / "ps1" / "p2.ipynb", as_version=4)
    nbformat.write(answered(released, x="x = 1"), folder / "mine.ipynb")
    result = unreleased.grade()
    assert result["success"], result
    assert unreleased.scores() == FULL
    with Gradebook(f"sqlite:///{unreleased.root / 'gradebook.db'}") as gradebook:
        grades = {grade.name: grade for grade in gradebook.find_submission_notebook("p2", "ps1", "a01").grades}
        assert grades["t"].auto_score == 2
        assert grades["task"].auto_score is None
        assert grades["task"].needs_manual_grade
    assert "the notebook is called 'mine.ipynb', not 'p2.ipynb'" in result["log"]
    # Where nothing carries its cells, nbgrader's zeros stand.
    (folder / "mine.ipynb").unlink()
    assert unreleased.grade()["success"]
    with Gradebook(f"sqlite:///{unreleased.root / 'gradebook.db'}") as gradebook:
        grades = {grade.name: grade for grade in gradebook.find_submission_notebook("p2", "ps1", "a01").grades}
        assert grades["t"].auto_score == 0


def test_a_name_in_a_repair_is_no_html(course):
    folder = course.hand_in(answered(course.released(), **RIGHT))
    (folder / "<img src=x onerror=alert(1)>").symlink_to("nowhere")
    assert course.grade()["success"]
    page = course.feedback()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
