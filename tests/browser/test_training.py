"""A training in both hosts: its curves grow while the kernel is busy, the stop button ends it, and the next cell goes on."""

import base64
import json
import re

import numpy as np
import pytest

from mlcourse.trace import number
from mlcourse.widgets import Curves, curves, front
from mlcourse.widgets.curve_picture import thinned

DATA = """
import time
import numpy as np
import torch
from mlcourse.training import fit

images = np.random.default_rng(0).normal(size=(8, 1, 12, 16)).astype("float32")
masks = images > 0.5
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(2, 1, 1))

def loss(logits, masks):
    time.sleep(pause)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, masks)

pause, options = 0.03, dict(steps=400, batch=4, rate=0.1, every=50, validation=(images, masks), device="cpu")
"""
TRAIN = "fitted = fit(net, loss, images, masks, **options)"
GO_ON = "pause = 0\nfitted = fit(net, loss, images, masks, resume=fitted, **options)"
# While the cell runs; of the kernel the page may think it idle, since it answers widgets in a thread of their own.
GROWN = """([root, points]) => document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")[1].textContent.includes("*")
    && Number(root.dataset.points) >= points && Number(root.dataset.points)"""


def grows_to(page, root, points):
    """Wait until so many points are drawn, while the cell still runs; how many there are then."""
    drawn = page.tab.wait_for_function(GROWN, arg=[root.element_handle(), points], timeout=60_000)
    return drawn.json_value()


