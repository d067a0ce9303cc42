"""Are the checks proved? Run: python benchmarks/mutants.py [FUNCTION ...].

Every reference solution is broken in every way that cosmic-ray knows, one at a time, and each named misconception is tried
on the inputs of 50 secrets. Counted: how many broken solutions `check` notices, how many the graded tests notice, and how
often a misconception is called by its own name. Those that nothing notices stand in equivalent_mutants.toml, with the
reason why they are equal to the solution, or count as survivors.
"""

import contextlib
import io
import json
import multiprocessing
import os
import resource
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "assignments"))

SECRETS = 50
MOST_BYTES = 6 * 2**30  # of one process: a broken size may ask for all there is
LEFT_OUT = ("VariableReplacer", "VariableInserter")  # they want to be told which variable


def solutions():
    """(assignment, function, text of the cell, text of all other cells that it needs) of every reference solution.

    Left out is what is judged by a score: a training with a slip in it may reach the score all the same, and is right then.
    """
    from bank import Bank, names

    from mlcourse.diagnosis import Exercise

    for name in names():
        bank = Bank(name)
        author = bank.submissions()["author"]
        given = "\n".join(
            cell.source
            for cell in bank.notebook("source").cells
            if cell.cell_type == "code" and "grade_id" in (m := cell.metadata.get("nbgrader", {})) and not m["solution"]
            and not m["grade"]
        )  # fmt: skip
        functions = [function for function, exercise in bank.exercises.items() if isinstance(exercise, Exercise)]
        for function in functions:
            others = "\n".join(author[other] for other in functions if other != function)  # it may call them
            yield name, function, author[function], f"{given}\n{others}"


def mutants(text):
    """Every different text that one mutation makes of a solution, by a line that says what was changed."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    made = {}
    for operator in operator_names():
        if operator.endswith(LEFT_OUT):
            continue
        for occurrence in range(10_000):
            changed = mutate_code(text, get_operator(operator)(), occurrence)
            if changed is None:
                break
            if changed != text:
                before, after = text.splitlines(), changed.splitlines()
                lines = [k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b] or [len(after) - 1]
                made.setdefault(changed, (before[lines[0]].strip(), after[min(lines[0], len(after) - 1)].strip()))
    return made


def judge(assignment, function, text, given):
    """Whether check, and whether the graded tests, notice that a solution is broken."""
    os.environ["MLCOURSE_SECRET"], os.environ["MPLBACKEND"] = "mutants", "Agg"
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    from bank import Bank

    exercise = Bank(assignment).exercises[function]
    names = {}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(given, "given", "exec"), names)
            exec(compile(text, "solution", "exec"), names)
        except Exception:
            return True, True
        noticed = not exercise(names[function])
        graded = noticed or not all(exercise(names[function], part=part, hidden=True) for part in exercise.parts)
    return noticed, graded


def named(assignment, function, text, given, name):
    """On which share of the secrets a misconception was called by its name, and on which by another's."""
    from bank import Bank, made

    os.environ["MPLBACKEND"] = "Agg"
    exercise = Bank(assignment).exercises[function]
    names, own, other = {}, 0, 0
    with contextlib.redirect_stdout(io.StringIO()):  # as a submission of the bank: the solution, then the wrong way
        exec(f"{given}\n{text}\n{made(function, exercise.misconceptions[name].function)}", names)
        for secret in range(SECRETS):
            os.environ["MLCOURSE_SECRET"] = f"secret {secret}"
            called = set(exercise(names[function], hidden=True).named.values())
            own += name in called
            other += bool(called - {name})
    return own / SECRETS, other / SECRETS


def main(wanted):
    from bank import Bank

    listed = tomllib.loads((ROOT / "benchmarks" / "equivalent_mutants.toml").read_text(encoding="utf-8"))
    totals = dict.fromkeys(("made", "equal", "check", "graded"), 0)
    rates, unlisted = {}, []
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")) as pool:
        print(f"{'':24}{'mutants':>8}{'equal':>7}{'check':>8}{'graded':>8}")
        for assignment, function, text, given in solutions():
            if wanted and function not in wanted:
                continue
            equal = {(one["was"], one["is"]) for one in listed.get(function, [])}
            made = mutants(text)
            judged = pool.map(judge, *zip(*((assignment, function, one, given) for one in made), strict=True))
            count = dict.fromkeys(totals, 0)
            for change, (noticed, graded) in zip(made.values(), judged, strict=True):
                count["made"] += 1
                count["equal"] += change in equal and not graded
                count["check"] += noticed
                count["graded"] += graded
                if not graded and change not in equal:
                    unlisted.append((function, *change))
            rest = count["made"] - count["equal"]
            print(
                f"{function:24}{count['made']:8}{count['equal']:7}"
                f"{count['check'] / rest:8.1%}{count['graded'] / rest:8.1%}",
                flush=True,
            )
            for key in totals:
                totals[key] += count[key]
            wrong = [name for other, name, _ in Bank(assignment).misconceptions() if other == function]
            tried = {name: pool.submit(named, assignment, function, text, given, name) for name in wrong}
            rates |= {(function, name): rate.result() for name, rate in tried.items()}
    for function, was, became in unlisted:
        print(f"survived: {function}: {json.dumps(was)} became {json.dumps(became)}")
    for (function, name), (own, other) in rates.items():
        if own < 0.9 or other > 0.05:
            print(f"misnamed: {function}: {name} by its own name {own:.0%}, by another's {other:.0%}")
    rest = totals["made"] - totals["equal"]
    tell("mutants_noticed_by_check", 100 * totals["check"] / rest, "%", "at least 100", totals["check"] == rest)
    tell(
        "mutants_noticed_by_graded_tests", 100 * totals["graded"] / rest, "%", "at least 100", totals["graded"] == rest
    )
    least, most = min(own for own, _ in rates.values()), max(other for _, other in rates.values())
    tell("misconception_called_by_its_name_at_least", 100 * least, "%", "at least 90", least >= 0.9)
    tell("misconception_called_by_anothers_name_at_most", 100 * most, "%", "at most 5", most <= 0.05)


def tell(name, value, unit, goal, met):
    print(f"RESULT {name} {value:.3g} {unit} (goal {goal}) {'met' if met else 'not met'}")


if __name__ == "__main__":
    main(sys.argv[1:])
