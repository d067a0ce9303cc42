"""Each widget, found by its `example()`, in both hosts: no key leaves it, focus shows, names are there."""

import pytest

from mlcourse import widgets

WITH_EXAMPLE = [name for name in widgets.__all__ if hasattr(getattr(widgets, name), "example")]
KEYS = ["b", "d", "d", "ArrowDown", "ArrowUp", "Enter", "Escape", "Shift+Enter", "Control+Enter", "Delete", "x"]
FOCUSABLE = "button:enabled, input:enabled, select, textarea, summary, a[href], [tabindex='0']"


def test_every_widget_has_an_example():
    assert WITH_EXAMPLE == list(widgets.__all__)
    assert {"Player", "MatrixEditor"} <= set(WITH_EXAMPLE)


@pytest.fixture
def shown(host, request):
    host.write(
        "lectures/widget.ipynb",
        f"from mlcourse import widgets\nw = widgets.{request.param}.example()\nw",
        "1 + 1",
    )
    with host.notebook("lectures/widget.ipynb") as page:
        page.run_all()
        root = page.locator(".mlc").first
        root.wait_for()
        yield page, root


@pytest.mark.parametrize("shown", WITH_EXAMPLE, indirect=True)
def test_no_key_pressed_in_it_reaches_the_notebook(shown):
    page, root = shown
    parts = [root] if root.get_attribute("tabindex") else []
    parts += [part for part in root.locator(FOCUSABLE).all() if part.is_visible()]
    assert parts
    for part in parts:
        with page.keys_stay_inside():
            for key in KEYS:
                part.focus()
                page.keyboard.press(key)
    assert page.count_cells() == 2


@pytest.mark.parametrize("shown", WITH_EXAMPLE, indirect=True)
def test_every_part_has_a_name_and_shows_its_focus(shown):
    page, root = shown
    assert root.get_attribute("aria-label")
    page.keyboard.press("Escape")
    for part in root.locator(FOCUSABLE).all():
        assert part.evaluate("e => e.ariaLabel || e.innerText.trim()"), part.evaluate("e => e.outerHTML")
        part.focus()
        page.keyboard.press("Shift")  # so that the browser counts it as keyboard use
        outline = part.evaluate("e => getComputedStyle(e).outlineStyle + ' ' + getComputedStyle(e).outlineWidth")
        assert outline.startswith("solid") and outline != "solid 0px", part.evaluate("e => e.outerHTML")
