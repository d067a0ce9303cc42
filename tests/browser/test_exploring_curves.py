"""The Explorer's plot in both hosts, and a function that takes longer than the next turn of its slider."""

import time

import pytest
from explorer_page import press, reading, slide, wait_until

CALL = 0.6  # seconds
SLOW = f"""
import time
import numpy as np
from mlcourse.widgets import Explorer

calls = []

def slow(n):
    calls.append(n)
    if len(calls) > 1:
        time.sleep({CALL})
    return {{"y": np.full((4, 4), float(n)), "n": n}}

explorer = Explorer(slow, n=(0, 60, 1, 0))
explorer
"""
CURVES = """
import numpy as np
from mlcourse.widgets import Explorer

def curves(rate):
    loss = np.array([4.0, 2.0, np.inf, 0.5]) * rate
    return {"loss": loss, "other": ([0.0, 1.5, 3.0], [1.0, 1.0, 2.0])}

explorer = Explorer(curves, rate=(1, 5, 1, 1), axes=("step", "value"))
explorer
"""


LONG = """
import numpy as np
from mlcourse.widgets import Explorer

names = ["short", "encoder-decoder", "WWWWWWWWWWWWWWWW", "a name that is far too long to stand there"]
explorer = Explorer(lambda rate: {name: np.arange(5.0) * (rate + k) for k, name in enumerate(names)}, rate=(1, 5, 1, 1))
explorer
"""


@pytest.mark.parametrize("explorer", [LONG], indirect=True)
def test_long_names_of_curves_stay_within_the_drawing(explorer):
    page, root = explorer
    texts = root.locator(".mlc-plot text")
    assert {"encoder-decoder", "a name that is f…"} <= set(texts.all_text_contents())
    ends = texts.evaluate_all("all => all.map(t => { const box = t.getBBox(); return box.x + box.width; })")
    assert max(ends) <= 481


@pytest.mark.parametrize("explorer", [SLOW], indirect=True)
def test_a_slow_function_is_called_once_at_a_time_and_the_last_value_wins(explorer):
    page, root = explorer
    assert root.locator(".mlc-kept").text_content() == ""
    began = time.monotonic()
    for n in range(1, 31):
        slide(root, n)
        page.tab.wait_for_timeout(20)
    wait_until(page, root, "root.querySelector('.mlc-kept').innerText.startsWith('Working')")
    wait_until(page, root, "root.innerText.includes('n 30') && !root.querySelector('.mlc-kept').innerText")
    ended = time.monotonic()
    calls = page.python("calls")
    assert calls[0] == 0
    assert calls[-1] == 30
    assert len(calls) <= 2 + (ended - began) / CALL < 30
    assert page.python("(explorer.asked, explorer.answered)") == (30, 30)
    assert page.python("explorer.found['n']") == 30
    page.python("setattr(explorer, 'values', {'n': 7})")  # from Python, too
    wait_until(page, root, "root.innerText.includes('n 7') && root.querySelector('input').value === '7'")


@pytest.mark.parametrize("explorer", [CURVES], indirect=True)
def test_curves_have_names_and_are_read_by_keyboard_and_pointer(explorer):
    page, root = explorer
    plot = root.locator(".mlc-plot")
    texts = plot.locator("text").all_text_contents()
    assert {"loss", "other", "step", "value", "0", "1", "2", "3", "4"} <= set(texts)
    paths = plot.locator("path").evaluate_all(
        "all => all.map(e => [e.getAttribute('stroke'), e.getAttribute('stroke-dasharray')])"
    )
    assert len({stroke for stroke, _ in paths}) == len({dash for _, dash in paths}) == 2
    assert plot.locator("path").first.get_attribute("d").count("M") == 2  # inf leaves a gap
    with page.keys_stay_inside():
        plot.focus()
        press(page, "Home")
        assert reading(root, 1) == "step 0: loss 4; other 1"
        press(page, "ArrowRight")
        assert reading(root, 1) == "step 1: loss 2"
        press(page, "ArrowRight")
        assert reading(root, 1) == "step 1.5: other 1"
        press(page, "ArrowRight", "ArrowLeft", "ArrowRight")
        assert reading(root, 1) == "step 2: loss inf"
        press(page, "End", "ArrowRight")
        assert reading(root, 1) == "step 3: loss 0.5; other 2"
    box = page.place_of(plot.locator("svg"))
    page.tab.mouse.move(box["x"] + box["width"] * (62 + 100) / 480, box["y"] + 60)
    assert reading(root, 1) == "step 1: loss 2"
    slide(root, 5)
    wait_until(page, root, "root.innerText.includes('step 1: loss 10')")
    assert root.locator(".mlc-pictures").is_hidden()
