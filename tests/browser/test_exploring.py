"""The Explorer in both hosts: sliders to pictures, numbers under the cursor, a slow function, an error, curves."""

import pytest
from explorer_page import colour, names, pixels, press, reading, slide, wait_until
from test_every_widget import AXE, RULES

PICTURES = """
import numpy as np
from mlcourse.widgets import Explorer

calls = []

def scaled(factor, shape, wrong):
    calls.append(factor)
    x = np.arange(48.0).reshape(6, 8) / 10
    x[0, 0] = np.nan
    if wrong:
        x = x / [0]
        raise ZeroDivisionError("no factor")
    y = x * factor + 1e-3
    return {"x": x, "y": y, "z": y[:3] if shape == "cut" else y[:, :2], "sum": float(factor)}

explorer = Explorer(scaled, factor=(0.0, 2.0, 0.5, 1.0), shape=["cut", "narrow"], wrong=False)
explorer
"""


@pytest.mark.parametrize("explorer", [PICTURES], indirect=True)
def test_a_slider_changes_the_picture_and_its_numbers_by_keyboard(explorer):
    page, root = explorer
    view = root.locator(".mlc-view").first
    with page.keys_stay_inside():
        view.focus()
        assert reading(root) == "row 3, column 4: x 2.8; y 2.801"
        press(page, "ArrowUp", "ArrowLeft", "Shift+ArrowRight")
        assert reading(root) == "row 2, column 7: x 2.3; y 2.301"
        press(page, "Shift+ArrowDown", "Shift+ArrowUp", "Shift+ArrowLeft")
        assert reading(root) == "row 0, column 0: x nan; y nan"
        press(page, "ArrowDown")
        slider = root.get_by_label("factor")
        slider.focus()
        press(page, "ArrowRight", "ArrowRight")
        wait_until(page, root, "root.innerText.includes('row 1, column 0: x 0.8; y 1.601')")
    page.wait_for_python("explorer.values['factor'] == 2 and explorer.found['y'][1, 0] == 1.601")
    assert root.locator(".mlc-readings").text_content().split() == ["sum", "2"]
    assert page.python("calls")[0] == 1.0
    assert page.python("type(explorer.values['factor']).__name__") == "float"


@pytest.mark.parametrize("explorer", [PICTURES], indirect=True)
def test_pixels_are_the_numbers_and_the_pointer_reads_them(explorer):
    page, root = explorer
    view = root.locator(".mlc-view").nth(1)
    assert colour(view, 0, 1) == [0, 0, 0]  # the least
    assert colour(view, 5, 7) == [255, 255, 255]
    assert colour(view, 0, 0) == [204, 121, 167]  # NaN
    grey = round(255 * 26 / 46)
    assert colour(view, 3, 3) == [grey] * 3
    assert "NaN purple" in root.locator("figcaption").nth(1).text_content()
    assert "black 0.101, white 4.701" in root.locator("figcaption").nth(1).text_content()
    box = page.place_of(view)
    page.tab.mouse.move(box["x"] + box["width"] * 3.5 / 8, box["y"] + box["height"] * 2.5 / 6)
    assert reading(root) == "row 2, column 3: x 1.9; y 1.901"
    for one in root.locator(".mlc-view").all()[:2]:  # the cross-hair is in both pictures of that size
        cross = one.locator(".mlc-pixel").bounding_box()
        around = one.bounding_box()
        assert cross["x"] - around["x"] == pytest.approx(around["width"] * 3 / 8, abs=2)
        assert cross["y"] - around["y"] == pytest.approx(around["height"] * 2 / 6, abs=2)
    assert root.locator(".mlc-view").nth(2).locator(".mlc-pixel").is_hidden()


