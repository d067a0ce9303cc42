"""A student's own convolution, with a mistake in it, stepped in the Player to the wrong cell, in both hosts."""

import pytest

CELL = """import numpy as np
import mlcourse

def convolve(x, w):
    kh, kw = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            # Add up what lies under the kernel.
            for p in range(kh):
                for q in range(kw):
                    y[i, j] = x[i + p, j + q] * w[p, q]
    return y"""
SHOW = "player = mlcourse.watch(convolve, np.arange(12.0).reshape(3, 4), np.array([[1.0, 2], [3, 4]]))\nplayer"


def grid(root, name):
    array = root.locator(".mlc-array", has=root.page.locator(f"caption:text-is('{name}')"))
    return array.locator("td")


@pytest.fixture
def watched(host):
    with host.cells(CELL, SHOW) as page:
        root = page.player("convolve")
        root.wait_for()
        yield page, root


def test_the_sum_that_is_overwritten_can_be_seen(watched):
    page, root = watched
    root.focus()
    for _ in range(3):  # the call, zeros, the first product
        page.keyboard.press("ArrowRight")
    assert root.locator(".mlc-says").text_content() == "Add up what lies under the kernel."
    assert "y[i, j] = x[i + p, j + q] * w[p, q]" in root.locator(".mlc-code .running").text_content()
    assert grid(root, "x").nth(1).get_attribute("class") == "read"
    assert grid(root, "w").nth(1).get_attribute("class") == "read"
    assert grid(root, "y").nth(0).get_attribute("class") == "wrote"
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    # Had it added up, this would be 0*1 + 1*2 + 4*3 + 5*4 = 34; it holds the last product alone.
    assert grid(root, "y").nth(0).text_content() == "20"
    page.keyboard.press("End")
    assert grid(root, "y").all_text_contents() == ["20", "24", "28", "36", "40", "44"]
    page.screenshot("watched")


def test_an_error_stands_above_and_is_the_last_step(host):
    with host.cells(CELL.replace("range(y.shape[1])", "range(x.shape[1])"), SHOW) as page:
        root = page.player("convolve")
        root.locator(".mlc-error", has_text="IndexError in line").first.wait_for()
        root.focus()
        page.keyboard.press("End")
        assert root.locator(".mlc-title").text_content().startswith("IndexError in line")
        assert "It asks for a cell that is not there" in root.locator(".mlc-says").text_content()
        page.screenshot("watched-error")
