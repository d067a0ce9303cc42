"""The MatrixEditor whole: paste, undo, reset, limits, drag, rows and columns; refused text changes nothing."""

import pytest

NOTEBOOK = """
from mlcourse.widgets import MatrixEditor
editor = MatrixEditor([[3, 1], [2, 1], [0, 7]], label="x", resizable=True, least=-100, most=100)
editor
"""
NOW = "(editor.value.tolist())"


@pytest.fixture
def editor(host):
    with host.cells(NOTEBOOK) as page:
        root = page.matrix_editor("x")
        root.locator("input").first.wait_for()
        yield page, root


def paste(root, position, text):
    cell = root.locator("input").nth(position)
    cell.focus()
    cell.evaluate(
        """(e, text) => {
            const data = new DataTransfer();
            data.setData("text", text);
            e.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def message(root):
    return root.locator(".mlc-error").text_content()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5\t6\n7\t8", [[5, 6], [7, 8], [0, 7]]),
        ("5,5\t-6\r\n7\t8\r\n", [[5.5, -6], [7, 8], [0, 7]]),
        ("[[1, 2], [3, 4], [5, 6], [7, 8]]", [[1, 2], [3, 4], [5, 6], [7, 8]]),
        ("array([[1., 2.],\n       [3., 4.]])", [[1, 2], [3, 4], [0, 7]]),
        ("[9, 8, 7]", [[9, 8, 7], [2, 1, 0], [0, 7, 0]]),
        ("1;2\n3;4", [[1, 2], [3, 4], [0, 7]]),
    ],
)
def test_a_table_is_pasted(editor, text, expected):
    page, root = editor
    paste(root, 0, text)
    page.wait_for_python(f"{NOW} == {expected}")
    assert message(root) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1\ttwo\n3\t4", '"two" in row 0'),
        ("1\t2\n3", "Row 1 of what was pasted has 1 numbers, row 0 has 2"),
        ("1\t2\n3\t999", "999 is outside -100 to 100"),
        ("[]", "no number in what was pasted"),
    ],
)
def test_a_table_that_does_not_do_changes_nothing_and_says_why(editor, text, told):
    page, root = editor
    paste(root, 0, text)
    assert told in message(root)
    assert page.python(NOW) == [[3, 1], [2, 1], [0, 7]]


def test_undo_and_reset_bring_the_numbers_back(editor):
    page, root = editor
    undo, reset = root.get_by_label("Undo x"), root.get_by_label("Reset x")
    assert undo.is_hidden()
    assert reset.is_hidden()
    paste(root, 0, "5\t6")
    paste(root, 0, "7\t8")
    page.wait_for_python(f"{NOW}[0] == [7, 8]")
    undo.click()
    page.wait_for_python(f"{NOW}[0] == [5, 6]")
    root.locator("input").first.focus()
    page.keyboard.press("Control+z")
    page.wait_for_python(f"{NOW}[0] == [3, 1]")
    assert undo.is_hidden()
    paste(root, 4, "[[1, 1], [1, 1]]")
    page.wait_for_python(f"len({NOW}) == 4")
    reset.click()
    page.wait_for_python(f"{NOW} == [[3, 1], [2, 1], [0, 7]]")
    undo.click()
    page.wait_for_python(f"len({NOW}) == 4")


def test_rows_and_columns_come_and_go_where_that_is_allowed(editor):
    page, root = editor
    root.get_by_label("Add a row to x").click()
    root.get_by_label("Add a column to x").click()
    page.wait_for_python(f"{NOW} == [[3, 1, 0], [2, 1, 0], [0, 7, 0], [0, 0, 0]]")
    for _ in range(2):
        root.get_by_label("Remove the last column of x").click()
    page.wait_for_python(f"{NOW} == [[3], [2], [0], [0]]")
    assert root.get_by_label("Remove the last column of x").is_disabled()


def test_a_number_is_dragged_and_stops_at_its_limit(editor):
    page, root = editor
    cell = root.locator("input").nth(3)
    box = page.place_of(cell)
    page.tab.mouse.move(box["x"] + 10, box["y"] + 10)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + 34, box["y"] + 10, steps=3)
    page.wait_for_python(f"{NOW}[1][1] == 4")
    page.tab.mouse.move(box["x"] + 1150, box["y"] + 10, steps=3)
    page.tab.mouse.up()
    page.wait_for_python(f"{NOW}[1][1] == 100")


@pytest.mark.parametrize(("text", "told"), [("", "is no number"), ("abc", "is no number"), ("1e3", "is outside")])
def test_what_is_no_number_or_too_large_is_refused_in_place(editor, text, told):
    page, root = editor
    cell = root.locator("input").nth(5)
    cell.fill(text)
    page.keyboard.press("Enter")
    assert told in message(root)
    assert cell.get_attribute("aria-invalid") == "true"
    cell.blur()
    assert cell.input_value() == "7"
    assert page.python(NOW) == [[3, 1], [2, 1], [0, 7]]


def test_a_column_is_as_wide_as_its_longest_number(host):
    cell = "from mlcourse.widgets import MatrixEditor\nMatrixEditor([[1, -1234567.891], [2, 3]], label='x')"
    with host.cells(cell) as page:
        inputs = page.matrix_editor().locator("input")
        inputs.nth(3).wait_for()
        short, long, below, _ = (one.bounding_box()["width"] for one in inputs.all())
        assert short == below < 70
        assert long > 90
        assert inputs.nth(1).evaluate("e => e.scrollWidth <= e.clientWidth")  # nothing of it is cut off
