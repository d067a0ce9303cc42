"""Painters in an Explorer, as a student uses them: by pointer, by keyboard, in both hosts."""

import pytest

TWO = """
import time
import numpy as np
from mlcourse.widgets import Explorer, Painter

seen, slow = [], False

def compared(truth, prediction, factor):
    time.sleep(0.1 if slow else 0)
    seen.append(prediction.sum())
    return {"wrong": (prediction - truth) * factor, "painted": float(prediction.sum()), "true": float(truth.sum())}

disc = np.zeros((8, 10))
disc[2:5, 3:6] = 1
truth = Painter(disc, label="truth", levels=(1,))
prediction = Painter(disc[None, None] * 0, label="prediction", levels=(0.3, 0.7, 1), outline=truth)
explorer = Explorer(lambda truth, prediction, factor: compared(truth, prediction[0, 0], factor),
                    truth=truth, prediction=prediction, factor=(1, 3, 1, 1))
explorer
"""
NOW = "prediction.value[0, 0]"


@pytest.fixture
def painters(host):
    """A page, and the papers of the truth and of the prediction."""
    with host.cells(TWO, "1 + 1", height=1300) as page:
        roots = [page.widget("mlc-painter", f"{label} (edit)") for label in ("truth", "prediction")]
        for root in roots:
            root.locator(".mlc-paper").wait_for()
        page.widget("mlc-explorer").locator(".mlc-readings", has_text="painted").wait_for()  # the first answer is there
        yield page, *roots


def stroke(page, root, *cells, step=8):
    """Press the pointer in the first cell (row, column), draw to the others, and let go in the last."""
    box = page.place_of(root.locator(".mlc-paper"))
    rows, columns = 8, 10
    points = [
        (box["x"] + (c + 0.5) * box["width"] / columns, box["y"] + (r + 0.5) * box["height"] / rows) for r, c in cells
    ]
    page.tab.mouse.move(*points[0])
    page.tab.mouse.down()
    for point in points[1:]:
        page.tab.mouse.move(*point, steps=step)
    page.tab.mouse.up()


def reading(root):
    return root.locator(".mlc-reading").text_content()


def wait_for_cells(page, *cells, value=1):
    """Wait until just these cells (row, column) of the prediction hold a value and all others 0."""
    page.wait_for_python(f"np.argwhere({NOW} == {value}).tolist() == {sorted(map(list, cells))}")
    page.wait_for_python(f"np.count_nonzero({NOW}) == {len(cells)}")


def shown(page):
    return page.widget("mlc-explorer").locator(".mlc-readings").text_content()


def test_painted_erased_and_dragged_by_pointer(painters):
    page, truth, prediction = painters
    paper = prediction.locator(".mlc-paper")
    assert paper.evaluate("e => getComputedStyle(e).touchAction") == "none"  # a finger draws and does not scroll
    diagonal = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    stroke(page, prediction, (1, 1), (5, 5), step=1)  # one jump of the pointer, and no gap
    wait_for_cells(page, *diagonal)
    assert reading(prediction) == "row 5, column 5: 1"
    page.tab.wait_for_function("() => document.querySelector('.mlc-readings').innerText.includes('painted 5')")

    prediction.get_by_label("Erase prediction").click()
    stroke(page, prediction, (2, 2), (2, 12))  # out of the grid, and let go there
    wait_for_cells(page, *(cell for cell in diagonal if cell != (2, 2)))
    prediction.get_by_label("Undo prediction").click()
    wait_for_cells(page, *diagonal)
    prediction.get_by_label("Redo prediction").click()
    prediction.get_by_label("Undo prediction").click()
    wait_for_cells(page, *diagonal)

    prediction.get_by_label("Move prediction").click()
    stroke(page, prediction, (6, 1), (7, 3), (7, 30), (7, 3))  # over the edge and back: it stays whole
    wait_for_cells(page, *((r + 1, c + 2) for r, c in diagonal))
    assert reading(prediction) == "moved 1 down, 2 right"
    stroke(page, prediction, (0, 0), (0, -30))
    wait_for_cells(page, *((r + 1, c - 1) for r, c in diagonal))
    assert "as far as the edge" in reading(prediction)
    stroke(page, prediction, (2, 2), (1, 4))
    wait_for_cells(page, *((r, c + 1) for r, c in diagonal))
    assert reading(prediction) == "moved 1 right"  # since it was painted

    prediction.get_by_label("Paint 0.3 in prediction").click()
    prediction.get_by_label("Clear prediction").click()
    stroke(page, prediction, (0, 0), (0, 2))
    wait_for_cells(page, (0, 0), (0, 1), (0, 2), value=0.3)
    for back in (0, 5, 5):  # the stroke; the clearing; and each drag at once
        prediction.get_by_label("Undo prediction").click()
        page.wait_for_python(f"np.count_nonzero({NOW}) == {back}")

    stroke(page, truth, (7, 0), (7, 9))
    page.wait_for_python("truth.value.sum() == 19")
    page.wait_for_python("prediction.outline[70:] == [True] * 10 and not any(prediction.outline[60:70])")
    page.tab.wait_for_function("() => document.querySelector('.mlc-readings').innerText.includes('true 19')")
    assert "M9 7v1" not in prediction.locator(".mlc-around").get_attribute("d")
    assert "M10 7v1" in prediction.locator(".mlc-around").get_attribute("d")


