"""Every lecture runs from top to bottom, within its time and memory, and says no number that it does not show."""

import re

import pytest
from lecture_run import LECTURES, executed

pytestmark = pytest.mark.slow
CITATION = re.compile(r"et al\.|\(\D*\d{4}\)|doi|\bissues? \d")
NUMBER = re.compile(r"(?<![\w.])\d[\d ]*(?:\.\d+)?(?![\w])")


@pytest.fixture(params=LECTURES, ids=lambda path: path.stem)
def lecture(request, shared):
    return executed(request.param, shared)


def test_it_runs_without_a_warning(lecture):
    for cell in lecture.notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


def test_it_keeps_its_time_and_memory(lecture):
    assert lecture.seconds < 90 * lecture.slowness
    assert lecture.peak_kilobytes < 1.5 * 1024**2


def test_each_cell_keeps_its_stated_seconds(lecture):
    for cell in lecture.notebook.cells:
        if cell.cell_type == "code":
            times = dict(cell.metadata.execution.items())
            took = _seconds(times["shell.execute_reply"]) - _seconds(times["iopub.execute_input"])
            stated = cell.metadata.get("mlcourse", {}).get("seconds", 10)
            assert took < stated * lecture.slowness, f"{took:.1f} s, stated {stated}:\n{cell.source}"


def test_every_number_in_the_prose_is_shown_or_cited(lecture):
    printed = lecture.printed()
    for cell in lecture.notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for paragraph in cell.source.split("\n\n"):
            if CITATION.search(paragraph):
                continue
            for number in NUMBER.findall(paragraph.replace("−", "-")):
                if len(re.sub(r"\D", "", number).lstrip("0")) >= 3:
                    assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", printed), f"{number} in: {paragraph}"


def _seconds(stamp):
    from datetime import datetime

    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
