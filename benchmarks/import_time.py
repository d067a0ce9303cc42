"""How long `import mlcourse, mlcourse.ops` takes, and what it must not bring. Run: python benchmarks/import_time.py.

Fresh processes, one of each kind in turn, so that a busy moment meets all alike; the median over the rounds counts.
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 21
GOAL = 0.2  # seconds beyond the bare interpreter, NumPy's own import included
NUMPY = "import numpy"
COURSE = "import mlcourse, mlcourse.ops"
HEAVY = {"torch", "matplotlib", "IPython", "ipykernel", "ipywidgets", "anywidget"}


def seconds(code):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main():
    print(f"import_time: {ROUNDS} rounds of three processes ...", flush=True)
    kinds = ("pass", NUMPY, COURSE)
    for code in kinds:
        seconds(code)  # fills the disk's and the bytecode's caches
    rounds = [[seconds(code) for code in kinds] for _ in range(ROUNDS)]
    bare, numpy, course = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    shown = f"{COURSE}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    brought = HEAVY.intersection(subprocess.check_output([sys.executable, "-c", shown], text=True).split())
    if brought:
        print(f"brought: {', '.join(sorted(brought))}")
    print(f"medians: interpreter {bare:.3f} s, with numpy {numpy:.3f} s, with the course {course:.3f} s")
    result("import_with_numpy", course - bare, "s", GOAL)
    print(f"RESULT import_beyond_numpy {course - numpy:.3f} s (no goal of its own)")
    result("import_heavy_modules", len(brought), "modules", 0)


def result(name, value, unit, goal):
    print(f"RESULT {name} {value:.3g} {unit} (goal at most {goal}) {'met' if value <= goal else 'not met'}")


if __name__ == "__main__":
    main()
