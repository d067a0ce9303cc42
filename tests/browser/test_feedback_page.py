"""Pages of nbgrader in a browser: nothing a student wrote runs, and the page of feedback is readable by everybody."""

import functools
import http.server
import os
import re
import sys
import threading
from pathlib import Path

import axe_playwright_python
import pytest
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).parents[1] / "grading" / "steps"))

from foreign_course import RIGHT, Course, answered, doubling, text
from nbgrader.server_extensions.formgrader import handlers
from scripts import HONEST, HTML, cells, html

from mlcourse.grading import configure

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
STATIC = "/formgrader/static/"
API = re.compile("/formgrader/(static|api)/")  # what its own scripts ask for
pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
]


class Served(http.server.SimpleHTTPRequestHandler):
    """The pages, and nbgrader's own scripts where the formgrader has them."""

    def translate_path(self, path):
        if path.startswith(STATIC):
            return str(Path(handlers.static_path) / path.removeprefix(STATIC).partition("?")[0])
        return super().translate_path(path)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which one student has handed in every trick, and one an honest but partly wrong notebook."""
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    course = Course(tmp_path_factory.mktemp("pages"))
    course.source(doubling())
    assert course.release()["success"]
    nasty = answered(course.released(), **RIGHT | {"why": "\n\n".join(map(html, HTML))})
    nasty.cells += cells()
    folder = course.hand_in(nasty, "nasty")
    (folder / "page.html").write_text(html("script"))
    wide = "half = lambda x: x / 3  # " + "a_long_name_without_a_break" * 12
    honest = answered(course.released(), **RIGHT | {"half": wide, "why": "\n\n".join(HONEST.values())})
    honest.cells.append(text("| " + " | ".join(f"column {n}" for n in range(30)) + " |\n" + "|---" * 30 + "|"))
    course.hand_in(honest, "honest")
    for made in (course.api().autograde("ps1", "*"), course.api().generate_feedback("ps1")):
        assert made["success"], made["log"]
    yield course
    os.environ["PATH"] = before


@pytest.fixture(scope="module")
def address(graded):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Served, directory=graded.root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def formgraders_page(course, student, ours=True):
    """As its handler makes it."""
    c = Config()
    c.HTMLExporter.template_name = "formgrade"
    c.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    if ours:
        configure(c)
    about = {"index": 0, "total": 1, "base_url": "", "notebook_id": "p1", "assignment_id": "ps1", "submission_id": "1"}
    path = course.root / "autograded" / student / "ps1" / f"formgrader_{ours}.html"
    nb = course.autograded(student)
    nb.cells = [
        cell for cell in nb.cells if ours or "attachment:" not in cell.source
    ]  # these would stop nbgrader's page
    page, _ = HTMLExporter(config=c).from_notebook_node(nb, resources=about)
    path.write_text(page)
    return path.relative_to(course.root).as_posix()


def visited(browser, url, presses=True):
    """(what ran, what was asked for beside nbgrader's own scripts), with everything pressed, pointed at and looked at."""
    page = browser.new_context().new_page()
    ran, asked = set(), []
    page.expose_function("note", lambda name: ran.add(name))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="load")
    if presses:
        page.evaluate(
            """() => document.querySelectorAll('main *, #notebook *').forEach(e => {
            for (const type of ['mouseover', 'focus', 'toggle', 'error', 'load']) e.dispatchEvent(new Event(type, {bubbles: true}));
            if (!/^https?:\\/\\/(?!127)/.test(e.href || '')) e.click();
        })"""
        )
    page.wait_for_timeout(300)
    there = page.url
    page.context.close()
    expected = (url, "data:")
    asked = [one for one in asked if not one.startswith(expected) and not API.search(one)]
    return sorted(ran), asked, there.partition("?")[0].partition("#")[0]


def test_nothing_runs_in_the_feedback(chromium_browser, graded, address):
    url = f"{address}/feedback/nasty/ps1/p1.html"
    assert visited(chromium_browser, url) == ([], [], url)


def test_nothing_runs_in_the_formgrader(chromium_browser, graded, address):
    ran, asked, there = visited(chromium_browser, f"{address}/{formgraders_page(graded, 'nasty')}")
    assert ran == [one for one in asked if "/libs/mathjax/" not in one] == []
    assert there.startswith(f"{address}/formgrader/submissions/1/")  # its own scripts write that


@pytest.mark.filterwarnings("ignore:Your element with mimetype")
def test_as_nbgrader_has_it_they_run(chromium_browser, graded, address):
    """Otherwise the tests above could not fail."""
    ran, asked, _ = visited(
        chromium_browser, f"{address}/{formgraders_page(graded, 'nasty', ours=False)}", presses=False
    )
    assert {"script", "onerror", "svg"} <= set(ran)
    assert asked


@pytest.fixture
def feedback(chromium_browser, graded, address):
    """The honest student's page on a phone."""
    context = chromium_browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/feedback/honest/ps1/p1.html", wait_until="load")
    yield page
    context.close()


def test_on_a_phone_nothing_scrolls_sideways_but_a_wide_table(feedback):
    assert feedback.evaluate("document.scrollingElement.scrollWidth") == 390
    wider = feedback.evaluate(
        """() => [...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth
            && getComputedStyle(e).overflowX !== 'visible').map(e => [e.className, e.tabIndex])"""
    )
    assert wider == [["rendered_html", 0]]


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (390, "dark"), (1280, "light")])
def test_axe_finds_nothing(width, theme, feedback):
    feedback.set_viewport_size({"width": width, "height": 844})
    feedback.emulate_media(color_scheme=theme)
    ground = feedback.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 22, 22)"}[theme]
    feedback.evaluate(AXE)
    found = feedback.evaluate("axe.run(document)")
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []
    assert len(found["passes"]) > 20


def test_formulas_are_drawn_without_a_script(feedback):
    drawn = feedback.locator("math")
    assert drawn.evaluate_all("all => all.map(e => e.textContent)") == ["a<b", "∑ixi<3"]
    inline, block = (one.bounding_box() for one in drawn.all())
    assert block["height"] > 1.5 * inline["height"]  # the sum is large, its index below it
    assert feedback.locator("script").count() == 0


def test_by_keyboard_every_link_is_reached_and_leads_to_its_part(feedback):
    links = feedback.locator("nav a")
    assert links.count() == 4
    for number in range(4):
        feedback.keyboard.press("Tab")
        assert links.nth(number).evaluate("e => e === document.activeElement")
        assert links.nth(number).evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    feedback.keyboard.press("Enter")
    assert feedback.evaluate("document.querySelector(':target').textContent.trim()").startswith("Test parts")


def test_a_screen_reader_finds_headings_landmarks_and_the_language(feedback):
    heads = feedback.evaluate(
        "[...document.querySelectorAll('h1, h2')].map(e => e.textContent.trim().replace(/\\s+/g, ' '))"
    )
    assert heads[0] == "Feedback: p1"
    assert "Test halves: 0 of 1 points" in heads
    assert feedback.evaluate("document.documentElement.lang") == "en"
    assert [feedback.locator(mark).count() for mark in ("header", "nav[aria-label]", "main")] == [1, 1, 1]
    assert "in line 1 of the test: assert half(4) == 2" in feedback.locator("main").inner_text()
