"""Submissions that are out of order: each has the points its answers deserve, and says what was mended."""

import copy
import json

import nbformat
import pytest
from foreign_course import FULL, RIGHT, answered, cell_of, code
from nbformat import v4

from mlcourse.grading.steps.release.author import AuthorCell
from mlcourse.grading.steps.submitted.order import put_back


@pytest.fixture
def right(course):
    return answered(course.released(), **RIGHT)


def test_what_is_in_order_stays_as_it_is(course, right):
    right.cells.insert(2, code("THREE = 3"))
    right.cells.append(v4.new_markdown_cell("My notes.", attachments={"a.png": {"image/png": "AAAA"}}))
    submitted = [(cell.id, cell.source) for cell in right.cells if not cell_of_test(cell)]
    scores, nb = course.graded(right)
    assert scores == FULL
    assert nb.metadata.judge.repairs == []
    assert [(cell.id, cell.source) for cell in nb.cells if not cell_of_test(cell)] == submitted
    assert nb.cells[-1].attachments == {"a.png": {"image/png": "AAAA"}}


def cell_of_test(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id") in ("ones", "halves", "parts")


def _delete_tests(nb):
    nb.cells = [cell for cell in nb.cells if not cell_of_test(cell)]


def _delete_all_but_answers(nb):
    nb.cells = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("solution")]


def _tests_first(nb):
    nb.cells.sort(key=lambda cell: not cell_of_test(cell))


def _given_last(nb):
    nb.cells.append(nb.cells.pop(1))


def _backwards(nb):
    nb.cells.reverse()


def _retag(nb):
    for cell in nb.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "judge:student"]


def _flags(nb):
    cell_of(nb, "ones").metadata.nbgrader.update(grade=False, solution=True, locked=False, points=1000)
    cell_of(nb, "double").metadata.nbgrader.update(grade=True, points=100)


def _schemas(nb):
    cell_of(nb, "ones").metadata.nbgrader["schema_version"] = 1
    cell_of(nb, "halves").metadata.nbgrader["schema_version"] = 99


def _types(nb):
    ones, halves, parts = (cell_of(nb, name) for name in ("ones", "halves", "parts"))
    ones.metadata["nbgrader"] = [1]
    halves.metadata.nbgrader["points"] = {"many": 1}
    parts.metadata.nbgrader["grade_id"] = 7


def _no_metadata(nb):
    for cell in nb.cells:
        cell.metadata.clear()
    nb.metadata.clear()


def _no_ids(nb):
    nb.nbformat_minor = 4
    for cell in nb.cells:
        del cell["id"]


def _twice(nb):
    nb.cells = nb.cells + copy.deepcopy(nb.cells)


def _markdown_tests(nb):
    for place, cell in enumerate(nb.cells):
        if cell_of_test(cell):
            nb.cells[place] = v4.new_markdown_cell(cell.source, metadata=cell.metadata)


def _easier_tests(nb):
    for cell in nb.cells:
        if cell_of_test(cell):
            cell.source = "4"


def _kernel(nb):
    nb.metadata["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "x"}


def _extra_points(nb):
    nb.cells.append(code("100", "mine", 100))


def _elsewhere(nb):
    """The answer is in a cell of its own; nbgrader's is gone."""
    place = nb.cells.index(cell_of(nb, "double"))
    nb.cells[place] = code("def double(x): return TWO * x", id="somewhere")


def _untouched_copy_below(nb):
    stub = copy.deepcopy(cell_of(nb, "half"))
    stub.source = "def half(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    nb.cells.insert(nb.cells.index(cell_of(nb, "half")) + 1, stub)


def _swapped_answers(nb):
    """Each answer needs the other order than the author's; that is a student's right."""
    double, half = nb.cells.index(cell_of(nb, "double")), nb.cells.index(cell_of(nb, "half"))
    nb.cells[double], nb.cells[half] = nb.cells[half], nb.cells[double]
    cell_of(nb, "double").source = "quarter = half(0.5)\ndouble = lambda x: x * quarter * 8"


QUIET = (
    _retag, _flags, _schemas, _types, _no_metadata, _no_ids, _markdown_tests, _easier_tests, _kernel, _extra_points,
)  # fmt: skip
MENDED = (
    _delete_tests, _delete_all_but_answers, _tests_first, _given_last, _backwards, _twice, _elsewhere, _untouched_copy_below, _swapped_answers,
)  # fmt: skip


@pytest.mark.parametrize("damage", [*QUIET, *MENDED], ids=lambda damage: damage.__name__.strip("_"))
def test_right_answers_in_disorder_have_full_marks(course, right, damage):
    damage(right)
    course.hand_in(json.dumps(right))
    result = course.grade()
    assert result["success"], result
    nb = course.autograded()
    assert course.scores() == FULL
    repairs = nb.metadata.judge.repairs
    assert bool(repairs) is (damage in MENDED), repairs
    assert all(f"a01: {repair}" in result["log"] for repair in repairs)
    assert "has changed!" not in result["log"]  # nbgrader finds nothing left to mend
    assert nb.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in nb.cells}) == len(nb.cells)
    assert "tags" not in json.dumps(nb.cells)
    nbformat.validate(nb)


