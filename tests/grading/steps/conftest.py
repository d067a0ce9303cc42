"""A course that is released once and copied for each test."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from foreign_course import Course, doubling

from mlcourse.grading.steps.step import JudgeStep

UNCLOSED = "Exception ignored in. <sqlite3.Connection:pytest.PytestUnraisableExceptionWarning"  # Python 3.13 tells


def pytest_collection_modifyitems(items):
    """What nbgrader does to its own gradebook is not ours to mend, nor what nbformat says of a submission."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for warning in (":sqlalchemy.exc.SAWarning", ":nbformat.warnings.DuplicateCellId", UNCLOSED):
                item.add_marker(pytest.mark.filterwarnings(f"ignore:{warning}"))


@pytest.fixture(scope="session", autouse=True)
def alembic_on_the_path():
    """A new gradebook calls the program `alembic`, which lies beside this Python."""
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    yield
    os.environ["PATH"] = before


@pytest.fixture(scope="session")
def once(tmp_path_factory, alembic_on_the_path):
    course = Course(tmp_path_factory.mktemp("once"))
    course.source(doubling())
    result = course.release()
    assert result["success"], result
    return course


@pytest.fixture
def course(once, tmp_path):
    """A released course: `doubling`."""
    shutil.copytree(once.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture
def unreleased(once, tmp_path):
    """A course without a source; its gradebook is there already, since to make one takes seconds."""
    (tmp_path / "course").mkdir()
    shutil.copy(once.root / "gradebook.db", tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture
def jobs(monkeypatch):
    """Every job that goes to the judge, as it goes there."""
    seen, compute = [], JudgeStep.compute

    def noted(self, job):
        seen.append(job)
        return compute(self, job)

    monkeypatch.setattr(JudgeStep, "compute", noted)
    return seen


@pytest.fixture
def judged(monkeypatch):
    """A function that lets the judge's result be changed on its way back."""

    def by(change):
        compute = JudgeStep.compute

        def changed(self, job):
            result = compute(self, job)
            change(result)
            return result

        monkeypatch.setattr(JudgeStep, "compute", changed)

    return by
