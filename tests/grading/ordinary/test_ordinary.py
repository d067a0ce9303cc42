"""Ordinary test cells work unchanged outside the student's process, and what is no answer gets no point there.

Each entry of the table is graded three times and more: as the author's reference run, as an answer that equals it, and with
each of its wrong and forged answers.
"""

import base64
import json
import re

import nbformat
import ordinary_arrays
import ordinary_classes
import ordinary_credit
import ordinary_errors
import ordinary_functions
import ordinary_names
import ordinary_objects
import ordinary_results
import ordinary_verdicts
import pytest
from nbgrader.utils import determine_grade
from notebooks import entry, scores, told

from mlcourse.grading.judge.driver import compute

FILES = (
    ordinary_verdicts,
    ordinary_credit,
    ordinary_errors,
    ordinary_names,
    ordinary_results,
    ordinary_functions,
    ordinary_classes,
    ordinary_objects,
    ordinary_arrays,
)
TABLE = {kind: text for file in FILES for kind, text in file.ENTRIES.items()}
SLOW = {"ten thousand calls", "a call that never ends", "time measured by the test"}  # seconds each, by their nature


@pytest.mark.parametrize("kind", [pytest.param(k, marks=[pytest.mark.slow] if k in SLOW else []) for k in TABLE])
def test_an_ordinary_test_works_unchanged(kind):
    needed(TABLE[kind])
    holds(entry(TABLE[kind], kind))


def needed(text):
    """Skip an entry whose library is not there."""
    for library in re.findall(r"^(?:import|from) (matplotlib|pandas|torch)", text, re.MULTILINE):
        pytest.importorskip(library)


def holds(case, *, mended=False):
    """Grade every answer of an entry, the author's own first."""
    reference = compute(case.job(mended=mended))
    assert scores(reference) == case.full, f"the reference run:\n{told(reference)}"
    contract = json.loads(json.dumps(reference["contract"]))
    graded = compute(case.job(contract=contract, mended=mended))
    assert scores(graded) == case.full, f"the author's own answer:\n{told(graded)}"
    as_nbgrader_reads_it(case, graded)
    assert case.answers, "an entry has a wrong answer"
    for name, answer in case.answers.items():
        graded = compute(case.job(answer, contract=contract, mended=mended))
        assert sum(scores(graded).values()) == answer.points, f"the answer {name}:\n{told(graded)}"
        as_nbgrader_reads_it(case, graded)


def as_nbgrader_reads_it(case, result):
    """The outputs of a test say to stock nbgrader what the score says."""
    for name, points in case.full.items():
        judged = result["cells"][name]
        cell = nbformat.v4.new_code_cell(outputs=[nbformat.from_dict(output) for output in judged["outputs"]])
        role = {"grade": True, "solution": False, "locked": True, "task": False}
        cell.metadata.nbgrader = {"grade_id": name, "points": points, "schema_version": 3, "cell_type": "code"} | role
        score, most = determine_grade(cell)
        assert (most if score is None else score) == judged["score"], told(result)
        assert judged["failed"] == any(output["output_type"] == "error" for output in judged["outputs"])


def test_a_failure_in_hidden_lines_is_marked():
    case = entry(TABLE["hidden lines"])
    contract = compute(case.job())["contract"]
    knows_two = case.answers["wrong"]
    assert compute(case.job(knows_two, contract=contract))["cells"]["test"]["hidden"]
    knows_two.source = "def square(x):\n    return x"
    assert not compute(case.job(knows_two, contract=contract))["cells"]["test"]["hidden"]


def test_a_cell_that_is_shown_shows_the_students_answer():
    case = entry(TABLE["a cell that only shows"])
    contract = compute(case.job())["contract"]
    graded = compute(case.job(case.answers["wrong"], contract=contract))["cells"]["shown"]
    assert graded["score"] is None
    assert "".join(output.get("text", "") for output in graded["outputs"]) == "3\n"
    assert [o["data"]["text/plain"] for o in graded["outputs"] if o["output_type"] == "execute_result"] == ["4"]


def test_files_lie_beside_the_notebook_for_both(tmp_path):
    """The author's test reads the author's file, whatever the student made of the copy."""
    (tmp_path / "scores.csv").write_text("3\n4\n")
    (tmp_path / "trusted.py").write_text("def total(numbers):\n    return sum(numbers)\n")
    case = entry("""
# %% name="solution" role="solution"
def read(name):
    with open(name) as file:
        return [int(line) for line in file]
# %% name="wrong"
with open("scores.csv", "w") as file:
    file.write("0")
def read(name):
    return [0]
# %% name="test" role="test" points=1
from trusted import total
with open("scores.csv") as file:
    wanted = [int(line) for line in file]
assert read("scores.csv") == wanted
assert total(read("scores.csv")) == 7
""")
    beside = {
        "student_files": {"scores.csv": base64.b64encode(b"3\n4\n").decode()},
        "judge_folder": str(tmp_path),
    }
    reference = compute(case.job() | beside)
    assert scores(reference) == case.full, told(reference)
    graded = compute(case.job(case.answers["wrong"], contract=reference["contract"]) | beside)
    assert scores(graded) == {"test": 0.0}, told(graded)
    assert (tmp_path / "scores.csv").read_text() == "3\n4\n"
