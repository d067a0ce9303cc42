"""Exported pages, opened from the disk with the network off: everything lives, nothing comes from elsewhere."""

import re

import nbformat
import pytest
from chromium import outside_requests
from explorer_page import slide
from test_every_widget import AXE, RULES

from mlcourse.publish.page import export

WORDS = r"""# A page

Some words about $x_{ij}$ and a matrix:

$$w = \begin{pmatrix} 1 & -1 \\ 0 & 2 \end{pmatrix}$$

It costs `$5`, see [the other](other.ipynb) and [lecture 03](taken.ipynb).
"""
EXPLORER = """
import numpy as np
from mlcourse.widgets import Explorer

def scaled(factor, sign):
    if factor == 3:
        raise ValueError("no three")
    x = np.arange(12.0).reshape(3, 4)
    return {"x": x, "y": x * factor * (-1 if sign == "minus" else 1), "curve": x[factor % 3], "sum": factor * 66.0}

Explorer(scaled, factor=(1, 5, 1, 2), sign=["plus", "minus"])
"""
QUIZ = """
from mlcourse.widgets import *
Quiz.ask("What is 6 times 7?", 42, wrong=[(13, "That is the sum.", "Multiply.")], explains="Six sevens.")
"""


def folded(source):
    return nbformat.v4.new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The folder of a page with every kind of widget, and of a second one."""
    folder = tmp_path_factory.mktemp("pages")
    code, words = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [
        words(WORDS),
        code(EXPLORER),
        folded(QUIZ),
        code("Prediction('What do you expect?')"),
        code("Player.example()"),
        code("MatrixEditor.example()"),
        code("Painter.example()"),
        code("StackBuilder.example()"),
        code("import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\nprint('<b>said</b>')"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "page.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=[words("# Other\n\nShort.")]), folder / "other.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), folder / "taken.ipynb")
    (folder / ".mlcourse").mkdir()
    (folder / ".mlcourse" / "page.json").write_text(
        '{"format": "mlcourse answers, version 1", "answers": {"What do you expect?": "the author\'s own words"}}'
    )
    list(export([folder / "page.ipynb", folder / "other.ipynb"], folder / "site"))
    return folder / "site"


@pytest.fixture
def opened(chromium_browser, pages):
    """A tab with the page, which must stay quiet."""
    context = chromium_browser.new_context(offline=True)
    outside, problems, tab = outside_requests(context), [], context.new_page()
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    tab.goto((pages / "page.html").as_uri())
    tab.locator(".mlc").nth(6).wait_for()
    yield tab
    context.close()
    assert not outside
    assert not problems


def test_nothing_comes_from_elsewhere_and_the_page_is_small(pages):
    text = (pages / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"""<(script|link|img|iframe)[^>]*(src|href)=["'](?!data:)""", text)
    assert "url(" not in text
    pictures = sum(map(len, re.findall(r'"data:image/[^"]*"|"(?:data|frame_data)":"[^"]*"', text)))
    assert len(text) - pictures < 1e6
    assert "the author" not in text


def test_words_formulas_and_links(opened, pages):
    assert opened.title() == "A page"
    assert opened.locator(".words math").count() == 2
    assert opened.locator(".words math[display=block] mtd").all_text_contents() == ["1", "−1", "0", "2"]
    assert opened.locator(".words code").text_content() == "$5"
    assert opened.get_by_role("link", name="the other").get_attribute("href") == "other.html"
    assert opened.get_by_role("link", name="lecture 03").get_attribute("href") == "notebooks/taken.ipynb"
    assert (pages / "notebooks" / "taken.ipynb").is_file()
    assert "<b>said</b>" in opened.locator(".said").last.text_content()
    opened.get_by_role("link", name="Contents").click()
    assert opened.get_by_role("listitem").all_text_contents() == [
        "A pageSome words about x_{ij} and a matrix:",
        "OtherShort.",
    ]


def test_a_folded_cell_shows_its_answer_only_when_asked(opened):
    code = opened.locator("details", has_text="Code of the question below")
    assert not code.locator("pre").is_visible()
    code.locator("summary").press("Enter")
    assert code.locator("pre").is_visible()


