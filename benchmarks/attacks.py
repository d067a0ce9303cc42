"""The bank of attacks on stock nbgrader and with the judge, side by side. Run: python benchmarks/attacks.py.

Every submission of ``tests/attacks/bank`` is graded by nbgrader's own command twice. On stock nbgrader those that may stop
the batch or change what belongs to others are graded in a course of their own. Those that harm the machine itself (they fill
its memory, its disk, its table of processes) are not tried on stock nbgrader.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "attacks"))
from attempts import CONFINED, bank
from small_course import OURS, STOCK, full, grade, release


def on_stock(folder, entries):
    """Grade on stock nbgrader; return one outcome, and what each of those that were graded apart did to others."""
    release(folder / "all", STOCK)
    for name, entry in entries.items():
        if entry.alone:
            shutil.copytree(folder / "all", folder / name)
    outcome = grade(folder / "all", {name: entry for name, entry in entries.items() if not entry.alone}, timeout=3000)
    harm = {}
    for name, entry in entries.items():
        if entry.alone:
            apart = grade(folder / name, {name: entry}, timeout=120)
            outcome.points[name], harm[name] = apart.points.get(name), apart.harm
            outcome.seconds += apart.seconds
    return outcome, harm


def here(folder, entries):
    """Grade with the judge, all in one batch."""
    release(folder, OURS)
    return grade(folder, entries, timeout=3000)


def main():
    """Grade both ways and print the table."""
    entries = bank()
    ours = {name: entry for name, entry in entries.items() if CONFINED or not entry.confined}
    theirs = {name: entry for name, entry in entries.items() if not entry.machine}
    began = time.perf_counter()
    # One after the other: what stays behind on stock would be found by both.
    with tempfile.TemporaryDirectory() as folder:
        judged = here(Path(folder) / "here", ours)
        stock, harm = on_stock(Path(folder) / "stock", theirs)
    rows = [(entry, stock.points.get(name), judged.points.get(name)) for name, entry in entries.items()]
    for title, right in (("Attacks: points that they reach", False), ("Right submissions", True)):
        print(f"\n{title} (of {full():g})\n{'':30}{'stock':>8}{'here':>8}")
        for entry, before, now in rows:
            if entry.right == right:
                before = _points(before) if entry.name in theirs else "-"
                now = _points(now) if entry.name in ours else "-"
                done = " It harms others on stock." if harm.get(entry.name) else ""
                print(f"{entry.name:30}{before:>8}{now:>8}  {entry.tries}{done}")
    print(f"\n{time.perf_counter() - began:.0f} s; harm done here: {judged.harm or 'none'}\n")
    _results(rows, ours, theirs, harm, judged)


def _points(points):
    return "none" if points is None else f"{points:g}"


def _results(rows, ours, theirs, harm, judged):
    attacks = [row for row in rows if not row[0].right]
    on_stock = [row for row in attacks if row[0].name in theirs]
    right = [row for row in rows if row[0].right]
    tried = [row for row in attacks if row[0].name in ours]
    gain = sum((now or 0) > entry.at_most for entry, _, now in tried)
    whole = sum(now == entry.at_most for entry, _, now in right)
    unharmed = not judged.harm
    print(f"RESULT attacks {len(attacks)} submissions (goal at least 80) {_met(len(attacks) >= 80)}")
    print(f"RESULT attacks_tried_here {len(tried)} submissions; the others need bubblewrap")
    print(f"RESULT attacks_tried_on_stock {len(on_stock)} submissions; the others harm the machine")
    print(f"RESULT attacks_that_gain_on_stock {sum((b or 0) > e.at_most for e, b, _ in on_stock)} attacks")
    print(f"RESULT attacks_ungraded_on_stock {sum(before is None for _, before, _ in on_stock)} attacks")
    print(f"RESULT attacks_that_harm_others_on_stock {sum(map(bool, harm.values()))} attacks")
    print(f"RESULT attacks_that_gain_here {gain} attacks (goal 0) {_met(not gain)}")
    print(f"RESULT attacks_that_harm_others_here {'none' if unharmed else 'some'} (goal none) {_met(unharmed)}")
    print(
        f"RESULT right_submissions_with_full_points_on_stock {sum(b == e.at_most for e, b, _ in right)} of {len(right)}"
    )
    print(
        f"RESULT right_submissions_with_full_points {whole} of {len(right)} "
        f"(goal {len(right)}) {_met(whole == len(right) >= 15)}"
    )


def _met(goal):
    return "met" if goal else "not met"


if __name__ == "__main__":
    main()
