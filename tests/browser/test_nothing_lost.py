"""Edits, predictions and positions are back after closing, a kernel restart, a reload."""

import pytest

pytestmark = pytest.mark.both_hosts  # what is kept, and when, is the host's

NOTEBOOK = """
from mlcourse import walkthroughs
from mlcourse.widgets import MatrixEditor, Player, Prediction
asked = Prediction("What comes out?")
x = MatrixEditor([[[[3, 1], [2, 1], [0, 7]]]], label="x")
w = MatrixEditor([[[[0.1, 0], [0, 0.1]]]], label="w")
player = Player(walkthroughs.training_step, x, w, target=5.0, rate=0.01, key="step")
"""


def work(page):
    page.player("training_step").locator(".mlc-editable").nth(1).wait_for()
    page.widget("mlc-prediction").locator("textarea").fill("1.3, I think")
    cell = page.player("training_step").locator(".mlc-matrix-editor input").first
    cell.fill("5")
    page.keyboard.press("Enter")
    page.player("training_step").focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    page.wait_for_python("(asked.words, player.index, x.value.ravel()[0] == 5) == ('1.3, I think', 7, True)")


def back(page):
    page.player("training_step").locator(".mlc-editable").nth(1).wait_for()
    assert page.widget("mlc-prediction").locator("textarea").input_value() == "1.3, I think"
    assert page.player("training_step").locator(".mlc-count").text_content() == "8 / 26"
    assert page.player("training_step").locator(".mlc-matrix-editor input").first.input_value() == "5"
    assert "(-6.5) × 5" not in page.player("training_step").locator(".mlc-title").text_content()


def test_all_is_back_after_closing_and_after_a_new_run(host):
    host.write("lectures/kept.ipynb", NOTEBOOK, "asked", "player")
    with host.notebook("lectures/kept.ipynb") as page:
        page.run_all()
        work(page)
        page.run_all()  # the widgets are made anew
        back(page)
    assert (host.root / "lectures" / ".mlcourse" / "kept.json").exists()
    with host.notebook("lectures/kept.ipynb") as page:  # another browser, another kernel
        page.run_all()
        back(page)


def test_numbers_changed_in_the_code_count_more_than_those_kept_for_others(host):
    host.write("lectures/kept.ipynb", NOTEBOOK, "asked", "player")
    with host.notebook("lectures/kept.ipynb") as page:
        page.run_all()
        work(page)
    host.write("lectures/kept.ipynb", NOTEBOOK.replace("[0, 7]", "[0, 8]"), "asked", "player")
    with host.notebook("lectures/kept.ipynb") as page:
        page.run_all()
        assert page.python("x.value.ravel().tolist()") == [3, 1, 2, 1, 0, 8]


def test_a_damaged_file_is_told_in_the_widget(host):
    host.write("lectures/kept.ipynb", NOTEBOOK, "asked", "player")
    (host.root / "lectures" / ".mlcourse").mkdir()
    (host.root / "lectures" / ".mlcourse" / "kept.json").write_text("{ broken")
    with host.notebook("lectures/kept.ipynb") as page:
        page.run_all()
        page.widget("mlc-prediction").locator(".mlc-error", has_text="set aside").wait_for()
        work(page)
    assert len(list((host.root / "lectures" / ".mlcourse").iterdir())) == 2
