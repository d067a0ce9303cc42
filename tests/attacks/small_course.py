"""A small course to attack: released, handed in and graded with the commands that an instructor types.

``course/`` has its assignments, with tests such as people write; the second is there where torch is. `grade` hands in what it
is given between two right submissions, the bystanders, and says what each came to and what was done to others.
"""

import contextlib
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from mlcourse.publish.percent import notebook

HERE = Path(__file__).parent
ASSIGNMENTS = ("ps1", "ps2") if importlib.util.find_spec("torch") else ("ps1",)
BESIDE = {"ps1": ("measures.py", "cases.json"), "ps2": ()}
LEFT = "left_by_an_attack"
MARK = "this_is_the_course_to_attack"  # no attack writes into a course without this file
BYSTANDERS = ("a_first", "z_last")
CONFIG = """
from pathlib import Path

c = get_config()
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "attacked"
c.Execute.timeout = 5
"""
STOCK = CONFIG
OURS = (
    CONFIG
    + """
from mlcourse.grading import configure

configure(c, call_seconds=3, test_seconds=8, memory_megabytes=1000, allow_unconfined=True, workers=4)
"""
)
SCORES = """
select assignment.student_id, cell.name, grade.auto_score, grade.manual_score, grade.extra_credit
from grade
join base_cell cell on cell.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment assignment on assignment.id = submitted_notebook.assignment_id
"""


@dataclass
class Outcome:
    """What came of submissions that were graded together.

    Attributes
    ----------
    points : dict of str to float or None
        By student, bystanders included; None where nothing was graded.
    returned : set of str
        Students of whom there is a graded notebook, from which feedback can be made.
    harm : list of str
        What was done to others.
    log : str
        All that nbgrader printed.
    seconds : float
    """

    points: dict = field(default_factory=dict)
    returned: set = field(default_factory=set)
    harm: list = field(default_factory=list)
    log: str = ""
    seconds: float = 0.0

    def story(self, student):
        """Return what nbgrader printed while it graded one submission, or the end of all where it never began."""
        _, began, rest = self.log.partition(f"with ID '{student}'")
        return (began + rest.partition("Creating/updating student")[0])[-3000:] if began else self.log[-3000:]


def source(name):
    """Return the author's notebook, solutions and hidden tests in it."""
    return notebook((HERE / "course" / f"{name}.py").read_text(encoding="utf-8"), name=f"{name}.py")


def full(*names):
    """Return the points of whole assignments; without names, of the first."""
    cells = [cell for name in names or ("ps1",) for cell in source(name).cells]
    return sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells)


def answers(name):
    """Return the author's solution cells of an assignment: name -> text."""
    return {
        cell.id: "\n".join(line for line in cell.source.split("\n") if not line.lstrip().startswith("###"))
        for cell in source(name).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def release(folder, config, names=ASSIGNMENTS):
    """Make a course in ``folder`` and release its assignments."""
    for name in names:
        own = folder / "source" / name
        own.mkdir(parents=True)
        nbformat.write(source(name), own / f"{name}.ipynb")
        for beside in BESIDE[name]:
            shutil.copy(HERE / "course" / beside, own)
    (folder / "nbgrader_config.py").write_text(config)
    (folder / MARK).touch()
    log, ended = nbgrader(folder, "generate_assignment", "--assignment=*")
    if ended:
        raise RuntimeError(f"The small course could not be released:\n{log}")
    return log


def grade(folder, submissions, *, timeout=900):
    """Hand in between two bystanders, let nbgrader grade all, and see what it came to.

    Parameters
    ----------
    folder : Path
        A course that was released, without submissions.
    submissions : dict of str to Submission
        By student.
    timeout : float
        Seconds for all of an assignment.

    Returns
    -------
    Outcome
    """
    names = sorted({submission.assignment for submission in submissions.values()})
    for name in names:
        mine = {student: write for student, write in submissions.items() if write.assignment == name}
        for student, write in {BYSTANDERS[0]: right(name), **mine, BYSTANDERS[1]: right(name)}.items():
            own = folder / "submitted" / student / name
            shutil.copytree(folder / "release" / name, own)
            write(nbformat.read(own / f"{name}.ipynb", as_version=4), own)
    outcome, before, began = Outcome(), _bytes(folder), time.perf_counter()
    for name in names:
        outcome.log += nbgrader(folder, "autograde", name, timeout=timeout)[0]
    outcome.seconds, outcome.points = time.perf_counter() - began, scores(folder)
    outcome.returned = {path.parts[-3] for path in (folder / "autograded").glob("*/*/*.ipynb")}
    outcome.harm = [f"{path} changed" for path, _ in before ^ _bytes(folder)]
    outcome.harm += [f"{what} was left behind" for what in left_behind(folder)]
    for student in BYSTANDERS:
        if outcome.points.get(student) != full(*names):
            outcome.harm.append(f"{student} has {outcome.points.get(student)} of {full(*names)} points")
    return outcome


def left_behind(folder):
    """Return what attacks that would leave something have left: processes and files; it is ended and deleted."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if LEFT.encode() in path.read_bytes():
                os.kill(int(path.parent.name), signal.SIGKILL)
                found.append(f"process {path.parent.name}")
    places = [
        Path(tempfile.gettempdir()),
        Path("/tmp"),
        Path("/var/tmp"),
        Path("/dev/shm"),
        Path.home(),
        Path(sys.prefix),
    ]
    for path in {path for place in places for path in place.glob(f"{LEFT}*")} | set(folder.rglob(f"{LEFT}*")):
        path.unlink(missing_ok=True) if not path.is_dir() else shutil.rmtree(path)
        found.append(str(path))
    return found


def right(name):
    """Return a function that writes the author's solution as a submission."""

    def write(nb, folder):
        for cell in nb.cells:
            cell.source = answers(name).get(cell.id, cell.source)
        nbformat.write(nb, folder / f"{name}.ipynb")

    return write


def nbgrader(folder, *command, timeout=900):
    """Run one of nbgrader's commands; return what it printed, and its exit status."""
    # A new gradebook calls the program `alembic`, which lies beside this Python. No settings of whoever runs this.
    alone = {"JUPYTER_NO_CONFIG": "1", "JUPYTER_CONFIG_DIR": str(folder / "no_settings")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    secret = {"PS1_SECRET": str(secrets.randbelow(2**32 - 1) + 1)}
    with open(folder / "log.txt", "w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=folder,
            env=os.environ | alone | secret | {"PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            log.write(f"\n`nbgrader {' '.join(command)}` was stopped after {timeout} seconds\n")
        finally:
            process.kill()
            process.wait()
    return (folder / "log.txt").read_text(errors="replace"), process.returncode


def scores(folder):
    """Return each student's points as the gradebook has them; None where nothing is graded."""
    with sqlite3.connect(folder / "gradebook.db") as gradebook:
        rows = gradebook.execute(SCORES).fetchall()
    gradebook.close()
    found = {}
    for student, _cell, automatic, by_hand, extra in rows:
        given = [value for value in (automatic if by_hand is None else by_hand, extra) if value is not None]
        if given:
            found[student] = (found.get(student) or 0) + sum(given)
        else:
            found.setdefault(student, None)
    return found


def _bytes(folder):
    """What grading must not touch: every file of the author and of the students, with its content."""
    files = [path for step in ("source", "submitted", "release") for path in (folder / step).rglob("*")]
    return {
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
        if path.is_file() and not path.is_symlink() and path.suffix != ".pyc"
    }
