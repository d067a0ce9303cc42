import asyncio
import json

import pytest
from foreign_course import FULL, RIGHT, answered, cell_of, code, doubling, notebook, text

from mlcourse.grading.confinement import bubblewrap
from mlcourse.grading.steps.release.names import uses_withheld


def test_what_the_judge_is_asked(course, jobs):
    (course.root / "source" / "ps1" / "data.csv").write_text("1,2\n")
    course.options = {"withheld": ["secret.solutions"], "call_seconds": 3, "cell_seconds": 7}
    course.config.JudgeStep.test_seconds = 8.0
    nb = answered(course.released(), **RIGHT)
    nb.cells.append(code("mine = 1"))
    course.hand_in(nb).joinpath("notes.txt").write_text("mine")
    assert course.grade()["success"]
    reference, job = jobs  # the file of data is new, so the author's solutions are run again
    assert job["name"] == "ps1/a01"
    assert [(cell["id"], cell["kind"]) for cell in job["cells"]] == [
        ("given", "student"), ("double", "student"), ("plain:3", "student"), ("ones", "test"), ("half", "student"),
        ("halves", "test"), ("parts", "test"), ("own:9", "student"),
    ]  # fmt: skip
    assert [(cell["id"], cell["kind"]) for cell in job["author"]] == [
        ("given", "given"), ("double", "solution"), ("plain:3", "given"), ("ones", "test"), ("half", "solution"),
        ("halves", "test"), ("parts", "test"),
    ]  # fmt: skip
    texts = {cell["id"]: cell["source"] for cell in job["cells"]}
    assert texts["double"] == RIGHT["double"]
    assert "seven" in texts["ones"]
    assert "return TWO * x" in next(cell["source"] for cell in job["author"] if cell["id"] == "double")
    assert [cell.get("points") for cell in job["cells"]] == [None, None, None, 3, None, 1, 4, None]
    assert job["student_files"] == {"data.csv": "MSwyCg==", "notes.txt": "bWluZQ=="}
    assert reference["student_files"] == {"data.csv": "MSwyCg=="}
    assert job["judge_folder"] == str(course.root / "source" / "ps1")
    seconds = {"cell": 7.0, "call": 3.0, "test": 8.0, "submission": 210.0}
    assert job["limits"] == seconds | {"output": 200_000, "memory": 2e9, "disk": 256e6, "processes": 64}
    assert job["withheld"] == ["secret.solutions"]
    assert reference["contract"] is None
    assert job["contract"] == json.loads((course.root / "judge" / "ps1" / "p1.json").read_text())["contract"]
    json.dumps(job)


def test_seconds_of_a_cell_are_those_that_nbgrader_was_given(course, jobs):
    course.config.Execute.timeout = 99
    course.graded(course.released())
    assert jobs[-1]["limits"]["cell"] == 99.0


@pytest.mark.parametrize("allowed", [True, False])
def test_confinement_is_required_unless_the_instructor_says_otherwise(course, jobs, allowed, monkeypatch):
    monkeypatch.setattr(bubblewrap, "found", lambda gpu=False: bubblewrap.Confinement(False, "the moon is full"))
    course.options["allow_unconfined"] = allowed
    course.hand_in(course.released())
    result = course.grade()
    assert jobs[-1]["confine"] == ("preferred" if allowed else "required")
    assert result["success"] == allowed
    assert ("UNCONFINED, since the moon is full" if allowed else "cannot be confined on this machine") in result["log"]
    if allowed:
        about = course.autograded().metadata.judge
        assert (about.confined, about.confinement, about.device) == (False, "the moon is full", "CPU")
        assert "the gradebook" in about.not_promised


def test_outputs_are_written(course):
    nb = answered(course.released(), **RIGHT | {"half": "half = lambda x: 2"})
    nb.cells.insert(0, code("print('hello')"))
    scores, nb = course.graded(nb)
    assert scores == FULL | {"parts": 3.0}
    assert nb.cells[0].outputs[0].text == "hello\n"
    assert cell_of(nb, "parts").outputs[-1].data["text/plain"] == "3.0"
    assert cell_of(nb, "parts").metadata.judge.score == 3.0
    assert cell_of(nb, "ones").metadata.judge.kind == "test"
    about, how = nb.metadata.judge, bubblewrap.found()
    assert (about.ended, about.confined, about.confinement) == (None, how.works, how.says)
    assert ("not_promised" in about) != how.works


def test_it_works_where_a_loop_runs_as_in_the_formgrader(course):
    course.hand_in(answered(course.released(), **RIGHT))

    async def graded():
        here = course.grade()
        there = await asyncio.to_thread(course.grade)
        return here["success"], there["success"]

    assert asyncio.run(graded()) == (True, True)
    assert course.scores() == FULL


def _no_entry(result):
    del result["cells"]["ones"]


def _no_score(result):
    result["cells"]["ones"]["score"] = None


def _no_number(result):
    result["cells"]["ones"]["score"] = float("nan")


def _too_many(result):
    result["cells"]["ones"]["score"] = 100.0


def _below(result):
    result["cells"]["ones"]["score"] = -1.0


