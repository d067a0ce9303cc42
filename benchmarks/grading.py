"""Submissions that import torch, graded with the judge and by stock nbgrader. Run: python benchmarks/grading.py [submissions].

The same submissions of ``tests/attacks/course/ps2.py`` are graded by one `nbgrader autograde` on each side, alternated. Seconds are
split into the start of nbgrader, the time in which it waits for what is computed, and the rest, in which it records. Then ten
times as many are graded with the judge, and the memory while the first third was graded is held against that of the last.
"""

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil

os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "attacks"))
from small_course import OURS, STOCK, answers, nbgrader, release, scores

from mlcourse.grading.judge import driver

SUBMISSIONS, ROUNDS = 30, 2
FASTER, WARM, FLAT = (
    8,
    0.5,
    1.1,
)  # goals: times as fast, s beside its own work, memory of the last third against the first
WRONG = {"smooth": "def smooth(x):\n    return torch.relu(x)"}
CLOCK = """
import json
import time
from nbgrader.converters import Autograde

def clocked(owner, name, entry):
    def timed(self, *args, inner=getattr(owner, name)):
        before = time.time()
        try:
            return inner(self, *args)
        finally:
            spent[entry] += time.time() - before
            spent.setdefault(f"began {entry}", before)
    setattr(owner, name, timed)

if not hasattr(Autograde, "clocked"):
    Autograde.clocked = spent = {"computing": 0.0, "all": 0.0}
    clocked(STEP, "preprocess", "computing")
    clocked(Autograde, "convert_notebooks", "all")
    import atexit
    atexit.register(lambda: Path("spent.json").write_text(json.dumps(spent)))
"""
SIDES = {
    "stock": STOCK + "from nbgrader.preprocessors import Execute as STEP\n" + CLOCK,
    "judge": OURS + "from mlcourse.grading.steps.autograded.execute import JudgedExecution as STEP\n" + CLOCK,
}


def hand_in(folder, count):
    """Hand in so many submissions, each of them different, every fifth with a wrong answer."""
    for number in range(count):
        nb = nbformat.read(folder / "release" / "ps2" / "ps2.ipynb", as_version=4)
        written = answers("ps2") | (WRONG if number % 5 == 0 else {})
        for cell in nb.cells:
            cell.source = written.get(cell.id, cell.source)
            if cell.id in written:
                cell.source += f"\n# student {number}"
        path = folder / "submitted" / f"s{number:04}" / "ps2" / "ps2.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, path)


def graded(folder):
    """Grade what is handed in anew; return seconds by part, scores, and the memory as it went."""
    spent = folder / "spent.json"
    spent.unlink(missing_ok=True)
    done, memory = threading.Event(), []
    watch = threading.Thread(target=watched, args=(folder, done, memory))
    watch.start()
    began = time.time()
    try:
        log, status = nbgrader(folder, "autograde", "ps2", "--force", timeout=3600)
    finally:
        seconds = time.time() - began
        done.set()
        watch.join()
    if status:
        raise RuntimeError(f"nbgrader ended with {status}:\n{log[-3000:]}")
    said = json.loads(spent.read_text())
    parts = {"all": seconds, "start": seconds - said["all"], "computing": said["computing"]}
    parts["recording"] = said["all"] - said["computing"]
    return parts, scores(folder), memory


def watched(folder, done, memory):
    """Note, ten times a second, how many are graded, and the megabytes of nbgrader and of it with all it started."""
    mine = psutil.Process()
    while not done.wait(0.1):
        try:
            commands = [process for process in mine.children() if "autograde" in process.cmdline()]
            if not commands:
                continue
            tree = [commands[0], *commands[0].children(recursive=True)]
            sizes = [process.memory_info().rss / 1e6 for process in tree if process.is_running()]
            memory.append((sum(1 for _ in (folder / "autograded").glob("*")), sizes[0], sum(sizes)))
        except psutil.Error:
            continue


def growth(memory, count):
    """(nbgrader, all processes): the memory while the last third was graded, in terms of the first third."""
    first = [sizes for number, *sizes in memory if 1 < number <= count / 3]
    last = [sizes for number, *sizes in memory if number > 2 * count / 3]
    return [high(last, which) / high(first, which) for which in (0, 1)]


def high(sizes, which):
    """Nine tenths of the time it is less."""
    return statistics.quantiles([one[which] for one in sizes], n=10)[-1]


def warm_seconds():
    """Seconds that a submission which imports torch takes beside its own work: one that does no more than that."""
    job = {
        "name": "warm/a01",
        "cells": [{"id": "import", "source": "import torch", "kind": "student"}],
        "author": [{"id": "import", "source": "import numpy", "kind": "given"}],
        "contract": None,
    }
    driver.compute(job)
    seconds = []
    for _ in range(9):
        before = time.perf_counter()
        result = driver.compute(job)
        seconds.append(time.perf_counter() - before)
        if result["cells"]["import"]["outputs"]:
            raise RuntimeError(f"torch cannot be imported: {result}")
    return statistics.median(seconds)


def main(count):
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        folders = {side: Path(folder) / side for side in SIDES}
        for side, config in SIDES.items():
            release(folders[side], config, ["ps2"])
            hand_in(folders[side], count)
        found = {side: [] for side in SIDES}
        for _ in range(ROUNDS):
            load = os.getloadavg()[0]
            for side in SIDES:
                parts, points, _ = graded(folders[side])
                found[side].append((parts, points))
                print(
                    f"{side}: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items()),
                    f"(load {load:.1f})",
                )
        if any(points != found["stock"][0][1] for side in SIDES for _, points in found[side]):
            raise RuntimeError("the two sides do not give the same scores")
        median = {
            side: {p: statistics.median(one[0][p] for one in found[side]) for p in found[side][0][0]} for side in SIDES
        }
        for part in ("start", "computing", "recording"):
            print(f"RESULT grading_{part} {median['judge'][part]:.1f} s (stock {median['stock'][part]:.1f})")
        say(
            "grading_against_stock",
            median["stock"]["all"] / median["judge"]["all"],
            "times",
            f"at least {FASTER}",
            lambda n: n >= FASTER,
        )
        many = 10 * count
        hand_in(folders["judge"], many)
        parts, _, memory = graded(folders["judge"])
        print(f"{many}: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items()))
        print(
            "\n".join(
                f"  {n} graded: nbgrader {own:.0f} MB, all {all_:.0f} MB"
                for n, own, all_ in memory[:: len(memory) // 12]
            )
        )
        for name, grown in zip(("nbgrader", "all_processes"), growth(memory, many), strict=True):
            say(f"grading_memory_{name}", grown, "of the first third", f"at most {FLAT}", lambda n: n <= FLAT)
    say("grading_import_torch", warm_seconds(), "s", f"at most {WARM}", lambda n: n <= WARM)


def say(name, value, unit, goal, met):
    """Print a result beside its goal."""
    print(f"RESULT {name} {value:.2f} {unit} (goal {goal}) {'met' if met(value) else 'not met'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS)
