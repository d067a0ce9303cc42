"""Seconds and peak memory of every lecture, run headless. Run: python benchmarks/lectures.py.

Each notebook has a process of its own, which starts the kernel; memory is the peak of the largest process under it,
which is the kernel or something the kernel started.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

LECTURES = Path(__file__).parent.parent / "lectures"
SECONDS = 90
MEMORY = 1.5  # GB
UNIT = 1e9 if sys.platform == "darwin" else 1e9 / 1024  # ru_maxrss counts bytes on macOS and KiB on Linux


def run(path):
    """Execute one notebook in its own folder, as a student would; print seconds and peak memory as JSON."""
    import nbformat
    from nbclient import NotebookClient

    start = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=20 * SECONDS, resources={"metadata": {"path": str(path.parent)}}).execute()
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / UNIT
    print(json.dumps([taken, peak]))


def main():
    failed = []
    for path in sorted(LECTURES.glob("*.ipynb")):
        print(f"{path.stem}: running ...", flush=True)
        done = subprocess.run([sys.executable, __file__, path], stdout=subprocess.PIPE, text=True)
        if done.returncode:
            failed.append(path.stem)
            print(f"RESULT {path.stem} failed not met")
            continue
        seconds, memory = json.loads(done.stdout.splitlines()[-1])
        result(f"{path.stem}_seconds", seconds, "s", SECONDS)
        result(f"{path.stem}_memory", memory, "GB", MEMORY)
    return 1 if failed else 0


def result(name, value, unit, goal):
    print(f"RESULT {name} {value:.3g} {unit} (goal at most {goal}) {'met' if value <= goal else 'not met'}", flush=True)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])) if sys.argv[1:] else main())
