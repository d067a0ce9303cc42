import json

import pytest
from foreign_course import FULL, RIGHT, answered, cell_of, code, doubling, notebook


def test_one_line_a_test(unreleased):
    unreleased.source(doubling())
    log = unreleased.release()["log"]
    assert "p1/ones (3 points): asks the student for double; " in log
    assert "p1/halves (1 points): asks the student for half; " in log
    assert "p1/parts (4 points): asks the student for half; " in log
    assert "WEAK" not in log
    assert "judge" not in json.dumps(unreleased.released().cells)


def test_a_test_that_asks_nothing_is_named(unreleased):
    nb = doubling()
    cell_of(nb, "halves").source = "assert 1 + 1 == 2"
    unreleased.source(nb)
    result = unreleased.release()
    assert result["success"]
    assert "p1/halves (1 points): asks the student for nothing; " in result["log"]
    assert "WEAK: it asks the student for nothing, so everyone has its points" in result["log"]


def test_remarks_of_the_judge_are_passed_on(unreleased, judged):
    judged(lambda result: result["cells"]["ones"].update(weak=["its class decides"]))
    unreleased.source(doubling())
    assert "WEAK: its class decides" in unreleased.release()["log"]


def test_an_author_who_fails_releases_nothing(unreleased):
    nb = doubling()
    cell_of(nb, "halves").source = "assert half(4) == 3, 'four is two threes'"
    unreleased.source(nb)
    result = unreleased.release()
    assert not result["success"]
    assert "p1/halves (1 points): the author's own solution fails: AssertionError: four is two threes" in result["log"]
    assert "ps1 is not released: the author's solution has no full marks in halves" in result["log"]
    assert not (unreleased.root / "release" / "ps1" / "p1.ipynb").exists()
    assert not (unreleased.root / "judge").exists()


def test_fewer_points_than_full_are_not_enough(unreleased):
    nb = doubling()
    cell_of(nb, "parts").source = "half(6) + 0.5"
    unreleased.source(nb)
    assert "p1/parts (4 points): the author's own solution fails: it comes to 3.5 points" in unreleased.release()["log"]


SUBCLASS = "class Mine(Pair):\n    pass\nassert Mine().first() == 1"


def _paired(test, **options):
    pair = "class Pair:\n    ### BEGIN SOLUTION\n    def first(self): return 1\n    ### END SOLUTION"
    return notebook(code(pair, "Pair", solution=True), code(test, "sub", 2, **options))


def test_what_cannot_be_judged_outside_is_refused_with_a_way_out(unreleased):
    unreleased.source(_paired(SUBCLASS))
    result = unreleased.release()
    assert not result["success"]
    assert "p1/sub (2 points): CANNOT be judged outside the student's process: " in result["log"]
    assert "tag `judge:student`" in result["log"]


@pytest.mark.parametrize(
    ("test", "tags", "weak"),
    [
        (SUBCLASS, ["judge:student"], True),
        (
            "### BEGIN STUDENT SIDE\nclass Mine(Pair):\n    pass\nfound = Mine().first()\n### END STUDENT SIDE\nassert found == 1",
            [],
            False,
        ),
    ],
)
def test_the_ways_out(unreleased, test, tags, weak):
    unreleased.source(_paired(test, tags=tags))
    result = unreleased.release()
    assert result["success"], result["log"]
    assert ("WEAK: the verdict was taken" in result["log"]) is weak
    right = "class Pair:\n    def first(self): return 1"
    assert unreleased.graded(answered(unreleased.released(), Pair=right))[0] == {"sub": 2.0}
    assert unreleased.graded(answered(unreleased.released(), Pair=right.replace("1", "2")))[0] == {"sub": 0.0}


