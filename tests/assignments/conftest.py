"""Grading a whole bank with the commands an instructor types, once a session."""

import csv
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that `import bank` works whichever way pytest imports tests

from bank import COURSE, Bank, expectations, through_nbgrader


@dataclass(frozen=True)
class Graded:
    """What became of a bank: each submission's points, its feedback page, and all that nbgrader printed."""

    points: dict
    feedback: dict
    log: str

    def story(self, key):
        """Return what nbgrader printed while it graded one submission, or the end of all where it never began."""
        _, began, rest = self.log.partition(f"with ID '{key}'")
        return (began + rest.partition("Creating/updating student")[0])[-3000:] if began else self.log[-3000:]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Ask last what nbgrader made of the banks: it takes minutes, and works beside the other tests."""
    items.sort(key=_asks_nbgrader)


def _asks_nbgrader(item):
    return getattr(item, "originalname", "") == "test_through_nbgrader"


@pytest.fixture(scope="session", autouse=True)
def grading(request, tmp_path_factory):
    """Begin to grade at this folder's first test: a bank's name -> the future of what becomes of it."""
    side_by_side = ThreadPoolExecutor(1)
    wanted = dict.fromkeys(i.callspec.params["name"] for i in request.session.items if _asks_nbgrader(i))
    yield {name: side_by_side.submit(grade, Bank(name), tmp_path_factory.mktemp(name)) for name in wanted}
    side_by_side.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def graded(grading, tmp_path_factory):
    """Return a function from a bank's name (or from a `Bank`) to what became of it."""

    def of(bank):
        if isinstance(bank, Bank):
            return grade(bank, tmp_path_factory.mktemp(bank.name))
        return grading[bank].result()

    return of


ANYWHERE = "--JudgeStep.allow_unconfined=True"  # confined wherever that works


def grade(bank, folder):
    """Release, autograde and give feedback in a copy of the course, for all submissions at once."""
    course, name = folder / "assignments", bank.name
    shutil.copytree(bank.course / "source" / name, course / "source" / name)
    shutil.copy(COURSE / "nbgrader_config.py", course)
    entries = expectations(bank.folder)
    handed_in = through_nbgrader(entries) if entries else bank.submissions()
    for key in handed_in:
        path = course / "submitted" / key / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(bank.submit(key), path)
    # Without the instructor's seed. A new gradebook calls the program `alembic`, which lies beside this Python.
    environment = {k: v for k, v in os.environ.items() if k != "MLCOURSE_SECRET"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    began, log = time.perf_counter(), []
    for command in (
        ["generate_assignment", name],
        ["autograde", name, ANYWHERE],
        ["generate_feedback", name],
        ["export"],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=course,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        log.append(f"{ran.stdout}\n`nbgrader {' '.join(command)}` ended with {ran.returncode}\n")
    print(f"{name}: {len(handed_in)} submissions graded in {time.perf_counter() - began:.0f} s")
    grades = course / "grades.csv"
    rows = csv.DictReader(grades.read_text().splitlines() if grades.exists() else [])
    pages = {path.parts[-3]: path.read_text() for path in (course / "feedback").glob(f"*/{name}/{name}.html")}
    return Graded({row["student_id"]: float(row["raw_score"]) for row in rows}, pages, "".join(log))
