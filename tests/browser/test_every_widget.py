"""Each widget, found by its `example()`, in both hosts: no key leaves it, focus shows, names are there."""

from pathlib import Path

import axe_playwright_python
import pytest

from mlcourse import widgets

WITH_EXAMPLE = [name for name in widgets.__all__ if hasattr(getattr(widgets, name), "example")]
TALL = 12000  # pixels: all widgets below each other, since a notebook draws what is in sight
KEYS = ["b", "d", "d", "ArrowDown", "ArrowUp", "Enter", "Escape", "Shift+Enter", "Control+Enter", "Delete", "x"]
FOCUSABLE = "button:enabled, input:enabled, select, textarea, summary, a[href], [tabindex='0']"


def test_every_widget_has_an_example():
    assert list(widgets.__all__) == WITH_EXAMPLE
    assert "Player" in WITH_EXAMPLE


@pytest.fixture
def shown(host, request):
    with host.cells(f"from mlcourse import widgets\nw = widgets.{request.param}.example()\nw", "1 + 1") as page:
        root = page.locator(".mlc").first
        root.wait_for()
        yield page, root


def parts_of(root):
    """Everything in a widget that can be focused now; handles, since more may come and go while keys are pressed."""
    own = [root.element_handle()] if root.get_attribute("tabindex") else []
    return own + [part for part in root.locator(FOCUSABLE).element_handles() if part.is_visible()]


def no_key_pressed_in_it_reaches_the_notebook(page, root):
    parts = parts_of(root)
    assert parts
    for part in parts:
        with page.keys_stay_inside():
            for key in KEYS:
                if part.is_visible():  # Undo goes when there is nothing left to undo
                    part.focus()
                page.keyboard.press(key)
    assert page.count_cells() == 2


def every_part_has_a_name_and_shows_its_focus(page, root):
    assert root.get_attribute("aria-label")
    page.keyboard.press("Escape")
    for part in parts_of(root):
        assert part.evaluate("e => e.ariaLabel || e.innerText.trim()"), part.evaluate("e => e.outerHTML")
        part.focus()
        page.keyboard.press("Shift")  # so that the browser counts it as keyboard use
        outline = part.evaluate("e => getComputedStyle(e).outlineStyle + ' ' + getComputedStyle(e).outlineWidth")
        assert outline == "solid 3px", part.evaluate("e => e.outerHTML")


AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("theme", ["light", "dark", "hc"])
def test_axe_finds_no_violation_of_wcag_22_aa(host, theme):
    cells = [f"from mlcourse import widgets\nwidgets.{name}.example()" for name in WITH_EXAMPLE]
    with host.cells(*cells) as page:
        page.theme(theme)
        page.locator(".mlc").nth(len(cells) - 1).wait_for(state="attached")
        for root in page.locator(".mlc").all():
            root.scroll_into_view_if_needed()
        page.tab.evaluate(AXE)
        found = page.tab.evaluate(
            "rules => axe.run('.mlc', {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations', 'passes']})",
            RULES,
        )
        told = [
            f"{v['id']}: {node['html'][:200]} {node['failureSummary']}"
            for v in found["violations"]
            for node in v["nodes"]
        ]
        assert not told, "\n".join(told)
        assert len(found["passes"]) > 10


def test_axe_would_find_one(host):
    with host.cells("from IPython.display import HTML\nHTML('<div class=mlc><input></div>')") as page:
        page.tab.evaluate(AXE)
        found = page.tab.evaluate("rules => axe.run('.mlc', {runOnly: {type: 'tag', values: rules}})", RULES)
        assert "label" in {violation["id"] for violation in found["violations"]}


def everything_that_is_pressed_is_large_enough_and_fits_400_pixels(page, root):
    root.evaluate("e => { e.parentElement.style.width = '400px'; }")  # Lab's own panels take more than that
    page.tab.wait_for_timeout(300)
    for part in root.locator("button, input, textarea").all():
        box = part.bounding_box()
        if box:
            assert min(box["width"], box["height"]) >= 24, part.evaluate("e => e.outerHTML")
    overflow = root.evaluate("e => e.scrollWidth - e.clientWidth")
    assert overflow <= 1


def nothing_moves_for_who_asked_for_reduced_motion(page, root):
    page.tab.emulate_media(reduced_motion="reduce")
    moving = """root => {
        root.style.transition = "background 9s";  // one that would move
        return [root, ...root.querySelectorAll("*")].filter(e => {
            const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(e);
            return transitionDuration !== "0s" || animationName !== "none" || scrollBehavior !== "auto";
        }).map(e => e.outerHTML.slice(0, 200));
    }"""
    assert root.evaluate(moving) == []
    page.tab.emulate_media(reduced_motion="no-preference")
    assert len(root.evaluate(moving)) == 1  # the same question would find it


@pytest.mark.both_hosts
@pytest.mark.parametrize("shown", WITH_EXAMPLE, indirect=True)
def test_keys_names_sizes_and_stillness(shown):
    """On one page one after the other, since to open a page takes seconds."""
    no_key_pressed_in_it_reaches_the_notebook(*shown)
    every_part_has_a_name_and_shows_its_focus(*shown)
    everything_that_is_pressed_is_large_enough_and_fits_400_pixels(*shown)
    nothing_moves_for_who_asked_for_reduced_motion(*shown)


def test_what_stands_there_without_a_kernel_can_be_read(host):
    """Run, saved, and opened again when the kernel is gone: the first state, and what to do; never a bare error."""
    cells = [f"from mlcourse import widgets\nwidgets.{name}.example()" for name in WITH_EXAMPLE]
    host.write("lectures/left.ipynb", *cells)
    with host.notebook("lectures/left.ipynb", height=TALL) as page:
        page.run_all()
        page.locator(".mlc").nth(len(cells) - 1).wait_for()
        for n in range(len(cells)):
            assert page.locator(".mlc-first").nth(n).is_hidden()  # alive, it stands alone
        page.save()
    with host.notebook("lectures/left.ipynb", quiet=False, height=TALL) as page:
        page.locator(".mlc-first").nth(len(cells) - 1).wait_for()
        for n, name in enumerate(WITH_EXAMPLE):
            text = page.locator(".jp-OutputArea").nth(n).inner_text()
            assert "run the cell above" in text, name
            assert " object at 0x" not in text, name
            assert any(word in text for word in ("Output (0, 0)", "Predict.", "Question.", "Last values", "3")), name
    untrusted = host.root / "lectures" / "left.ipynb"
    untrusted.write_text(untrusted.read_text().replace('"trusted": true', '"trusted": false'))
    untrusted.rename(untrusted.with_name("stranger.ipynb"))  # a new name and place: nobody has trusted it
    with host.notebook("lectures/stranger.ipynb", quiet=False, height=TALL) as page:
        page.locator(".mlc-first").nth(len(cells) - 1).wait_for()
        for n, name in enumerate(WITH_EXAMPLE):
            assert "run the cell above" in page.locator(".jp-OutputArea").nth(n).inner_text(), name