TRICKS = (
    _delete_tests,
    _backwards,
    _retag,
    _flags,
    _schemas,
    _types,
    _twice,
    _markdown_tests,
    _easier_tests,
    _extra_points,
)


@pytest.mark.parametrize("damage", TRICKS, ids=lambda damage: damage.__name__.strip("_"))
def test_no_disorder_brings_a_point(course, damage):
    nb = course.released()
    wrong = {"double": "double = lambda x: x", "half": "half = lambda x: 0", "why": "It adds."}
    answered(nb, **wrong)
    damage(nb)
    course.hand_in(json.dumps(nb))
    assert course.grade()["success"]
    assert course.scores() == {"ones": 0.0, "why": None, "halves": 0.0, "parts": 2.0}


def test_no_cells_at_all(course):
    scores, nb = course.graded(v4.new_notebook())
    assert scores == {"ones": 0.0, "why": 0.0, "halves": 0.0, "parts": 0.0}
    assert len(nb.metadata.judge.repairs) == 7


def test_an_own_cell_with_the_id_of_a_test_stays(course, right):
    cell_of(right, "half").source = "half = lambda x: part * x"
    cell_of(right, "ones")["id"] = "another"
    right.cells.insert(2, code("part = 0.5", id="ones"))
    scores, nb = course.graded(right)
    assert scores == FULL
    assert nb.cells[2].source == "part = 0.5"


def test_two_copies_of_an_answer_both_run(course, right):
    first = copy.deepcopy(cell_of(right, "half"))
    first.source = "part = 0.5"
    cell_of(right, "half").source = "half = lambda x: part * x"
    right.cells.insert(2, first)
    scores, nb = course.graded(right)
    assert scores == FULL
    assert "several" in nb.metadata.judge.repairs[0]


def test_a_plain_cell_of_the_author_may_be_changed_and_thrown_away(course, right):
    place = next(i for i, cell in enumerate(right.cells) if cell.source == "double(3)")
    right.cells[place].source = "print('mine')"
    _, nb = course.graded(right)
    assert nb.cells[place].source == "print('mine')"
    del right.cells[place]
    _, nb = course.graded(right, "a02")
    assert len(nb.cells) == len(right.cells)


def test_a_manual_answer_that_is_missing_counts_as_none(course, right):
    right.cells.remove(cell_of(right, "why"))
    scores, _ = course.graded(right)
    assert scores == FULL | {"why": 0.0}
    assert course.comments()["why"] == "No response. Before grading: The cell 'why' was missing and is back."


def _author(*keys):
    """`T...` a test, `g...` a given cell that is locked, `p...` a plain one, `A`... an answer."""
    made = []
    for key in keys:
        role = "test" if key[0] == "T" else "given" if key[0] in "gp" else "solution"
        meta = {"grade": role == "test", "solution": role == "solution", "locked": key[0] in "Tg"}
        made.append(AuthorCell(key, role, "code", key, key, nbgrader=None if key[0] == "p" else meta))
    return made


@pytest.mark.parametrize(
    ("submitted", "placed"),
    [
        ("g A T1 p B T2", "g A T1 p B T2"),
        ("A T1 B T2 g", "g A T1 B T2"),
        ("T2 T1 g A B", "g A T1 B T2"),
        ("g A x B y", "g A x T1 B y T2"),
        ("A", "g A T1 B T2"),
        ("g x T1 B T2", "g A x T1 B T2"),
        ("g B A T1 T2", "g B A T1 T2"),
        ("g T1 B T2 A", "g B A T1 T2"),
        ("", "g A T1 B T2"),
        ("x", "g A B x T1 T2"),
        ("g A T2 T1 B x", "g A T1 B x T2"),
        ("p g A T1 B T2", "g p A T1 B T2"),
    ],
)
def test_where_locked_cells_go(submitted, placed):
    author = _author("g", "A", "T1", "p", "B", "T2")
    assert _placed(submitted, author) == placed


def test_a_given_cell_comes_before_all_that_may_need_it():
    assert _placed("B A", _author("A", "g", "B")) == "g B A"
    assert _placed("B A g", _author("A", "g", "B")) == "g B A"


def _placed(submitted, author):
    known = {cell.key for cell in author}
    came = put_back([(key if key in known else None, key) for key in submitted.split()], author)
    return " ".join(key or cell for key, cell in came)
