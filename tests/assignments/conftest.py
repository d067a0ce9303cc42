"""Grading a whole bank with the commands an instructor types, once a session."""

import csv
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that `import bank` works whichever way pytest imports tests

from bank import COURSE, Bank, names

from mlcourse.machine import cores


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


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """Return a function from a bank's name (or from a `Bank`) to what became of it."""

    @cache
    def all_banks():
        """All at once, side by side: nbgrader grades one submission after the other on one core."""
        folders = {name: tmp_path_factory.mktemp(name) for name in names()}
        with ThreadPoolExecutor(cores() or 1) as side_by_side:
            results = side_by_side.map(lambda name: grade(Bank(name), folders[name]), folders)
            return dict(zip(folders, results, strict=True))

    def of(bank):
        return grade(bank, tmp_path_factory.mktemp(bank.name)) if isinstance(bank, Bank) else all_banks()[bank]

    return of


def grade(bank, folder):
    """Release, autograde and give feedback in a copy of the course, for all submissions at once."""
    course, name = folder / "assignments", bank.name
    shutil.copytree(bank.course / "source" / name, course / "source" / name)
    shutil.copy(COURSE / "nbgrader_config.py", course)
    for key in bank.submissions():
        path = course / "submitted" / key / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(bank.submit(key), path)
    # Without the instructor's seed. A new gradebook calls the program `alembic`, which lies beside this Python.
    environment = {k: v for k, v in os.environ.items() if k != "MLCOURSE_SECRET"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    began, log = time.perf_counter(), []
    for command in (["generate_assignment", name], ["autograde", name], ["generate_feedback", name], ["export"]):
        ran = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=course,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        log.append(f"{ran.stdout}\n`nbgrader {' '.join(command)}` ended with {ran.returncode}\n")
    print(f"{name}: {len(bank.submissions())} submissions graded in {time.perf_counter() - began:.0f} s")
    grades = course / "grades.csv"
    rows = csv.DictReader(grades.read_text().splitlines() if grades.exists() else [])
    pages = {path.parts[-3]: path.read_text() for path in (course / "feedback").glob(f"*/{name}/{name}.html")}
    return Graded({row["student_id"]: float(row["raw_score"]) for row in rows}, pages, "".join(log))
