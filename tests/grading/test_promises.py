"""Each promise on the instructor's page stands beside a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "assignments" / "README.md").read_text(encoding="utf-8")
HELD_BY = re.findall(r"^\| .+ \| `(\S+)::(\w+)` \|$", PAGE, flags=re.MULTILINE)


def test_there_are_promises():
    assert len(HELD_BY) > 25
    assert len(HELD_BY) == PAGE.count("| `tests/")


@pytest.mark.parametrize(("file", "test"), HELD_BY)
def test_a_promise_has_a_test(file, test):
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
