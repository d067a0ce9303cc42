"""What cannot be judged from outside fails in the reference run, so when the assignment is released, and not in silence."""

import pytest
from notebooks import entry, scores, told
from remarked_at_release import ENTRIES as WEAK
from said_of_objects import ENTRIES as OBJECTS
from said_of_state import ENTRIES as STATE
from test_ordinary import holds, needed

from mlcourse.grading.judge.driver import compute

CANNOT = STATE | OBJECTS


@pytest.mark.parametrize("kind", CANNOT)
def test_what_cannot_be_judged_fails_in_the_reference_run(kind):
    needed(CANNOT[kind])
    case = entry(CANNOT[kind], kind)
    reference = compute(case.job())
    assert scores(reference) == {"test": 0.0}, told(reference)
    (error,) = [output for output in reference["cells"]["test"]["outputs"] if output["output_type"] == "error"]
    assert error["ename"]


@pytest.mark.parametrize("kind", CANNOT)
def test_the_author_can_mend_it(kind):
    needed(CANNOT[kind])
    holds(entry(CANNOT[kind], kind), mended=True)


@pytest.mark.parametrize("kind", WEAK)
def test_a_test_that_believes_the_student_is_remarked(kind):
    case = entry(WEAK[kind], kind)
    (test,) = case.full
    reference = compute(case.job())
    assert scores(reference) == case.full, told(reference)
    assert reference["cells"][test]["weak"], "worth a remark"
    holds(case)
