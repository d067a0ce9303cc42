"""nbgrader's formgrader in a browser, as an instructor uses it: grade by its button, by hand, make feedback."""

import os
import shutil
import sqlite3
import sys
import threading
import time
from pathlib import Path

import pytest
from hosts import Notebook7

sys.path.insert(0, str(Path(__file__).parents[1] / "grading" / "steps"))

from foreign_course import RIGHT, Course, answered, doubling

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
]
CONFIG = """
from mlcourse.grading import configure

c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "by_hand"
configure(c, allow_unconfined=True)
"""
LONGEST_SILENCE = 2.0  # seconds


class Formgrader(Notebook7):
    """The server of a course."""

    name = "formgrader"

    def _write_settings(self):
        super()._write_settings()
        (self.home / "config" / "nbgrader_config.py").write_text(CONFIG.format(root=str(self.root)))

    def silences(self, until):
        """Ask the server again and again; how long it took each time."""
        waited = []
        while not until.is_set():
            began = time.monotonic()
            self._ask("GET", "status")
            waited.append(time.monotonic() - began)
            time.sleep(0.02)
        return waited


@pytest.fixture(scope="module")
def formgrader(chromium_browser, tmp_path_factory):
    """A server of a course with two submissions, nothing graded."""
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    course = Course(tmp_path_factory.mktemp("formgrader"))
    course.source(doubling())
    assert course.release()["success"]
    course.hand_in(answered(course.released(), **RIGHT), "right")
    slow = "import time\ntime.sleep(3)\nhalf = lambda x: x / 3"
    course.hand_in(answered(course.released(), **RIGHT | {"half": slow}), "wrong")
    with Formgrader(course.root, chromium_browser) as server:
        yield server
    os.environ["PATH"] = before
    shutil.rmtree(course.root, ignore_errors=True)


@pytest.fixture
def page(formgrader, chromium_browser):
    context = chromium_browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def pressed(page, formgrader, student, button):
    """Press a button of a submission; what the formgrader says then."""
    page.goto(f"{formgrader.url}/formgrader/manage_submissions/ps1")
    row = page.locator("tr").filter(has=page.locator(f".student-id:text-is('{student}')"))
    row.locator(f".{button} a").click()
    says = page.locator(".modal.in .modal-body")
    says.wait_for(timeout=60_000)
    return says.inner_text()


def test_a_submission_is_graded_by_its_button_while_the_server_answers(formgrader, page):
    assert "Successfully autograded" in pressed(page, formgrader, "right", "autograde")
    done, waited = threading.Event(), []
    asking = threading.Thread(target=lambda: waited.extend(formgrader.silences(done)))
    asking.start()
    try:
        assert "Successfully autograded" in pressed(page, formgrader, "wrong", "autograde")
    finally:
        done.set()
        asking.join()
    assert len(waited) > 10
    assert max(waited) < LONGEST_SILENCE, "the submission takes three seconds; nobody else may wait for it"
    page.reload()
    scores = page.locator("td.score")
    scores.first.wait_for()
    assert sorted(scores.all_inner_texts()) == ["5 / 10", "8 / 10"]  # two points of the ten are given by hand


def test_points_and_a_comment_are_given_by_hand_and_returned(formgrader, page):
    pressed(page, formgrader, "right", "autograde")
    page.goto(f"{formgrader.url}/formgrader/gradebook/ps1/p1")
    page.get_by_role("link", name="Submission #").first.click()
    page.locator("input.score.needs_manual_grade#why").wait_for()  # so marked once the points have arrived
    for field, text in (("input.score#why", "1.5"), ("textarea#why-comment", "Say what happens at zero.")):
        page.locator(field).fill(text)
        with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
            page.locator(field).press("Tab")
        assert saved.value.ok
    with sqlite3.connect(formgrader.root / "gradebook.db") as book:
        given = book.execute("select manual_score from grade where manual_score is not null").fetchall()
        said = book.execute("select manual_comment from comment where manual_comment is not null").fetchall()
    book.close()
    assert (given, said) == ([(1.5,)], [("Say what happens at zero.",)])
    returned = []
    for student in ("right", "wrong"):
        pressed(page, formgrader, student, "autograde")
        assert "Successfully generated feedback" in pressed(page, formgrader, student, "generate-feedback")
        returned.append((formgrader.root / f"feedback/{student}/ps1/p1.html").read_text())
    # Nobody's name stands at a submission while it is graded by hand, so whose it was is found out here.
    assert sorted("Say what happens at zero." in one for one in returned) == [False, True]
    assert sum("1.5 of 2 points" in one for one in returned) == 1
