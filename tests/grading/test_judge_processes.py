"""The two processes of a submission: what they see, how they end, and that nothing of them is left."""

import os
import time
from pathlib import Path

import pytest

from mlcourse.grading.judge.driver import compute


def job(solution, *tests, contract=None, **limits):
    """A notebook with a solution and tests of a point each; without a contract it is judged as the author's."""
    cells = [{"id": "s", "source": solution, "kind": "student"}]
    cells += [{"id": f"t{n}", "source": text, "kind": "test", "points": 1.0} for n, text in enumerate(tests)]
    author = [{**cell, "kind": "solution" if cell["kind"] == "student" else "test"} for cell in cells]
    return {"name": "ps1/a01", "cells": cells, "author": author, "contract": contract, "limits": limits}


def scores(result):
    return [cell["score"] for cell in result["cells"].values() if cell["score"] is not None]


def said(result, cell):
    return " ".join(output.get("evalue", "") for output in result["cells"][cell]["outputs"])


def printed(result, cell):
    return "".join(output.get("text", "") for output in result["cells"][cell]["outputs"])


def test_the_instructor_s_environment_is_the_judge_s_alone(monkeypatch):
    from mlcourse.grading.judge import driver

    driver.close()  # what is warm already has an environment
    monkeypatch.setenv("MLCOURSE_SECRET", "winter")
    try:
        looked = "import os\nseen = os.environ.get('MLCOURSE_SECRET', 'nothing')"
        result = compute(
            job(looked, "import os\nassert (seen, os.environ['MLCOURSE_SECRET']) == ('nothing', 'winter')")
        )
    finally:
        driver.close()
    assert scores(result) == [1.0], said(result, "t0")


def test_what_it_started_ends_with_it_and_its_files_are_gone():
    solution = "import subprocess, os\nother = subprocess.Popen(['sleep', '60'])\nopen('file', 'w').close()\n"
    result = compute(job(solution + "print(other.pid, os.getpid(), os.getcwd())", "assert True"))
    *pids, folder = printed(result, "s").split()
    for _ in range(100):
        if not any(_runs(int(pid)) for pid in pids):
            break
        time.sleep(0.05)
    assert not any(_runs(int(pid)) for pid in pids)
    assert not os.path.exists(folder)


def _runs(pid):
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


ENDINGS = {
    "in a cell": "import os\nos._exit(3)",
    "in a function": "import os\nf = lambda: os._exit(3)",
    "by a signal": "import os\nf = lambda: os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("solution", ENDINGS.values(), ids=ENDINGS)
def test_a_process_that_ends_gets_no_points_for_what_is_asked_of_it(solution):
    contract = compute(job("f = lambda: 1", "assert f() == 1", "assert 1 == 1"))["contract"]
    result = compute(
        job(solution, "try:\n    f()\nexcept:\n    pass", "assert f() == 1", "assert 1 == 1", contract=contract)
    )
    assert scores(result) == [0.0, 0.0, 1.0]
    assert "has ended" in said(result, "t0")


def test_a_cell_and_a_call_and_a_test_have_a_time():
    slow = "def f(x):\n    while True:\n        try:\n            while x: pass\n            return 1\n        except: pass\n"
    tests = ["assert f(1) == 1", "assert f(0) == 1", "while True:\n    f(0)", "assert f(0) == 1"]
    began = time.monotonic()
    result = compute(job(slow + "while True: pass", *tests, cell=0.5, call=0.5, test=1))
    assert time.monotonic() - began < 20
    assert "longer than 0.5 seconds" in said(result, "s")
    assert scores(result)[1:] != [1.0, 1.0, 1.0]
    assert scores(result)[0] == scores(result)[2] == 0.0
    assert "in time" in said(result, "t0") or "has ended" in said(result, "t0")


def test_each_judge_draws_random_numbers_of_its_own():
    drawn = {printed(compute(job("x = 1", "import numpy as np\nprint(np.random.random())")), "t0") for _ in range(3)}
    assert len(drawn) == 3


def test_a_flood_of_output_is_cut():
    result = compute(job("for i in range(10**5):\n    print('x' * 100)", "assert True", output=10_000))
    assert 5_000 < len(printed(result, "s")) < 11_000
    assert "cut" in printed(result, "s")


def test_a_forged_flood_is_left_out():
    forged = (
        "import gc\n"
        "from mlcourse.grading.judge.student import Student\n"
        "me = next(o for o in gc.get_objects() if type(o) is Student)\n"
        "big = [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 10**6}, {'output_type': 'x'}, 3]\n"
        "me.control.send(0, big, timeout=None)"
    )
    result = compute(job(forged, "assert True", output=10_000))
    assert printed(result, "s") == "[left out: too large]\n"
    assert scores(result) == [1.0]
