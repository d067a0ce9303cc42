"""The three kinds of question by keyboard alone, in both hosts: tries, hints, the answer, and what is kept."""

import pytest
from test_every_widget import AXE, RULES

CELLS = (
    "import numpy as np\nfrom mlcourse.widgets import Quiz\nnumber = Quiz.example()\nnumber",
    'choice = Quiz.choose("Which way?", ["flipped", "as it is", "turned"], "as it is",\n'
    '    wrong=[("flipped", "That is convolution in mathematics.", "Look at the indices."),\n'
    '           ("turned", "By 90 degrees?", "")], hints=["Lay it on."], explains="So it is.")\nchoice',
    'cells = Quiz.mark("Which pixels does output (0, 1) see?", np.arange(12.0).reshape(3, 4), np.s_[0:2, 1:3],\n'
    '    wrong=[(np.s_[0:2, 0:2], "These are those of output (0, 0).", "One step to the right.")])\ncells',
)


@pytest.fixture
def page(host):
    with host.cells(*CELLS) as page:
        page.widget("mlc-quiz").nth(2).wait_for()
        yield page


def told(root):
    return root.locator(".mlc-answer")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def button(root, name):
    return root.get_by_role("button", name=name, exact=True)


def answer(page, root, text):
    root.locator("input").first.focus()
    press(page, "ControlOrMeta+a")
    page.keyboard.type(text)
    press(page, "Enter")


def test_a_number(page):
    root = page.widget("mlc-quiz").first
    with page.keys_stay_inside():
        answer(page, root, "many")
        assert "no number" in root.locator(".mlc-error").text_content()
        assert page.python("number.tries") == []
        answer(page, root, "-14.8")
        page.wait_for_python("number.tries == [-14.8]")
        assert "keeps what the last placement" in told(root).text_content()
        assert "Hint" not in told(root).text_content()
        button(root, "Hint").focus()
        press(page, "Enter")
        assert "The same weights were used at every placement" in told(root).text_content()
        press(page, "Enter")  # the next one; then there are no more, and the keyboard stays in the question
        assert told(root).locator("p").count() == 3
        assert button(root, "Hint").is_hidden()
        assert button(root, "Check").evaluate("e => e === document.activeElement")
        assert button(root, "Show the answer").is_hidden()
        for wrong in ("1", "2"):
            answer(page, root, wrong)
        assert told(root).text_content() == "✗ Not yet. Try again."
        button(root, "Show the answer").focus()
        press(page, "Space")
        assert "The answer is -37." in told(root).text_content()
        assert root.locator("input").first.input_value() == "-37"
        answer(page, root, "-37")
        assert told(root).text_content().startswith("✓ Right. -7.4 × 3")
    page.wait_for_python("number.solved")
    assert page.python("number.tries") == [-14.8, 1, 2, -37]


def test_a_choice(page):
    root = page.widget("mlc-quiz").nth(1)
    with page.keys_stay_inside():
        button(root, "Check").focus()
        press(page, "Enter")
        assert "Choose one first" in root.locator(".mlc-error").text_content()
        root.get_by_label("flipped").focus()
        press(page, "Space")
        button(root, "Check").focus()
        press(page, "Enter")
        assert "That is convolution in mathematics." in told(root).text_content()
        root.get_by_label("flipped").focus()
        press(page, "ArrowDown")
        button(root, "Check").focus()
        press(page, "Enter")
        assert told(root).text_content() == "✓ Right. So it is."
    page.wait_for_python("choice.solved")


def test_cells(page):
    root = page.widget("mlc-quiz").nth(2)
    with page.keys_stay_inside():
        root.locator("td button").first.focus()
        press(page, "Space", "ArrowRight", "Space", "ArrowDown", "Space", "ArrowLeft", "Space")
        assert root.locator("td.read").count() == 4
        button(root, "Check").focus()
        press(page, "Enter")
        assert "These are those of output (0, 0)." in told(root).text_content()
        root.locator("td button").nth(0).focus()
        press(page, "Enter", "ArrowDown")  # the arrow works from where it was left
        root.locator("td button").nth(4).focus()
        press(page, "Enter")
        for cell in (2, 6):
            root.locator("td button").nth(cell).click()
        button(root, "Check").focus()
        press(page, "Enter")
        assert told(root).text_content().startswith("✓ Right.")
    page.wait_for_python("cells.solved")


def test_tries_are_back_after_a_restart_and_it_works_without_a_kernel(host):
    host.write("lectures/quiz.ipynb", *CELLS)
    with host.notebook("lectures/quiz.ipynb") as page:
        page.run_all()
        answer(page, page.widget("mlc-quiz").first, "-14.8")
        page.wait_for_python("number.tries == [-14.8]")
    with host.notebook("lectures/quiz.ipynb", quiet=False) as page:
        page.run_all()
        root = page.widget("mlc-quiz").first
        root.locator(".wrong").wait_for()
        assert root.locator("input").first.input_value() == "-14.8"
        page._promise("jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
        answer(page, root, "-37")
        root.locator(".right").wait_for()


def test_axe_finds_nothing_in_any_kind_and_state(page):
    for number in range(3):
        root = page.widget("mlc-quiz").nth(number)
        root.scroll_into_view_if_needed()
    answer(page, page.widget("mlc-quiz").first, "-14.8")
    button(page.widget("mlc-quiz").first, "Hint").click()
    page.widget("mlc-quiz").nth(2).locator("td button").first.click()
    for theme in page.host.themes:
        page.theme(theme)
        page.tab.evaluate(AXE)
        found = page.tab.evaluate("rules => axe.run('.mlc', {runOnly: {type: 'tag', values: rules}})", RULES)
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
        page.screenshot(f"quiz-{theme}")