def test_painted_and_moved_by_keyboard(painters):
    page, _, prediction = painters
    paper, press = prediction.locator(".mlc-paper"), page.keyboard.press
    with page.keys_stay_inside():
        paper.focus()
        for key in ("Home", "Control+Home", "ArrowDown", "ArrowRight", "Space"):
            press(key)
        wait_for_cells(page, (1, 1))
        assert reading(prediction) == "row 1, column 1: 1"
        press("ArrowRight")
        page.keyboard.down("Shift")
        for key in ("ArrowRight", "ArrowDown"):
            press(key)
        page.keyboard.up("Shift")
        hook = [(1, 1), (1, 2), (1, 3), (2, 3)]
        wait_for_cells(page, *hook)

        page.keyboard.down("Alt")
        for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
            press(key)
        page.keyboard.up("Alt")
        wait_for_cells(page, *((r + 2, c + 1) for r, c in hook))
        assert reading(prediction) == "moved 2 down, 1 right"
        press("Control+z")  # the three steps with Alt held, at once
        wait_for_cells(page, *hook)
        press("Control+z")
        wait_for_cells(page, (1, 1))
        press("Control+y")
        wait_for_cells(page, *hook)

        press("m")
        for _ in range(20):
            press("ArrowUp")
        wait_for_cells(page, *((r - 1, c) for r, c in hook))
        assert reading(prediction) == "moved 1 up, as far as the edge"
        for _ in range(20):
            press("Control+z")
        wait_for_cells(page)
        press("Control+Shift+Z")
        wait_for_cells(page, (1, 1))

        for key in ("p", "-", "-", "-", "Control+End", "Enter"):
            press(key)
        page.wait_for_python(f"{NOW}[7, 9] == 0.3")
        assert reading(prediction) == "row 7, column 9: 0.3"
        for key in ("Delete", "+", "Home", "Enter"):
            press(key)
        page.wait_for_python(f"{NOW}[7, 9] == 0 and {NOW}[7, 0] == 0.7")
        for key in ("e", "Enter"):
            press(key)
        wait_for_cells(page, (1, 1))
        press("Shift+Enter")
        press("Control+Enter")
    assert page.count_cells() == 2
    assert prediction.get_by_label("Erase prediction").get_attribute("aria-pressed") == "true"
    assert prediction.get_by_label("Paint prediction").get_attribute("aria-pressed") == "false"
    page.python("setattr(prediction, 'value', prediction.value + disc[None, None] / 2)")  # Python paints too
    page.tab.wait_for_function("e => e.querySelectorAll('text')[33].textContent === '0.5'", arg=paper.element_handle())
    press("Control+z")
    wait_for_cells(page, (1, 1))

    for key in ("p", "Delete", "Control+Home"):
        press(key)
    page.keyboard.down("Shift")
    press("ArrowRight")
    page.wait_for_python(f"{NOW}[0, 1] == 0.7")
    page.python("setattr(prediction, 'value', 0 * prediction.value)")
    page.tab.wait_for_timeout(200)
    press("ArrowRight")  # what is being painted counts more
    page.keyboard.up("Shift")
    page.wait_for_python(f"{NOW}[0, :3].tolist() == [0.7] * 3")


@pytest.mark.parametrize("host", ["notebook7"], indirect=True)
def test_a_slow_function_gets_what_was_painted_last_and_never_an_older_state_after_it(painters):
    page, _, prediction = painters
    page.python("globals().update(slow=True) or seen.clear()")
    rows = [(r, c) for r in range(8) for c in ((0, 9) if r % 2 == 0 else (9, 0))]
    stroke(page, prediction, *rows, step=9)  # over all 80 cells
    page.wait_for_python("seen and seen[-1] == 80", seconds=20)
    page.tab.wait_for_function("() => document.querySelector('.mlc-readings').innerText.includes('painted 80')")
    page.tab.wait_for_timeout(400)  # time for an older one to come too late
    assert "painted 80" in shown(page)
    seen = page.python("[float(s) for s in seen]")
    assert seen == sorted(seen)
    assert page.python(f"float({NOW}.sum())") == 80
    assert prediction.locator(".mlc-paper text").all_text_contents() == ["1"] * 80
