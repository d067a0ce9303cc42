"""What a call from the judge to the student's function costs, there and back. Run: python benchmarks/judge_calls.py [rounds].

The clock stands where a test stands: in a test cell, which runs in the judge while the function runs in the student's
process, as when an assignment is graded. Each figure is a median over the calls of a round, then over the rounds.
"""

import json
import statistics
import sys
from importlib.util import find_spec

from mlcourse.grading.judge.driver import compute

ROUNDS = 5
SMALL, LARGE, MANY = 0.25, 15, 2.5  # goals: ms a call, ms for 10 MB, s for 10,000 calls (as many small ones)

IMPORTS = "import json, statistics, time\nimport numpy as np\n"
SOLUTION = """
def back(x):
    return x
"""
TEST = """
def median(value, calls):
    seconds = []
    for _ in range(calls):
        before = time.perf_counter()
        back(value)
        seconds.append(time.perf_counter() - before)
    return statistics.median(seconds) * 1e3

found = {
    "int": median(7, 1000),
    "small_list": median([0.5] * 10, 1000),
    "small_array": median(np.arange(10.0), 1000),
    "10_megabytes": median(np.zeros(1_250_000), 40),
}
before = time.perf_counter()
for n in range(10_000):
    back(n)
found["10000_calls"] = time.perf_counter() - before
assert back(7) == 7
print(json.dumps(found))
"""
TENSOR = ('"small_array"', '"small_tensor": median(torch.arange(10.0), 1000),\n    "small_array"')
GOALS = {
    "int": (SMALL, "ms"),
    "small_list": (SMALL, "ms"),
    "small_array": (SMALL, "ms"),
    "small_tensor": (SMALL, "ms"),
    "10_megabytes": (LARGE, "ms"),
    "10000_calls": (MANY, "s"),
}


def job(contract=None):
    """The assignment, handed in by somebody who is right."""
    imports, test = IMPORTS, TEST
    if find_spec("torch"):
        imports, test = imports + "import torch\n", test.replace(*TENSOR)
    sources = {"imports": ("given", imports), "back": ("solution", SOLUTION), "calls": ("test", test)}
    cells = [
        {"id": name, "source": source, "kind": "test" if kind == "test" else "student"}
        for name, (kind, source) in sources.items()
    ]
    cells[-1]["points"] = 1.0
    return {
        "name": "calls/a01",
        "cells": cells,
        "author": [{"id": name, "source": source, "kind": kind} for name, (kind, source) in sources.items()],
        "contract": contract,
        "student_files": {},
        "judge_folder": None,
        "withheld": [],
        "limits": {"test": 120},
    }


def measured(contract):
    """The figures of one round, as the test cell printed them."""
    calls = compute(job(contract))["cells"]["calls"]
    if calls["score"] != 1:
        raise RuntimeError(f"the test did not pass: {calls['outputs']}")
    return json.loads("".join(output["text"] for output in calls["outputs"] if output["output_type"] == "stream"))


def main(rounds):
    """Measure and print."""
    contract = compute(job())["contract"]
    found = [measured(contract) for _ in range(rounds)]
    for name, (goal, unit) in GOALS.items():
        if name in found[0]:
            figures = [one[name] for one in found]
            median = statistics.median(figures)
            print(f"{name}: {min(figures):.3f} to {max(figures):.3f} {unit}")
            print(
                f"RESULT judge_call_{name} {median:.3f} {unit} (goal at most {goal}) {'met' if median <= goal else 'not met'}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
