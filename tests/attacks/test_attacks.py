"""Every attack of the bank goes through nbgrader with the judge: none gains a point, and every right answer has all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that `import attempts` works whichever way pytest imports tests

from attempts import CONFINED, bank
from small_course import ASSIGNMENTS, BYSTANDERS, OURS, STOCK, full, grade, release

BANK = bank()
TRIED = {name: entry for name, entry in BANK.items() if CONFINED or not entry.confined}
ATTACKS = [name for name, entry in TRIED.items() if not entry.right]
RIGHT = [name for name, entry in TRIED.items() if entry.right]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What became of the whole bank, graded by one command: two courses at once would not know of each other's cores."""
    folder = tmp_path_factory.mktemp("course")
    release(folder, OURS)
    return grade(folder, TRIED, timeout=1500)


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gains_a_point(name, graded):
    points = graded.points[name]
    assert (points or 0) <= TRIED[name].at_most, graded.story(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_every_right_submission_has_full_points(name, graded):
    assert graded.points[name] == TRIED[name].at_most, graded.story(name)
    assert name in graded.returned, graded.story(name)


@pytest.mark.slow
def test_nothing_of_anybody_else_changes(graded):
    assert graded.harm == []
    assert {name: graded.points[name] for name in BYSTANDERS} == dict.fromkeys(BYSTANDERS, full(*ASSIGNMENTS))
    assert set(graded.points) == {*TRIED, *BYSTANDERS}


@pytest.mark.slow
def test_without_the_judge_the_same_attacks_gain(tmp_path):
    """Otherwise the tests above could not fail."""
    release(tmp_path, STOCK, ["ps1"])
    outcome = grade(tmp_path, {name: BANK[name] for name in ("skip_tag", "equal_to_all", "as_the_author")})
    assert outcome.points["skip_tag"] == outcome.points["as_the_author"] == full()
    assert outcome.points["equal_to_all"] > BANK["equal_to_all"].at_most


def test_the_bank_is_large():
    attacks = [entry for entry in BANK.values() if not entry.right]
    assert len(attacks) >= 200
    assert sum(entry.confined for entry in attacks) >= 30
    assert len(BANK) - len(attacks) >= 15
    assert all(entry.tries.endswith(".") for entry in BANK.values())
    assert len({entry.tries for entry in BANK.values()}) == len(BANK)
    assert all(entry.written or entry.edit for entry in BANK.values())


def test_the_small_course_is_as_it_is_described():
    assert full() == 32
    assert full("ps2") == 6
    assert all((entry.at_most == full(entry.assignment)) == entry.right for entry in BANK.values())