def test_the_player_steps_by_keyboard_and_comes_back_where_it_was(opened):
    opened.locator(".mlc-player").focus()
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    assert opened.locator(".mlc-player .mlc-count").text_content() == "4 / 26"
    opened.reload()
    opened.locator(".mlc-player .mlc-count", has_text="4 / 26").wait_for()


def test_numbers_that_need_python_are_refused_in_place(opened):
    for editor in (
        opened.locator(".mlc-player [aria-label='x (edit)']"),
        opened.locator("[data-mlc] > .mlc-matrix-editor"),
    ):
        cell = editor.locator("input").first
        cell.fill("99")
        cell.press("Enter")
        assert "Open the notebook where Python runs" in editor.locator(".mlc-error").text_content()
        cell.press("Escape")
        assert cell.input_value() == "3"


def test_a_painting_is_read_there_and_not_painted(opened):
    root = opened.locator("[data-mlc] > .mlc-painter")
    root.locator(".mlc-paper").focus()
    opened.keyboard.press("ArrowRight")
    assert root.locator(".mlc-reading").text_content() == "row 6, column 7: 0.9"
    opened.keyboard.press("Delete")
    assert root.locator(".mlc-reading").text_content() == "row 6, column 7: 0.9"
    assert "Open the notebook where Python runs" in root.locator(".mlc-error").text_content()
    assert root.locator("button:visible").count() == 0


def test_answers_are_kept_in_the_browser(opened):
    opened.get_by_label("Your answer").fill("13")
    opened.get_by_label("Your answer").press("Enter")
    assert "That is the sum." in opened.locator(".mlc-quiz").text_content()
    opened.get_by_role("textbox", name="Your prediction").fill("it grows")
    opened.get_by_role("textbox", name="Your prediction").blur()
    opened.reload()
    opened.locator(".mlc-quiz", has_text="That is the sum.").wait_for()
    assert opened.get_by_role("textbox", name="Your prediction").input_value() == "it grows"
    opened.get_by_label("Your answer").fill("42")
    opened.get_by_label("Your answer").press("Enter")
    opened.locator(".mlc-quiz", has_text="Six sevens.").wait_for()


def test_the_explorer_moves_through_frames(opened):
    root = opened.locator(".mlc-explorer")
    view = root.locator(".mlc-view").nth(1)
    assert "sum 132" in root.locator(".mlc-readings").text_content()
    root.get_by_label("factor", exact=True).press("End")
    assert "sum 330" in root.locator(".mlc-readings").text_content()
    root.get_by_label("sign").select_option("minus")
    view.focus()
    for _ in range(3):
        opened.keyboard.press("ArrowDown")
        opened.keyboard.press("ArrowRight")
    assert "row 2, column 3: x 11; y -55" in root.locator(".mlc-reading").first.text_content()
    slide(root, 3, "factor")
    assert "no three" in root.locator(".mlc-error").text_content()
    slide(root, 4, "factor")
    assert root.locator(".mlc-error").text_content() == ""
    opened.wait_for_timeout(500)  # longer than until it would say that it waits for Python
    assert root.locator(".mlc-kept").text_content() == ""


def test_the_stack_is_built_without_python(opened):
    root = opened.locator(".mlc-builder")
    before = root.locator("table").first.inner_text()
    root.get_by_role("button", name="Add", exact=True).click()
    assert root.locator("table").first.inner_text() != before
    assert "Open the notebook where Python runs" in root.locator(".mlc-kept").last.text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(opened, scheme):
    opened.emulate_media(color_scheme=scheme)
    opened.evaluate(AXE)
    found = opened.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    told = [f"{v['id']}: {v['help']}: {[n['html'][:150] for n in v['nodes'][:3]]}" for v in found["violations"]]
    assert not told, "\n".join(told)


def test_without_javascript_there_are_tables_to_read(chromium_browser, pages):
    context = chromium_browser.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto((pages / "page.html").as_uri())
    text = tab.locator("main").inner_text()
    for words in ("What is 6 times 7?", "What do you expect?", "training_step", "Conv"):
        assert words in text
    assert "run the cell" not in text
    assert tab.locator("main table").count() >= 4
    context.close()


def test_printed_it_holds_everything(opened):
    opened.emulate_media(media="print")
    assert not opened.locator(".mlc-controls").is_visible()
    assert opened.locator(".mlc-player .mlc-grid").first.is_visible()
    assert len(opened.pdf()) > 20_000