def _truth(result):
    result["cells"]["ones"]["score"] = True


@pytest.mark.parametrize("change", [_no_entry, _no_score, _no_number, _too_many, _below, _truth])
def test_no_verdict_is_no_points(course, judged, change):
    judged(change)
    scores, nb = course.graded(answered(course.released(), **RIGHT))
    assert scores == FULL | {"ones": 0.0}
    assert "no verdict" in cell_of(nb, "ones").outputs[-1].evalue


def test_outputs_that_nbgrader_would_read_otherwise_grade_nobody(course, judged):
    judged(lambda result: result["cells"]["ones"].update(score=1.0))
    course.hand_in(answered(course.released(), **RIGHT))
    result = course.grade()
    assert not result["success"]
    assert "the judge gives 1.0 of 3.0 points for ones; nbgrader would read 3.0" in result["log"]
    assert course.scores()["ones"] is None


def test_the_end_of_a_students_process_is_written_down(course, judged):
    judged(lambda result: result.update(ended="It left."))
    _, nb = course.graded(course.released())
    assert nb.metadata.judge.ended == "It left."


def test_a_verdict_from_inside_is_said(unreleased):
    nb = doubling()
    cell_of(nb, "ones").metadata["tags"] = ["judge:student"]
    unreleased.source(nb)
    assert "WEAK: " in unreleased.release()["log"]
    answers = answered(unreleased.released(), **RIGHT)
    scores, graded = unreleased.graded(answers)
    assert scores == FULL
    assert graded.metadata.judge.inside == ["ones"]
    said = "Test ones ran in one process with this answer"
    assert said in unreleased.comments()["double"]
    assert unreleased.comments()["half"] is None
    page = unreleased.feedback()
    assert said in page
    assert "This test ran in one process with the answer" in page
    _, graded = unreleased.graded(answers)  # once more: it is not said twice
    assert unreleased.comments()["double"].count(said) == 1


def test_a_given_cell_may_belong_to_the_student(unreleased, jobs):
    unreleased.source(notebook(code("base = []", "base", tags=["judge:student"]), code("assert base == []", "t", 1)))
    assert unreleased.release()["success"]
    assert jobs[0]["author"][0]["kind"] == "student"
    assert jobs[0]["cells"][0]["kind"] == "student"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("check.double(double)", True),
        ("%time check.double(double)", False),  # a line of magic is not read
        ("%matplotlib inline\ncheck.double(double)", True),
        ("for f in (double,):\n    check.double(f)", True),
        ("school.check.double(double)", True),
        ("c.double(double)", True),
        ("verdict = check.double(double)\nverdict", True),
        ("answer = check.double(double)", False),  # another cell needs it
        ("from school import check", False),
        ("print(school.tables)", False),
        ("double(3)", False),
        ("check = 1", False),
        ("check.double(double", False),
    ],
)
def test_cells_that_only_the_judge_can_run(cell, shown):
    others = ["import school.check as c\nimport school\nfrom school import check", "print(answer)"]
    assert uses_withheld(cell, others, ["school.check"]) is shown
    assert not uses_withheld(cell, others, [])


def test_a_cell_is_shown_by_the_judge_as_long_as_it_is_the_authors(unreleased, jobs):
    """`fractions` stands for what is asked for."""
    source = notebook(
        code("import fractions", "imports"),
        code("def third():\n    ### BEGIN SOLUTION\n    return 1 / 3\n    ### END SOLUTION", "third", solution=True),
        code("print(fractions.Fraction(1, 3) - third() < 1e-9)", id="try"),
        text("And now:"),
        code("assert abs(third() - fractions.Fraction(1, 3)) < 1e-9", "t", 1),
    )
    unreleased.source(source)
    unreleased.options = {"withheld": {"ps1": ["fractions"], "*": ["decimal"]}}
    assert unreleased.release()["success"]
    kinds = {cell["id"]: cell["kind"] for cell in jobs[0]["cells"]}
    assert kinds == {"imports": "student", "third": "student", "plain:2": "shown", "t": "test"}
    nb = answered(unreleased.released(), third="third = lambda: 1 / 3")
    scores, graded = unreleased.graded(nb)
    assert jobs[-1]["cells"][2]["kind"] == "shown"
    assert scores == {"t": 1.0}
    assert graded.cells[2].outputs[0].text == "True\n"
    for cell in nb.cells:  # as a program leaves it that knows neither ids nor metadata
        cell["id"] = f"new-{cell.id[:20]}"
        cell.metadata.clear()
    unreleased.graded(nb)
    assert [cell["id"] for cell in jobs[-1]["cells"]] == ["imports", "third", "own:2", "plain:2", "t"]
    assert jobs[-1]["cells"][-2]["kind"] == "shown"
    nb = answered(unreleased.released(), third="third = lambda: 1 / 3")
    nb.cells[2].source += "\nprint('mine')"
    unreleased.graded(nb)
    assert jobs[-1]["cells"][2]["kind"] == "student"
    cheat = answered(unreleased.released(), third="import fractions\nthird = lambda: fractions.Fraction(1, 3)")
    assert unreleased.graded(cheat)[0] == {"t": 0.0}