def test_an_answer_that_needs_what_is_withheld_is_told_from_one_that_is_wrong(unreleased):
    solution = "import fractions\nthird = lambda: fractions.Fraction(1, 3)"
    unreleased.source(notebook(code(solution, "third", solution=True), code("assert third() * 3 == 1", "t", 1)))
    unreleased.options = {"withheld": ["fractions"]}
    log = unreleased.release()["log"]
    assert "p1/t (1 points): the author's own solution fails without fractions: " in log
    assert "Withhold less from this assignment" in log
    unreleased.options = {"withheld": {"ps1": []}}
    assert unreleased.release()["success"]


@pytest.mark.parametrize("tags", [[], ["judge:student"]])
def test_what_a_given_cell_made_and_an_answer_changed_is_the_students(unreleased, tags):
    source = notebook(
        code("basket = []", "given", tags=tags),
        code("### BEGIN SOLUTION\nbasket.append(3)\n### END SOLUTION", "fill", solution=True),
        code("assert basket == [3]", "t", 1),
    )
    unreleased.source(source)
    assert "p1/t (1 points): asks the student for basket; " in unreleased.release()["log"]
    assert unreleased.graded(answered(unreleased.released(), fill="basket.append(3)"))[0] == {"t": 1.0}
    assert unreleased.graded(answered(unreleased.released(), fill="basket.append(4)"))[0] == {"t": 0.0}


def _manifest(course):
    return course.root / "judge" / "ps1" / "p1.json"


def test_what_is_kept(course, jobs):
    kept = json.loads(_manifest(course).read_text())
    assert kept["refused"] is None
    assert kept["inside"] == []
    assert set(kept["seconds"]) == {"given", "double", "plain:3", "ones", "half", "halves", "parts"}
    course.graded(course.released())
    assert len(jobs) == 1  # the author's solutions are not run again


@pytest.mark.parametrize("damage", ["missing", "broken", "stale", "source", "other"])
def test_it_is_made_anew(course, jobs, damage):
    path = _manifest(course)
    if damage == "missing":
        path.unlink()
    elif damage == "source":
        nb = doubling()
        cell_of(nb, "double").source = "double = lambda x: 2 * x"
        course.source(nb)
    else:
        kept = json.loads(path.read_text()) | {"fingerprint": "old", "contract": None}
        path.write_text({"broken": "{", "stale": json.dumps(kept), "other": "[]"}[damage])
    right = answered(course.released(), **RIGHT)
    assert course.graded(right)[0] == FULL
    assert [job["contract"] is None for job in jobs] == [True, False]
    assert course.graded(right, "a02")[0] == FULL
    assert len(jobs) == 3


def test_a_source_that_no_longer_solves_its_tests_grades_nobody(course, jobs):
    nb = doubling()
    cell_of(nb, "double").source = "double = abs"
    course.source(nb)
    course.hand_in(course.released())
    for _ in range(2):
        result = course.grade()
        assert not result["success"]
        assert "the author's own solution does not reach full marks in ones" in result["log"]
    assert len(jobs) == 1


def test_without_a_source_nobody_is_graded(course):
    (course.root / "source" / "ps1" / "p1.ipynb").unlink()
    course.hand_in(course.released())
    result = course.grade()
    assert not result["success"]
    assert "the judge needs the author's notebook with its solutions" in result["log"]


def test_tests_come_from_the_gradebook(course):
    """What was released counts, not what the source has become since."""
    nb = doubling()
    cell_of(nb, "ones").source = "assert double(1) == 3"
    cell_of(nb, "parts").metadata.nbgrader["points"] = 400
    course.source(nb)
    assert course.graded(answered(course.released(), **RIGHT))[0] == FULL


def test_header_and_footer_are_the_authors(unreleased, jobs):
    import nbformat

    unreleased.source(doubling())
    nbformat.write(notebook(code("HEAD = 1", "head")), unreleased.root / "header.ipynb")
    unreleased.config.IncludeHeaderFooter.header = "header.ipynb"
    assert unreleased.release()["success"]
    nb = answered(unreleased.released(), **RIGHT)
    del nb.cells[0]
    scores, graded = unreleased.graded(nb)
    assert scores == FULL
    assert graded.cells[0].source == "HEAD = 1"
    assert len(jobs) == 2
