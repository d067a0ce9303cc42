"""What a page of feedback tells: which test failed and why, and nothing of a hidden one but its author's words."""

import re

import pytest
from foreign_course import Course, answered, cell_of, code, notebook
from leaks import HONEST, RIGHT, SECRET, TRICKS, hidden, numbers, solution

from mlcourse.grading.judge.regions import runnable_without, without, written_to_be_read
from mlcourse.grading.judge.telling import FAILED, NOT_SHOWN, apart_from_hidden_tests


@pytest.fixture(scope="module")
def returned(once, tmp_path_factory):
    """(course, page of each student, points of each student): all graded in one go."""
    course = Course(tmp_path_factory.mktemp("feedback"))
    (course.root / "gradebook.db").write_bytes((once.root / "gradebook.db").read_bytes())
    course.source(numbers())
    assert course.release()["success"]
    for name, (answers, added) in (TRICKS | HONEST).items():
        nb = answered(course.released(), **RIGHT | answers)
        if added:
            nb.cells.append(code(added, id="added"))
        course.hand_in(nb, name)
    for made in (course.api().autograde("ps1", "*"), course.api().generate_feedback("ps1")):
        assert made["success"], made["log"]
    pages = {name: (course.root / "feedback" / name / "ps1" / "p1.html").read_text() for name in TRICKS | HONEST}
    return course, pages, {name: course.scores(name) for name in pages}


@pytest.mark.parametrize("trick", TRICKS)
def test_no_hidden_value_is_on_the_page(trick, returned):
    _, pages, _ = returned
    assert not SECRET.search(pages[trick])
    assert "(hidden tests)" in pages[trick]


@pytest.mark.parametrize(
    "trick", ["raises_it", "wrong_number", "names_a_class", "class_of_an_answer", "in_the_next_answer"]
)
def test_graders_see_what_came(trick, returned):
    course, _, _ = returned
    details = [cell.metadata.judge.get("detail", []) for cell in course.autograded(trick).cells]
    assert SECRET.search(str(details))


def said(page):
    return [" ".join(found.split()) for found in re.findall(r'output_error">\s*<pre>(.*?)</pre>', page, re.DOTALL)]


def test_the_authors_words_are_told(returned):
    _, pages, scores = returned
    assert scores["small"] == {"words": 0, "number": 0, "meant": 1, "visible": 1, "beside": 1, "last": 1}
    assert said(pages["small"]) == [f"{FAILED} Mind large numbers.", FAILED]
    assert scores["whole"]["meant"] == 0
    assert said(pages["whole"]) == [f"{FAILED} Halves of odd numbers are no whole numbers."]


def test_of_an_error_its_kind_is_told_where_it_is_pythons_own(returned):
    _, pages, _ = returned
    assert said(pages["raises_it"]) == [f"{FAILED} Your code raised ValueError."] * 2
    assert said(pages["key_error"]) == [f"{FAILED} Your code raised KeyError."] * 2
    assert said(pages["names_a_class"]) == [f"{FAILED} Your code raised an error."] * 2


def test_beside_the_answer_only_that_it_failed_is_told(returned):
    _, pages, scores = returned
    assert scores["beside_it_raises"]["beside"] == 0
    assert said(pages["beside_it_raises"]) == [FAILED]


def test_visible_tests_are_told_in_full_also_after_hidden_ones(returned):
    _, pages, scores = returned
    assert scores["third_of_eight"]["visible"] == 0
    [only] = said(pages["third_of_eight"])
    assert "in line 1 of the test: np.testing.assert_allclose(half(8), 4)" in only
    assert "2.666" in only
    assert "mine" in pages["third_of_eight"]
    assert "2.666" in " ".join(said(pages["third"]))
    assert "not yet" in pages["own_error"]


def test_what_cells_show_comes_of_a_run_without_hidden_tests(returned):
    _, pages, _ = returned
    assert "kept [1, 2, 3]" in pages["prints_later"].replace("\n", " ")
    assert pages["prints"].count("given 1") == 1
    assert NOT_SHOWN.strip() not in "".join(pages.values())


