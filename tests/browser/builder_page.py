"""What a student does to a StackBuilder, and what can be seen of it then."""

import numpy as np

LECTURE = """
import numpy as np
from mlcourse.ops import *
from mlcourse.widgets import StackBuilder

image = np.random.default_rng(0).normal(size=(32, 32))
builder = StackBuilder([Conv(3, 3, padding="same"), MaxPool(2), Conv(5, 3, padding="same")], image=image)
builder
"""


def table(root):
    """The numbers of the table, row by row, without the settings between."""
    return [
        [cell.text_content() for cell in row.locator("th, td").all()]
        for row in root.locator("tr:has(> th[scope=row])").all()
    ]


def focused(page):
    return page.tab.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText")


def wait_for_layers(page, *expected):
    page.wait_for_python(f"[str(layer) for layer in builder.layers] == {list(expected)}")


def line(root, number):
    return root.locator("tbody").nth(number)


def words(root, number):
    return line(root, number).locator(".mlc-reading").text_content()


def pixels(picture):
    """Grey of every pixel of a map."""
    seen = picture.locator("canvas").evaluate(
        """e => ({width: e.width, height: e.height,
                  data: [...e.getContext("2d").getImageData(0, 0, e.width, e.height).data]})"""
    )
    return np.reshape(seen["data"], (seen["height"], seen["width"], 4))[..., 0]


def greys(outputs):
    outputs = np.array(outputs)
    return np.floor(255 * (outputs - outputs.min()) / np.ptp(outputs) + 0.5)


def drawn_right(page, root):
    for number, output in enumerate(page.python("[output.tolist() for output in builder.outputs]")):
        pictures = line(root, number).locator(".mlc-maps").first.locator(".mlc-map").all()
        assert len(pictures) == len(output)
        shown = np.array([pixels(picture) for picture in pictures])
        assert np.abs(shown - greys(output)).max() <= 1  # float32 against float64 may fall to the other side
    return True


def frames(root, number, kind):
    """Marks in the first map of a line: (row, column, rows, columns) of each."""
    marks = line(root, number).locator(".mlc-maps").first.locator(".mlc-map").first.locator(f"rect.{kind}").all()
    return [tuple(int(mark.get_attribute(name)) for name in ("y", "x", "height", "width")) for mark in marks]
