"""What a browser would run is gone from a page's HTML, and what an honest student shows is there."""

import pytest
from bs4 import BeautifulSoup
from foreign_course import code, notebook, text
from nbconvert.exporters import HTMLExporter
from nbformat import v4
from nbgrader.server_extensions.formgrader import handlers
from scripts import HONEST, HTML, PIXEL, html
from traitlets.config import Config

from mlcourse.grading import configure
from mlcourse.grading.steps.feedback.harmless import TO_GRADERS, harmless


def exporter(template="classic"):
    """As the formgrader makes its own: from the config, with a template of its choice."""
    c = Config()
    c.HTMLExporter.template_name = template
    c.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    configure(c)
    return HTMLExporter(config=c)


def body(nb):
    page, _ = exporter().from_notebook_node(nb)
    return BeautifulSoup(page, "html.parser").body


def shown(kind, value, **more):
    cell = code("a")
    cell.outputs = [v4.new_output("display_data", {kind: value} | more)]
    return cell


@pytest.mark.parametrize("name", HTML)
@pytest.mark.parametrize("place", ["markdown", "html", "markdown shown"])
def test_nothing_is_left_to_run(name, place):
    cell = {
        "markdown": lambda: text(html(name)),
        "html": lambda: shown("text/html", html(name)),
        "markdown shown": lambda: shown("text/markdown", html(name)),
    }[place]()
    found = body(notebook(cell))
    assert not found.find_all(["script", "iframe", "svg", "style", "form", "input", "button", "meta", "base", "object"])
    for tag in found.find_all(True):
        assert not [key for key in tag.attrs if key.startswith(("on", "data-"))]
        assert "asked" not in str(tag.get("src")) + str(tag.get("href")) + str(tag.get("style"))
        assert not str(tag.get("href", "")).startswith(("javascript", "page", "http:page"))
        assert "fixed" not in str(tag.get("style"))
        assert tag.get("id") not in ("double", "part-double")


@pytest.mark.parametrize(
    ("output", "instead"),
    [
        ({"application/javascript": "window.ran = 1"}, "[not shown here: application/javascript]"),
        ({"text/html": "<script>ran</script>", "text/plain": "<Plot>"}, "<Plot>"),
        ({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Slider"}, "Slider"),
        ({"text/html": "<b>bold</b>"}, "bold"),
        ({"text/html": ["<script>ran</script>"], "text/plain": "a list"}, "a list"),
        ({"image/png": '"><script>ran</script>', "text/plain": "a picture"}, "a picture"),
    ],
)
def test_an_output_that_only_runs_is_shown_as_text(output, instead):
    cell = code("a")
    cell.outputs = [v4.new_output("display_data", output, metadata={"text/html": {"isolated": True}})]
    found = body(notebook(cell))
    assert instead in found.text
    assert not found.find(["script", "iframe", "img"])


def test_what_is_honest_stays():
    found = body(notebook(*map(text, HONEST.values())))
    assert [cell.text for cell in found.select("td")] == ["1", "2"]
    assert "$a<b$" in found.text
    assert "$$\\sum_i x_i < 3$$" in found.text
    assert found.img["src"] == f"data:image/png;base64,{PIXEL}"
    assert found.img["alt"] == "a dot"
    assert found.find("a", href="https://nbgrader.readthedocs.io")
    assert found.select_one(".highlight .k").text == "if"


def test_outputs_that_are_honest_stay():
    table = '<table border="1" class="dataframe"><tr style="text-align: right;"><th>a</th></tr></table>'
    found = body(notebook(shown("text/html", table), shown("image/png", PIXEL), shown("image/svg+xml", "<svg/>")))
    assert found.find("table")["class"] == ["dataframe"]
    assert "text-align:right" in found.find("tr")["style"]
    assert [img["src"][:15] for img in found.find_all("img")] == ["data:image/png;", "data:image/svg+"]


def test_a_picture_that_is_missing_does_not_stop_the_page():
    assert "attachment:none.png" in body(notebook(text("![a](attachment:none.png) <script>ran</script>"))).text


@pytest.mark.parametrize("source", ["a/b.png", "b.PNG"])
def test_a_picture_beside_the_notebook_stays(source):
    assert source in harmless(f'<img src="{source}">')


@pytest.mark.parametrize(
    "source", ["../b.png", "/b.png", "//a/b.png", "https://a/b.png", "%2e%2e/b.png", "data:text/html;base64,AA"]
)
def test_other_pictures_go(source):
    assert "src" not in harmless(f'<img src="{source}">')


def test_what_is_for_graders_stands_in_the_formgrader_alone():
    cell = code("assert f(7093)", "t", 1)
    cell.metadata["judge"] = {"detail": [v4.new_output("error", ename="E", evalue="7093", traceback=["<b>7093</b>"])]}
    nb = notebook(cell)
    nb.cells[0].source = "assert f"
    page, _ = exporter("formgrade").from_notebook_node(nb, resources={"index": 0, "total": 1})
    assert TO_GRADERS.strip() in BeautifulSoup(page, "html.parser").text
    assert "&lt;b&gt;7093" in page
    assert "7093" not in body(nb).text