def test_curves_grow_and_the_stop_button_ends_it_and_it_goes_on(host):
    path = host.write("lectures/training.ipynb", DATA, TRAIN, GO_ON)
    with host.notebook(path) as page:
        page.run_cell(0)
        page.tab.evaluate(  # not waited for
            """() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
                       jupyterapp.commands.execute('notebook:run-cell'); }"""
        )
        root = page.widget("mlc-curves", "Training").first
        root.wait_for(timeout=60_000)
        points = grows_to(page, root, 10)
        grows_to(page, root, points + 45)
        assert root.locator(".mlc-stopped").text_content() == ""
        assert "s left" in root.locator(".mlc-progress").text_content()
        page.screenshot("training-grows")
        page.locator("[data-jp-item-name=interrupt] >> visible=true").first.click()
        page.wait_for_python("fitted.step > 0", seconds=60)
        step, stopped = page.python("(fitted.step, fitted.stopped)")
        assert 50 < step < 400
        assert stopped == f"Stopped after step {step} of 400. Call it again with resume= and what it returned."
        root.locator(".mlc-stopped", has_text=stopped).wait_for()
        assert root.get_attribute("data-points") == str(step + 2 * (step // 50))
        page.run_cell(2)
        assert page.python("(fitted.step, len(fitted.history['loss']))") == (400, 400)
        gone_on = page.widget("mlc-curves", "Training").nth(1)
        gone_on.locator(".mlc-stopped", has_text="All 400 steps are made.").wait_for()
        assert gone_on.get_attribute("data-points") == str(400 + 2 * 8)
        assert gone_on.locator("progress").evaluate("e => [e.value, e.max]") == [400, 400]
        page.theme("dark")
        page.screenshot("training-dark")
        page.save()
        cells = json.loads((host.root / path).read_text())["cells"]
        kept = ["".join(cell["outputs"][0]["data"]["text/html"]) for cell in cells[1:]]
        assert stopped in kept[0]
        assert f"step {step} of 400, loss " in kept[0]
        assert "All 400 steps are made." in kept[1]
        assert kept[1].count("<img") == 2
        if host.name == "lab":  # the page is opened again, and the kernel is still there
            page.open()
            root = page.widget("mlc-curves", "Training").nth(1)
            root.wait_for()
            assert root.get_attribute("data-points") == str(400 + 2 * 8)


MODEL = """async ({code, state}) => {
    const load = (text) => import(URL.createObjectURL(new Blob([text], {type: "text/javascript"})));
    const bytes = (value) => value?.bytes === undefined ? value
        : new DataView(Uint8Array.from(atob(value.bytes), (letter) => letter.charCodeAt(0)).buffer);
    const values = {}, listeners = {};
    window.receive = (news) => {  // as ipywidgets does: all values of a message first, then the events
        for (const [name, value] of Object.entries(news)) values[name] = bytes(value);
        for (const name of Object.keys(news)) (listeners[`change:${name}`] ?? []).forEach((listener) => listener());
    };
    window.receive(state);
    const model = {get: (name) => values[name], on: (event, listener) => (listeners[event] ??= []).push(listener)};
    (await load(code)).default.render({model, el: document.body});
    window.rewritten = 0;
    new MutationObserver(() => { window.rewritten += 1; }).observe(document.querySelector(".mlc-heard"), {childList: true});
}"""


class Page:
    """A widget on a page without Jupyter, to which messages come or are lost; time passes only when it is told to."""

    def __init__(self, tab, shown):
        self.tab, self.lost = tab, False
        shown.comm.send = self.hear
        tab.clock.install(time=0)
        tab.clock.pause_at(1_000_000)
        tab.evaluate(MODEL, {"code": front.esm("curves.js"), "state": self.wire(shown.get_state())})

    def wire(self, state):
        coded = {name: base64.b64encode(value).decode() for name, value in state.items() if isinstance(value, bytes)}
        return state | {name: {"bytes": value} for name, value in coded.items()}

    def hear(self, data, buffers):
        if not self.lost:
            news = data["state"] | {p[0]: bytes(b) for p, b in zip(data["buffer_paths"], buffers, strict=True)}
            self.tab.evaluate("news => receive(news)", self.wire(news))

    def points(self, passed=50):
        self.tab.clock.run_for(passed)
        return int(self.tab.locator(".mlc-curves").get_attribute("data-points"))


@pytest.fixture
def tab(chromium_browser):
    context = chromium_browser.new_context()
    yield context.new_page()
    context.close()


def test_of_many_points_every_peak_is_drawn_and_a_gap_stays(tab):
    shown = Curves(steps=10_000)
    values = np.random.default_rng(0).normal(size=10_000)
    values[7000], values[4000:4100] = 50, np.nan
    shown._points.add(5, {"metric": {"rare": 0.5}})
    for step, value in enumerate(values, 1):
        shown._points.add(step, {"loss": {"noisy": value}})
    shown.end("Stopped.")
    assert Page(tab, shown).points() == 10_001
    metric, loss = tab.locator(".mlc-plot").all()
    strokes = [plot.locator("path").first.get_attribute("stroke") for plot in (metric, loss)]
    assert strokes == ["#0072b2", "#d55e00"]  # a name has one colour in all panels
    assert metric.locator("path[stroke-width='6']").get_attribute("d") == "M62.15 125.00h0"  # a point alone
    loss.focus()
    mean = values[5000 - 250 : 5001 + 250].mean()
    reading = tab.locator(".mlc-reading").nth(1)
    assert reading.text_content() == f"step 5001: noisy {number(values[5000])} (smoothed {number(mean)})"
    thin = loss.locator("path").first.get_attribute("d")
    places = np.array(re.findall(r"[ML]([\d.]+) ([\d.]+)", thin), dtype=float)
    least, most = np.nanmin(values), 50
    x, y = 62 + 0.0298 * np.arange(1, 10_001), 238 - 226 * (values - least) / (most - least)
    runs = [np.arange(4000), np.arange(4100, 10_000)]
    kept = np.concatenate([run[thinned(2 * x[run], y[run])] for run in runs])  # two columns to a unit
    assert len(kept) < 4 * 600
    np.testing.assert_allclose(places, np.stack([x, y], axis=1)[kept], atol=0.006)
    assert thin.count("M") == 2
    assert tab.locator(".mlc-kept").text_content().startswith("Thick line of noisy: smoothed")


def test_lost_messages_are_made_up_for_and_little_is_read_aloud(tab, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(curves, "monotonic", lambda: now[0])
    shown = Curves(steps=50)
    page = Page(tab, shown)
    for step in range(1, 41):
        now[0] += 1
        page.lost = step == 20
        shown.add(step, {"loss": {"training": np.inf if step == 3 else 1 / step}})
        page.lost = False
        assert page.points() == (step if step < 20 else step - 1)
    assert tab.evaluate("rewritten") == 7  # of the eight tenths one was lost
    shown.end("Stopped.")
    assert page.points() == 40
    assert tab.locator(".mlc-stopped").text_content() == "Stopped."


def test_who_wants_little_to_move_sees_a_new_drawing_once_a_second(tab, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(curves, "monotonic", lambda: now[0])
    shown = Curves(steps=50)
    tab.emulate_media(reduced_motion="reduce")
    page = Page(tab, shown)
    for step in range(1, 7):
        now[0] += 0.2
        shown.add(step, {"loss": {"training": 1 / step}})
        assert page.points(150) == 0
    assert page.points(150) == 6
