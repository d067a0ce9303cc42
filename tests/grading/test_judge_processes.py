"""The two processes of a submission: what they see, how they end, and that nothing of them is left."""

import contextlib
import json
import os
import time
from pathlib import Path

import pytest
from jobs import CONFINED, job, printed, said, scores, waits

from mlcourse.grading.judge.driver import compute
from mlcourse.grading.judge.preload import modules, named, submitted


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


NAMES_TORCH = "def f():\n    tensor = __import__('torch').tensor([1, 2])\n    return tensor"


@pytest.mark.parametrize(
    ("solution", "come"),
    [
        ("def keras_to_torch(): return 1", set()),  # to import it costs seconds a submission
        ("as_torch_keeps_it = 1  # a pandas_frame would do", {"pandas"}),
        (NAMES_TORCH, {"torch"}),
        ("from torchvision import datasets", {"torch"}),
        ("import pytorch_lightning as pl\nimport pandas", {"torch", "pandas"}),
    ],
)
def test_the_judge_has_the_libraries_that_an_answer_names_and_no_other(solution, come):
    of_a_student = job(solution, "assert True")
    assert named(submitted(of_a_student)) == come
    # Of these, torch takes seconds: the judge's warm process has it, and none of its copies imports it.
    assert ("torch" in modules(of_a_student | {"author": []}, "judge")) == ("torch" in come)
    assert named(submitted(job("", "import torch"))) == set()


LEAVES = """
import os, subprocess, sys
open('file', 'w').close()
wait = 'import time, os; os.setsid(); time.sleep(60) # %s'
subprocess.Popen([sys.executable, '-c', wait % 'a child, MARK'])
subprocess.run([sys.executable, '-c', 'import subprocess, sys; subprocess.Popen([sys.executable, "-c", %r])' % (wait % 'an orphan, MARK')])
print(os.getcwd())
"""


@pytest.mark.parametrize("confine", ["off", pytest.param("preferred", marks=CONFINED)])
def test_what_it_started_ends_with_it_and_its_files_are_gone(confine):
    mark = f"left by {os.getpid()} {confine}"
    waits_a_little = "import time\ntime.sleep(1)" if confine == "preferred" else "assert True"
    result = compute(job(LEAVES.replace("MARK", mark), waits_a_little) | {"confine": confine})
    assert waits(lambda: not _running(mark)), _running(mark)
    assert not os.path.exists(printed(result, "s").strip())
    assert scores(result) == [1.0], result


def _running(mark):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes()
            if mark.encode() in words and b"sleep" in words:
                found.append(words.split(b"#")[-1])
    return found


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


def test_all_cells_together_have_a_time():
    one = job("x = 1", "assert x == 1", submission=1)
    slow = [{"id": f"slow{n}", "source": "import time\ntime.sleep(0.6)", "kind": "student"} for n in range(4)]
    one["cells"] = [one["cells"][0], *slow, *one["cells"][1:]]
    result = compute(one)
    assert "longer than 1 seconds altogether" in said(result, "slow3")
    assert said(result, "slow0") == ""
    assert "altogether" in result["ended"]
    assert scores(result) == [0.0]


def test_why_it_ended_is_known_also_where_it_ended_in_a_call():
    greedy = "def f():\n    import mmap\n    held = []\n    while True:\n        held.append(mmap.mmap(-1, 2**24))\n        held[-1].write(bytes(2**24))"
    contract = compute(job("f = lambda: 1", "assert f() == 1"))["contract"]
    result = compute(job(greedy, "assert f() == 1", contract=contract, memory=300e6))
    assert "more than 300 MB of memory" in result["ended"]
    assert scores(result) == [0.0]


def test_each_judge_draws_random_numbers_of_its_own():
    drawn = {printed(compute(job("x = 1", "import numpy as np\nprint(np.random.random())")), "t0") for _ in range(3)}
    assert len(drawn) == 3


def test_a_flood_of_output_is_cut():
    result = compute(job("for i in range(10**5):\n    print('x' * 100)", "assert True", output=10_000))
    assert 5_000 < len(printed(result, "s")) < 11_000
    assert "cut" in printed(result, "s")


FORGES = """
import gc
from mlcourse.grading.judge.student import Student
me = next(o for o in gc.get_objects() if type(o) is Student)
me.control.send(0, %s, timeout=None)
"""


@pytest.mark.parametrize(
    "outputs",
    [
        "[{'output_type': 'display_data', 'data': {'application/json': {'a': 1, 2: 3}}}]",
        "[{'output_type': 'display_data', 'data': {'application/json': float('nan')}}]",
        "[{'output_type': 'display_data', 'data': {'text/html': ['<b>', 3]}}]",
        "{'output_type': 'stream', 'name': 'stdout', 'text': 'no list'}",
        "7",
    ],
)
def test_what_no_notebook_can_hold_is_left_out(outputs):
    result = compute(job(FORGES % outputs, "assert True"))
    assert printed(result, "s") == ""
    assert all(not one["data"] for one in result["cells"]["s"]["outputs"])
    json.dumps(result["cells"], sort_keys=True, allow_nan=False)
    assert scores(result) == [1.0]


def test_a_notebook_shows_only_so_much():
    flood = FORGES % "[{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 20_000}]"
    one = job("x = 1", "assert x == 1", output=1000)
    floods = [{"id": f"flood{n}", "source": flood, "kind": "student"} for n in range(16)]
    one["cells"] = [*floods, *one["cells"]]
    result = compute(one)
    shown = [printed(result, f"flood{n}") for n in range(16)]
    assert 50_000 < sum(map(len, shown)) < 101_000
    assert "[left out: too large]\n" in shown


def test_the_judge_has_a_limit_of_its_own():
    reference = job(
        "def f(rng):\n    return rng.standard_normal(3)",
        "import numpy as np\nassert len(f(np.random.default_rng(0))) == 3",
    )
    contract = compute(reference)["contract"]
    greedy = "def f(rng):\n    return rng.standard_normal(10**10)"
    result = compute(job(greedy, reference["cells"][1]["source"], contract=contract))
    assert scores(result) == [0.0]
    assert "MemoryError" in str(result["cells"]["t0"]["outputs"])


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


def test_also_unconfined_its_processes_are_counted():
    many = "import subprocess, time\nfor _ in range(60):\n    subprocess.Popen(['sleep', '60'])\n    time.sleep(0.05)"
    result = compute(job(many, "assert True", processes=20) | {"confine": "off"})
    assert "more than 20 processes" in said(result, "s")


def test_results_and_cells_are_there_as_in_a_notebook():
    one = job("print(_, Out[1], len(In))", "assert True")
    one["cells"] = [{"id": "before", "source": "6 * 7", "kind": "student"}, *one["cells"]]
    assert printed(compute(one), "s") == "42 42 3\n"
