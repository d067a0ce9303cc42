import os
import signal
import subprocess
import sys

import psutil
import pytest
from everybody import EVERYBODY, SCORES, hand_in_all, until
from foreign_course import FULL, RIGHT, answered

CONFIG = """
from mlcourse.grading import configure
c = get_config()
configure(c, workers=2, allow_unconfined=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_and_started_again(course, by):
    endless = "import subprocess, time\nsubprocess.Popen(['sleep', '600'])\nwhile True:\n    time.sleep(0.01)"
    hand_in_all(course)
    for student in ("b01", "b02"):
        course.hand_in(answered(course.released(), **RIGHT | {"double": endless}), student)
    (course.root / "nbgrader_config.py").write_text(CONFIG)
    command = [sys.executable, "-m", "nbgrader", "autograde", "ps1", "--Execute.timeout=600"]
    environment = os.environ | {"JUPYTER_NO_CONFIG": "1"}
    with open(course.root / "log.txt", "w") as log:
        process = subprocess.Popen(command, cwd=course.root, env=environment, stdout=log, stderr=log)
    graded = course.root / "autograded"
    try:
        until(lambda: (graded / "b01" / "ps1" / "p1.ipynb").exists(), process)
        started = until(lambda: _with_sleeps(psutil.Process(process.pid).children(recursive=True)), process)
        process.send_signal(by)
        process.wait(10)
    finally:
        process.kill()
        process.wait()
    until(lambda: not any(_at_work(one) for one in started))
    before = {student: (graded / student / "ps1" / "p1.ipynb").stat().st_mtime_ns for student in EVERYBODY}
    for student in ("b01", "b02"):
        course.hand_in(answered(course.released(), **RIGHT), student)
    result = course.api().autograde("ps1", "*", force=False)
    assert result["success"], result
    assert before == {student: (graded / student / "ps1" / "p1.ipynb").stat().st_mtime_ns for student in EVERYBODY}
    assert {student: course.scores(student) for student in EVERYBODY} == SCORES
    assert course.scores("b01") == course.scores("b02") == FULL


def _with_sleeps(found):
    """The processes, once both endless submissions are at work."""
    return found if sum(_seen(one)["name"] == "sleep" for one in found) == 2 else None


def _at_work(process):
    return _seen(process)["status"] not in (None, psutil.STATUS_ZOMBIE)


def _seen(process):
    """Its name and status, each None where it has ended: it may do so between a list of processes and this look."""
    try:
        return process.as_dict(["name", "status"])
    except psutil.NoSuchProcess:
        return {"name": None, "status": None}