@pytest.mark.parametrize("explorer", [PICTURES], indirect=True)
def test_difference_stands_beside_the_pair(explorer):
    page, root = explorer
    root.get_by_label("factor").focus()
    press(page, "Home")  # y is 0.001 everywhere, x goes up to 4.7
    wait_until(page, root, "root.querySelector('.mlc-readings').innerText.includes('sum 0')")
    button = root.get_by_role("button", name="Difference")
    button.focus()
    press(page, "Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert names(root) == ["x", "y", "z", "y − x"]
    view = root.locator(".mlc-view").nth(3)
    assert "blue -4.699, white 0, orange 4.699" in root.locator("figcaption").nth(3).text_content()
    assert colour(view, 5, 7) == [0, 114, 178]  # y − x = -4.699
    assert all(part > 245 for part in colour(view, 0, 1))  # nearly 0
    view.focus()
    press(page, "Shift+ArrowDown", "Shift+ArrowRight")
    assert reading(root) == "row 5, column 7: x 4.7; y 0.001; y − x -4.699"
    button.focus()
    press(page, "Enter")
    assert names(root) == ["x", "y", "z"]
    root.get_by_label("shape").select_option("narrow")
    wait_until(page, root, "root.querySelector('[aria-label^=\"z, 6 rows\"]')")
    assert page.python("explorer.values['shape']") == "narrow"
    assert button.is_visible()  # x and y are still a pair


@pytest.mark.parametrize("explorer", [PICTURES], indirect=True)
def test_zoom_goes_about_the_cursor_and_follows_it(explorer):
    page, root = explorer
    first, second = root.locator(".mlc-view").all()[:2]
    whole = pixels(second)
    assert (whole["width"], whole["height"]) == (8, 6)
    with page.keys_stay_inside():
        first.focus()
        press(page, "Shift+ArrowDown", "Shift+ArrowRight", "+")
        seen = pixels(second)
        assert (seen["width"], seen["height"]) == (4, 3)
        assert colour(second, 2, 3) == [255, 255, 255]  # the last corner is in view, in the other picture too
        assert root.get_by_label("Zoom in (plus)").is_disabled()
        press(page, "ArrowUp", "ArrowUp", "ArrowUp")
        assert reading(root) == "row 2, column 7: x 2.3; y 2.301"
        assert colour(second, 0, 3) == [round(255 * 22 / 46)] * 3  # the view went with the cross-hair
        assert first.locator(".mlc-pixel").is_visible()
        press(page, "0")
        assert pixels(second) == whole
    root.get_by_label("Zoom in (plus)").click()
    assert pixels(first)["width"] == 4
    root.get_by_label("Zoom out (minus)").click()
    assert pixels(second) == whole
    assert root.get_by_label("Zoom out (minus)").is_disabled()


@pytest.mark.parametrize("explorer", [PICTURES], indirect=True)
def test_an_error_shows_with_its_line_and_the_last_good_pictures_stay(explorer):
    page, root = explorer
    view, box = root.locator(".mlc-view").nth(1), root.get_by_label("wrong")
    before = pixels(view)
    box.focus()
    press(page, "Space")
    wait_until(page, root, "root.querySelector('.mlc-error').innerText")
    said = root.locator(".mlc-error").text_content()
    assert 'ZeroDivisionError: no factor (line 12 of scaled: raise ZeroDivisionError("no factor"))' in said
    assert "still what the last good values gave" in said
    assert pixels(view) == before
    slide(root, 0.5, "factor")
    page.wait_for_python("calls[-1] == 0.5")
    assert pixels(view) == before
    press(page, "Space")
    wait_until(page, root, "!root.querySelector('.mlc-error').innerText && root.innerText.includes('sum 0.5')")
    assert root.locator(".mlc-kept").text_content() == ""


def test_values_are_back_after_a_restart(host):
    kept = PICTURES.replace("wrong=False", "wrong=False, key='mine'")
    host.write("lectures/explorer.ipynb", kept)
    with host.notebook("lectures/explorer.ipynb") as page:
        page.run_all()
        root = page.widget("mlc-explorer")
        root.get_by_label("shape").select_option("narrow")
        page.wait_for_python("explorer.answers.get('mine')['values']['shape'] == 'narrow'")
    with host.notebook("lectures/explorer.ipynb") as page:
        page.run_all()
        root = page.widget("mlc-explorer")
        root.locator('[aria-label^="z, 6 rows"]').wait_for()
        assert root.get_by_label("shape").input_value() == "1"
        assert page.python("calls") == [1.0]


def test_without_a_kernel_it_says_so_and_its_numbers_can_still_be_read(host):
    host.write("lectures/explorer.ipynb", PICTURES)
    with host.notebook("lectures/explorer.ipynb", quiet=False) as page:
        page.run_all()
        root = page.widget("mlc-explorer")
        root.wait_for()
        page._promise("jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
        slide(root, 0.5, "factor")
        page.tab.wait_for_function(
            "root => root.querySelector('.mlc-kept').innerText.includes('run the cell again')",
            arg=root.element_handle(),
            timeout=15_000,
        )
        root.locator(".mlc-view").first.focus()
        press(page, "+")
        assert reading(root) == "row 3, column 4: x 2.8; y 2.801"


@pytest.mark.parametrize("explorer", [PICTURES + "\ndisplay(explorer, Explorer.example())"], indirect=True)
def test_axe_finds_nothing_with_difference_zoom_and_an_error(explorer):
    page, root = explorer
    first = root.first
    first.get_by_role("button", name="Difference").click()
    first.locator(".mlc-view").first.focus()
    press(page, "+")
    first.get_by_label("wrong").click()
    wait_until(page, first, "root.querySelector('.mlc-error').innerText")
    page.widget("mlc-explorer").nth(1).scroll_into_view_if_needed()
    page.widget("mlc-explorer").nth(1).get_by_role("button", name="Difference").click()
    page.widget("mlc-explorer").nth(1).locator(".mlc-plot").focus()
    for theme in page.host.themes:
        page.theme(theme)
        page.tab.evaluate(AXE)
        found = page.tab.evaluate("rules => axe.run('.mlc', {runOnly: {type: 'tag', values: rules}})", RULES)
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
        page.widget("mlc-explorer").nth(1).scroll_into_view_if_needed()
        page.screenshot(f"explorer-{theme}")


EDITED = """
from mlcourse.widgets import Explorer, MatrixEditor

explorer = Explorer(
    lambda kernel, factor: {"y": kernel * factor}, kernel=MatrixEditor([[1, 2], [3, 4]], label="kernel"), factor=(1, 5, 1, 2)
)
explorer
"""


@pytest.mark.parametrize("explorer", [EDITED], indirect=True)
def test_an_edited_number_changes_the_picture_by_keyboard(explorer):
    page, root = explorer
    page.locator("[aria-label='kernel (edit)']").wait_for()
    with page.keys_stay_inside():
        root.get_by_label("kernel row 0, column 1").focus()
        press(page, "PageUp", "ArrowDown", "9", "Enter")
        wait_until(page, root, "root.innerText.includes('white 18')")
    assert page.python("explorer.found['y'].tolist()") == [[2, 6], [6, 18]]
    assert colour(root.locator(".mlc-view").first, 0, 0) == [0, 0, 0]
    assert colour(root.locator(".mlc-view").first, 1, 1) == [255, 255, 255]
