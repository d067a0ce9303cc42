"""Everything that is broken, in one `nbgrader autograde`: it has a grade or a reason, and everybody else has full points."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from functools import partial
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import broken_cells  # noqa: F401
import broken_folders  # noqa: F401
import pytest
from broken_submissions import FULL_POINTS, KINDS, MEGABYTES
from foreign_course import RIGHT, Course, answered

BYSTANDERS = ("!right", "m_right", "ÿ_right")  # the first, one among them, and the last but for a name that is none
CONFIG = f"""
from mlcourse.grading import configure

c = get_config()
configure(c, input_megabytes={MEGABYTES}, allow_unconfined=True)
"""


@pytest.fixture(scope="module")
def batch(once, tmp_path_factory):
    """All kinds, graded by one command: the course, what was printed, what it came to."""
    course = Course(tmp_path_factory.mktemp("batch") / "course")
    shutil.copytree(once.root, course.root)
    source = course.root / "source" / "ps1"
    (source / "data.txt").write_text("author's")
    (source / "pictures").mkdir()
    (source / "pictures" / "one.txt").write_text("author's")
    for student in BYSTANDERS:
        course.hand_in(answered(course.released(), **RIGHT), student)
    for kind in KINDS.values():
        nb = answered(course.released(), **RIGHT)
        kind.write(nb, course.hand_in(nb, kind.student))
    (course.root / "nbgrader_config.py").write_text(CONFIG)
    before = lying(course.root / "submitted")
    command = [sys.executable, "-m", "nbgrader", "autograde", "ps1"]
    ran = subprocess.run(
        command, cwd=course.root, stdin=subprocess.DEVNULL, capture_output=True, timeout=150, errors="replace"
    )
    log = ran.stdout + ran.stderr
    same = before == lying(course.root / "submitted")
    yield SimpleNamespace(course=course, log=log, status=ran.returncode, untouched=same, told_of=partial(told_of, log))
    for path in (course.root / "submitted").rglob("*"):
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) == 0:
            path.chmod(0o600)


def lying(folder):
    """Everything in a folder, to the byte; what is no file by its kind."""
    found = {}
    for here, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(here, name)
            mode = os.lstat(path).st_mode
            readable = stat.S_ISREG(mode) and os.access(path, os.R_OK)
            found[path] = mode, hashlib.sha256(Path(path).read_bytes()).digest() if readable else None
    return found


def told_of(log, student):
    """What was printed about one submission."""
    return "\n".join(line for line in log.split("\n") if student in line)[-3_000:]


def points(course, student):
    return sum(score or 0 for score in course.scores(student).values())


GRADED = [name for name, kind in KINDS.items() if kind.points is not None]
REFUSED = [name for name in KINDS if name not in GRADED]


@pytest.mark.parametrize("name", GRADED)
def test_it_is_graded(batch, name):
    kind = KINDS[name]
    assert points(batch.course, kind.student) == kind.points, batch.told_of(kind.student)
    repairs = batch.course.autograded(kind.student).metadata.judge.repairs
    if kind.repair:
        assert any(kind.repair in repair for repair in repairs)
        assert f"{kind.student}: {kind.repair}" in batch.log
    else:
        assert repairs == []


@pytest.mark.parametrize("name", REFUSED)
def test_its_reason_is_told_at_the_end_and_kept(batch, name):
    kind = KINDS[name]
    at_the_end = batch.log[batch.log.index(" has no grade in ps1: ") - 300 :]
    shown = {"two\nlines": "two?lines", "\udcff": "'\\udcff'"}.get(kind.student, kind.student)
    [line] = [line for line in at_the_end.split("\n") if f"] {shown} has no grade in ps1: " in line]
    assert kind.reason in line
    kept = json.loads((batch.course.root / "judge" / "ps1.not_graded.json").read_text())
    assert kind.reason in kept["two?lines" if kind.student == "two\nlines" else kind.student]
    assert batch.log.count(kept.get(kind.student, "more than one line; rename it")) >= 2  # once where it happened
    assert not (batch.course.root / "autograded" / kind.student / "ps1" / "p1.ipynb").exists()


def test_everybody_else_is_graded_and_nothing_of_theirs_is_changed(batch):
    assert [points(batch.course, student) for student in BYSTANDERS] == [FULL_POINTS] * len(BYSTANDERS)
    assert batch.untouched
    assert batch.status == 1  # so that a script can see that not all is well
    assert f"{len(REFUSED)} submissions have no grade. Why is kept in judge/ps1.not_graded.json" in batch.log
    assert "Traceback" not in batch.log
    assert "Please see the" not in batch.log


def test_there_are_many_kinds():
    assert len(KINDS) >= 60
    assert all(kind.write.__doc__.endswith(".") for kind in KINDS.values())
    assert (
        len({kind.write.__doc__ for kind in KINDS.values()})
        == len({kind.student for kind in KINDS.values()})
        == len(KINDS)
    )


def test_a_repair_is_told_to_the_student_and_to_the_grader(batch):
    page = unescape(batch.course.feedback("an_answer_deleted"))
    assert "Your notebook was put in order before it was graded." in page
    assert "<li>The cell 'double' was missing and is back.</li>" in page
    assert (
        "Before grading: The cell 'double' was missing and is back."
        in batch.course.comments("an_answer_deleted")["double"]
    )
    assert batch.course.comments("tests_deleted")["half"] is None
    assert "put in order" not in batch.course.feedback("!right")