@pytest.mark.parametrize("name", ["right", "loud"])
def test_warnings_and_stderr_cost_nothing(name, returned):
    _, pages, scores = returned
    assert set(scores[name].values()) == {1.0}
    assert said(pages[name]) == []


def test_a_second_run_is_made_only_where_something_shows():
    source = numbers().cells[3].source
    job = {"cells": [{"id": "t", "kind": "test", "source": source}], "author": [], "contract": {}}
    quiet = {"outputs": [], "failed": False, "hidden": False, "secret": True}

    def compute(job):
        raise AssertionError("a second run")

    for came in (
        quiet,
        quiet | {"secret": False, "outputs": [{"output_type": "error", "evalue": "a"}], "failed": True},
    ):
        assert apart_from_hidden_tests(job, {"cells": {"t": dict(came)}}, compute)["cells"]["t"] == came


def test_where_no_second_run_can_be_made_nothing_shows():
    test = {"id": "t", "kind": "test", "source": "a = [\n### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS\n"}
    job = {"cells": [test, {"id": "own", "kind": "student", "source": "seen"}], "author": [], "contract": {}}
    printed = {"output_type": "stream", "name": "stdout", "text": "7093"}
    error = {"output_type": "error", "ename": "E", "evalue": "7093", "traceback": ["7093"]}
    came = {"t": {"outputs": [printed, error], "failed": True, "hidden": False, "secret": True}}
    came["own"] = {"outputs": [printed], "failed": False, "hidden": False}
    result = apart_from_hidden_tests(job, {"cells": came}, None)["cells"]
    assert "7093" not in str([cell["outputs"] for cell in result.values()])
    assert result["own"]["outputs"][0]["text"] == NOT_SHOWN
    assert result["t"]["detail"] == [printed, error]


@pytest.mark.parametrize(
    ("source", "run"),
    [
        ("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc", "a\n# (hidden tests)\nc"),
        ("if a:\n    ### BEGIN HIDDEN TESTS\n    b\n    ### END HIDDEN TESTS", "if a:\n    pass  # (hidden tests)"),
        ("%time f()\n### BEGIN HIDDEN TESTS\nb", "%time f()\n# (hidden tests)"),
        ("a = [\n### BEGIN HIDDEN TESTS\n1]\n### END HIDDEN TESTS", None),
    ],
)
def test_a_test_without_its_hidden_lines(source, run):
    assert runnable_without(source) == run
    assert "b" not in without(source).split()


def test_only_what_stands_there_was_written_to_be_read():
    source = (
        hidden("assert a, 'one'\nassert b, f'{x}'\nraise ValueError('two')\nassert c, d\nassert e")
        + "\nassert f, 'visible'"
    )
    assert written_to_be_read(source) == {"one", "two"}


def test_cells_keep_their_points_and_their_order(returned):
    course, _, _ = returned
    nb = course.autograded("wrong_number")
    assert cell_of(nb, "words").metadata.judge.score == 0
    assert cell_of(nb, "visible").metadata.judge.score == 1


def test_a_course_may_mark_hidden_lines_otherwise(unreleased):
    c = unreleased.config.ClearHiddenTests
    c.begin_test_delimeter, c.end_test_delimeter = "<hidden>", "</hidden>"
    test = "# <hidden>\nassert double(7093) == 14186, f'{double(7093)}'\n# </hidden>"
    unreleased.source(notebook(solution("double", 2), code(test, "t", 1)))
    assert unreleased.release()["success"]
    assert "7093" not in str(unreleased.released())
    scores, nb = unreleased.graded(answered(unreleased.released(), double="double = lambda x: x"))
    assert scores == {"t": 0}
    assert said(unreleased.feedback()) == [FAILED]
    assert "7093" in str(nb.cells[1].metadata.judge.detail)


def test_the_author_is_told_all_of_a_hidden_test_that_fails(unreleased):
    test = f"assert double(2) == 4\n{hidden('assert double(AREA) == 1, AREA')}"
    unreleased.source(notebook(solution("double", 2), code(test, "t", 1)))
    assert "the author's own solution fails: AssertionError: 7093" in unreleased.release()["log"]
