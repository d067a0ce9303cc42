"""What a call from the judge to the student's function costs, there and back. Run: python benchmarks/judge_calls.py [rounds].

The clock stands where a test stands: in a test cell, which runs in the judge while the function runs in the student's
process, as when an assignment is graded. Calls are timed a few at a time, with a loop before and after on each side: where
one took a quarter longer than in the fastest fiftieth, somebody else had the machine, and those calls are not counted (the figure
with them is told as well). Each figure is a median over what counts; it takes more rounds where that is little.
"""

import json
import statistics
import sys
from importlib.util import find_spec

from mlcourse.grading.judge.driver import compute

ROUNDS, MORE = 5, 4  # rounds, and so many times as many where somebody else had the machine
ENOUGH = 20  # times that count
LOADED = 1.25  # times as long as at its fastest
SMALL, LARGE, MANY = 0.25, 15, 2.5  # goals: ms a call, ms for 10 MB, s for 10,000 calls (as many small ones)

IMPORTS = "import json, statistics, time\nimport numpy as np\n"
SOLUTION = """
def back(x):
    return x

def loop_there():
    before = time.perf_counter()
    sum(range(20_000))
    return time.perf_counter() - before
"""
TEST = """
def loop_here():
    before = time.perf_counter()
    sum(range(20_000))
    return time.perf_counter() - before

def took(value):
    before = time.perf_counter()
    back(value)
    return time.perf_counter() - before

values = {
    "int": 7,
    "small_list": [0.5] * 10,
    "small_array": np.arange(10.0),
    "10_megabytes": np.zeros(1_250_000),
}
found = {name: [] for name in values}
for _ in range(80):
    for name, value in values.items():
        here, there = [loop_here()], [loop_there()]
        calls = [took(value) for _ in range(2 if name == "10_megabytes" else 25)]
        here, there = [*here, loop_here()], [*there, loop_there()]
        found[name].append([max(here), max(there), statistics.median(calls), sum(calls) / len(calls)])
assert back(7) == 7
print(json.dumps(found))
"""
TENSOR = ('"10_megabytes": np', '"small_tensor": torch.arange(10.0),\n    "10_megabytes": np')
GOALS = {"int": SMALL, "small_list": SMALL, "small_array": SMALL, "small_tensor": SMALL, "10_megabytes": LARGE}


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


def counting(found):
    """Of each figure the medians and the means that count, and all medians; in seconds."""
    every = [chunk for chunks in found.values() for chunk in chunks]
    here, there = (LOADED * statistics.quantiles((chunk[side] for chunk in every), n=50)[0] for side in (0, 1))
    told = {}
    for name, chunks in found.items():
        quiet = [chunk for chunk in chunks if chunk[0] <= here and chunk[1] <= there]
        told[name] = [chunk[2] for chunk in quiet], [chunk[3] for chunk in quiet], [chunk[2] for chunk in chunks]
    return told


def main(rounds):
    """Measure and print."""
    contract = compute(job())["contract"]
    found, told = {}, {}
    for done in range(MORE * rounds):
        if done >= rounds and all(len(one[0]) >= ENOUGH for one in told.values()):
            break
        for name, chunks in measured(contract).items():
            found.setdefault(name, []).extend(chunks)
        told = counting(found)
    for name, (medians, _, every) in told.items():
        print(f"{name}: {len(medians)} of {len(every)} times nobody else had the machine; ", end="")
        print(f"{min(every) * 1e3:.3f} to {max(every) * 1e3:.3f} ms, all together {statistics.median(every) * 1e3:.3f}")
    for name, goal in GOALS.items():
        if name in told:
            result(f"judge_call_{name}", told[name][0], 1e3, "ms", goal)
    result("judge_call_10000_calls", told["int"][1], 10_000, "s", MANY)


def result(name, seconds, times, unit, goal):
    """Print one figure."""
    if len(seconds) < ENOUGH:
        print(f"RESULT {name} {len(seconds)} of {ENOUGH} times that count (goal at most {goal} {unit}) not judged")
        return
    figure = statistics.median(seconds) * times
    print(f"RESULT {name} {figure:.3f} {unit} (goal at most {goal}) {'met' if figure <= goal else 'not met'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
