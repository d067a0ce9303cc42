"""The Player and the MatrixEditor as a student uses them, by keyboard, in both hosts."""

import re

import pytest

LECTURE = "lectures/03_backpropagation.ipynb"


@pytest.fixture
def lecture(host):
    with host.notebook(LECTURE) as page:
        page.run_all()
        yield page


@pytest.fixture
def player(host):
    with host.cells("from mlcourse.widgets import Player\nplayer = Player.example()\nplayer") as page:
        root = page.player("training_step")
        root.locator(".mlc-editable").nth(3).wait_for()
        yield page, root


def grid(root, name):
    """Texts of an array's cells."""
    array = root.locator(".mlc-array", has=root.page.locator(f"caption:text-is('{name}')"))
    return array.locator("td").all_text_contents()


def title(root):
    return root.locator(".mlc-title").text_content()


def edit(root, label, position, text):
    """Type a number into a cell of an editor, as a student does."""
    cell = root.locator(f".mlc-matrix-editor[aria-label='{label} (edit)'] input").nth(position)
    cell.click()
    root.page.keyboard.press("ControlOrMeta+a")
    root.page.keyboard.type(text)
    root.page.keyboard.press("Enter")


def go_to(root, wanted):
    root.focus()
    root.page.keyboard.press("Home")
    for _ in range(100):
        if title(root) == wanted:
            return
        root.page.keyboard.press("ArrowRight")
    raise AssertionError(f"There is no step {wanted!r}")


def test_the_lecture_runs_and_its_players_step_to_their_end_by_keyboard(lecture):
    lecture.player("training_step").nth(1).wait_for()
    players = lecture.player().all()
    assert len(players) >= 5
    for root in players:
        root.scroll_into_view_if_needed()
        count = root.locator(".mlc-count")
        steps = int(count.text_content().split("/")[1])
        root.focus()
        with lecture.keys_stay_inside():
            for k in range(1, steps):
                assert count.text_content() == f"{k} / {steps}"
                lecture.keyboard.press("ArrowRight")
            assert count.text_content() == f"{steps} / {steps}"
            lecture.keyboard.press("ArrowRight")
            assert count.text_content() == f"{steps} / {steps}"
            for key, shown in (("ArrowLeft", steps - 1), ("Home", 1), ("End", steps)):
                lecture.keyboard.press(key)
                assert count.text_content() == f"{max(shown, 1)} / {steps}"
    first, second = lecture.player("training_step").all()
    assert (grid(first, "prediction"), grid(first, "loss")) == (["3.15"], ["3.4225"])
    assert (grid(second, "prediction"), grid(second, "loss")) == (["8.478"], ["12.0965"])
    assert grid(second, "w") == ["0.47", "0.148", "0.148", "0.692"]
    assert grid(second, "grad_x") == ["-0.74", "0", "-0.74", "-0.74", "0", "-0.74"]


def test_an_edited_number_changes_the_gradient_and_the_finite_difference_with_it(player):
    page, root = player
    go_to(root, "Gradient of weight (0, 0)")
    assert grid(root, "grad_w")[0] == grid(root, "measured_w")[0] == "-37"
    edit(root, "x", 0, "5")
    root.page.wait_for_function("() => document.querySelector('.mlc-numbers').innerText.includes('× 5')")
    assert title(root) == "Gradient of weight (0, 0)"
    value = 2 * (0.1 * (5 + 1 + 2 + 7) - 5) * (5 + 2)
    assert grid(root, "grad_w")[0] == grid(root, "measured_w")[0] == f"{value:.6g}"
    for label, position, text in (("target", 0, "7"), ("w", 3, "0.5"), ("rate", 0, "1/97")):
        before = root.locator(".mlc-numbers").text_content()
        edit(root, label, position, text)
        if label != "rate":
            root.page.wait_for_function("b => document.querySelector('.mlc-numbers').textContent !== b", arg=before)
            assert grid(root, "grad_w")[0] == grid(root, "measured_w")[0] != "-37"
    page.wait_for_python("abs(player.editors[3].value - 1 / 97) < 1e-12")


def test_back_brings_every_cell_as_it_was(player):
    _, root = player
    root.focus()

    def state():
        return root.locator(".mlc-arrays td").evaluate_all("cells => cells.map(c => c.className + c.innerText)")

    going = [state()]
    for _ in range(25):
        root.page.keyboard.press("ArrowRight")
        going.append(state())
    assert len({tuple(s) for s in going}) == 26
    for expected in reversed(going[:-1]):
        root.page.keyboard.press("ArrowLeft")
        assert state() == expected


def test_text_that_is_no_number_is_refused_and_the_last_good_one_stays(player):
    page, root = player
    edit(root, "x", 0, "three")
    message = root.locator(".mlc-matrix-editor .mlc-error").first
    assert "is no number; 3 stays" in message.text_content()
    page.keyboard.press("Escape")
    assert message.text_content() == ""
    assert page.python("player.editors[0].value.ravel()[0]") == "np.float64(3.0)"
    edit(root, "x", 0, "2,5")
    page.wait_for_python("player.editors[0].value.ravel()[0] == 2.5")


def test_keys_step_a_number_and_move_between_cells(player):
    page, root = player
    root.locator(".mlc-matrix-editor[aria-label='w (edit)'] input").first.click()
    page.keyboard.press("PageUp")
    page.keyboard.press("Shift+PageUp")
    page.wait_for_python("abs(player.editors[1].value.ravel()[0] - 1.2) < 1e-12")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    page.wait_for_python("player.editors[1].value.ravel()[3] == 0")
    assert page.locator(":focus").get_attribute("aria-label") == "w row 1, column 1"


def test_an_error_in_python_shows_in_the_player_and_the_last_good_story_stays(host):
    story = (
        "import numpy as np\nfrom mlcourse import walkthroughs\nfrom mlcourse.widgets import MatrixEditor, Player\n"
        "def fussy(size):\n"
        "    if size > 4: raise ValueError('too large for this story')\n"
        "    return (yield from walkthroughs.mse_loss(np.array([size]), np.array([1.0])))\n"
    )
    with host.cells(story, "player = Player(fussy, MatrixEditor(2.0, label='size'))\nplayer") as page:
        root = page.player("fussy")
        root.locator(".mlc-editable").wait_for()
        edit(root, "size", 0, "9")
        root.locator("> .mlc-error", has_text=re.compile("too large for this story")).wait_for()
        assert "2 - 1" in root.locator(".mlc-numbers").text_content()
        edit(root, "size", 0, "4")
        root.locator(".mlc-numbers", has_text="4 - 1").wait_for()
        assert root.locator("> .mlc-error").text_content() == ""


def test_it_plays_and_pauses_and_scrubs(player):
    page, root = player
    root.focus()
    page.keyboard.press("p")
    root.locator(".mlc-count", has_text="2 / 26").wait_for(timeout=5000)
    page.keyboard.press("p")
    assert root.locator("button[aria-pressed]").get_attribute("aria-pressed") == "false"
    slider = root.locator("input[type=range]")
    slider.focus()
    slider.evaluate("e => { e.value = 12; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    assert root.locator(".mlc-count").text_content() == "13 / 26"
    page.wait_for_python("player.index == 12")
    assert slider.get_attribute("aria-valuetext").startswith("step 13 of 26: ")
