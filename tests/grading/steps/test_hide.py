import pytest
from foreign_course import RIGHT, answered
from nbformat import v4
from traitlets.config import Config

from mlcourse.grading.steps.feedback.hide import HideHidden

BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (f"a\n{BEGIN}\nb\nc\n{END}\nd", "a\n# (hidden tests)\nd"),
        (f"if a:\n    {BEGIN}\n    b\n    {END}\n    c", "if a:\n    # (hidden tests)\n    c"),
        (f"{BEGIN}\na\n{END}\nb\n{BEGIN}\nc\n{END}", "# (hidden tests)\nb\n# (hidden tests)"),
        (f"a\n{BEGIN}\nb", "a\n# (hidden tests)"),
        (f"{BEGIN}\na\n{BEGIN}\nb\n{END}\nc", "# (hidden tests)\nc"),
        ("a\nb", "a\nb"),
    ],
)
def test_regions(source, shown):
    cell = v4.new_code_cell(source, metadata={"judge": {"detail": "b", "key": "t"}})
    cell, _ = HideHidden().preprocess_cell(cell, {}, 0)
    assert cell.source == shown
    assert cell.metadata.judge == {"key": "t"}


def test_a_course_may_mark_them_otherwise():
    c = Config()
    c.ClearHiddenTests.begin_test_delimeter, c.ClearHiddenTests.end_test_delimeter = "<<", ">>"
    cell, _ = HideHidden(config=c).preprocess_cell(v4.new_code_cell("a\n# <<\nb\n# >>"), {}, 0)
    assert cell.source == "a\n# (hidden tests)"


def test_the_page_holds_no_hidden_test(course):
    wrong = RIGHT | {"double": "double = lambda x: 2 if x == 1 else 0"}
    scores, _ = course.graded(answered(course.released(), **wrong))
    assert scores["ones"] == 0.0
    page = course.feedback()
    assert "(hidden tests)" in page
    assert "one" in page
    assert "double(7)" not in page
    assert "== 14" not in page
