"""The whole course in a browser: every lecture and exercise runs to its end in one of the hosts, and the page stays quiet.

Networks are trained for a few steps here; whole trainings are for tests/lectures.
"""

import re
from pathlib import Path

import pytest
from notebook_page import CellFailed

ROOT = Path(__file__).parents[2]
LECTURES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("lectures/*.ipynb"))
EXERCISES = sorted(path.stem for path in ROOT.glob("assignments/release/*/*.ipynb"))
TWO = "from mlcourse.widgets import Player\nfirst, second = Player.example(), Player.example()"


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_lecture_runs_to_its_end_and_its_widgets_live(host, lecture):
    shortened = host.root / lecture
    shortened.write_text(
        re.sub(r"\bsteps=\d{3}\b", "steps=20", shortened.read_text(encoding="utf-8")), encoding="utf-8"
    )
    with host.notebook(lecture) as page:
        page.run_all()
        shown = [cell for cell in page.cells() if any("mlc-first" in str(output) for output in cell.outputs)]
        assert shown
        page.tab.wait_for_function("n => document.querySelectorAll('.mlc').length === n", arg=len(shown), timeout=20000)


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_says_what_to_do_before_anything_is_written(host, name):
    with host.notebook(f"assignments/release/{name}/{name}.ipynb") as page:
        with pytest.raises(CellFailed, match=r"\w+ \(\w+\): not yet"):
            page.run_all()
        asked = [cell for cell in page.cells() if re.fullmatch(r"check\.(\w+)\(\1\)", cell.source)]
        assert asked
        assert all("Not yet" in str(cell.outputs) for cell in asked if cell.outputs)
        assert asked[0].outputs


def test_two_players_of_the_same_numbers_are_stepped_apart(host):
    with host.cells(TWO, "first", "second") as page:
        page.player("training_step").nth(1).wait_for()
        page.player("training_step").nth(1).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_python("(first.index, second.index) == (0, 1)")
        counts = page.locator(".mlc-count").all_text_contents()
        assert counts == ["1 / 26", "2 / 26"]


def test_a_player_shown_twice_is_in_step_with_itself(host):
    with host.cells(TWO, "first", "first") as page:
        page.player("training_step").nth(1).wait_for()
        page.player("training_step").first.focus()
        page.keyboard.press("End")
        page.locator(".mlc-count", has_text="26 / 26").nth(1).wait_for()
