"""Curves: how few messages travel and that none is missed, what is smoothed and thinned, what is told and what is left."""

import base64
import json
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from mlcourse.widgets import Curves, curves
from mlcourse.widgets.curves import in_words

RNG = np.random.default_rng(0)


@pytest.fixture
def clock(monkeypatch):
    """The time that Curves believe it is."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(curves, "monotonic", lambda: clock.now)
    return clock


class Page:
    """A page that opens now: it gets the state, then the messages, and reads them as curves.js does."""

    def __init__(self, shown):
        self.state, self.messages, send = shown.get_state(), [], shown.comm.send

        def hear(data, buffers):
            self.messages.append(json.loads(json.dumps(data, allow_nan=False)))
            self.state |= data["state"] | {p[0]: bytes(b) for p, b in zip(data["buffer_paths"], buffers, strict=True)}
            send(data=data, buffers=buffers)

        shown.comm.send = hear

    def chunks(self):
        later = [self.state[f"chunk_{n}"] for n in range(self.state["first"], self.state["chunks"])]
        return [np.frombuffer(chunk).reshape(-1, 3) for chunk in (self.state["data"], *later)]

    def points(self):
        """Of each curve, (step, value) of all points."""
        rows = np.concatenate(self.chunks())
        names = [(curve["panel"], curve["name"]) for curve in self.state["curves"]]
        return {name: rows[rows[:, 0] == k, 1:].tolist() for k, name in enumerate(names)}


def train(shown, clock, steps, seconds):
    """Steps of so many seconds, a validation every seventh; returns what went in."""
    given = {("loss", "training"): [], ("loss", "validation"): []}
    for step in steps:
        clock.now += seconds
        values = {"training": float(RNG.normal())} | ({"validation": float(RNG.normal())} if step % 7 == 0 else {})
        shown.add(step, {"loss": values})
        for name, value in values.items():
            given["loss", name].append([step, value])
    return given


def test_few_messages_travel_and_each_point_once(clock):
    shown = Curves(steps=2000)
    page = Page(shown)
    given = train(shown, clock, range(1, 2001), 0.005)
    assert 90 <= len(page.messages) <= 101  # in ten seconds
    assert max(len(chunk) for chunk in page.chunks()) <= 2 * 25  # values and means
    assert not any("data" in message["state"] for message in page.messages)
    shown.flush()
    assert page.points() == given
    count = len(page.messages)
    shown.flush()
    assert len(page.messages) == count  # nothing new


def test_in_a_long_training_messages_are_rarer_and_a_slow_step_goes_at_once(clock):
    shown = Curves(steps=40_000)
    page = Page(shown)
    train(shown, clock, range(1, 36_001), 0.1)  # an hour
    assert 2000 < len(page.messages) < 6000
    count = len(page.messages)
    train(shown, clock, range(36_001, 36_041), 0.1)  # four seconds
    assert 2 <= len(page.messages) - count <= 3
    count = len(page.messages)
    for step in range(36_041, 36_046):
        clock.now += 3
        shown.add(step, {"loss": {"training": 0.5}})
        assert page.state["step"] == step
    assert len(page.messages) == count + 5


@pytest.mark.parametrize("opened", [0, 1, 30, 299, 300])
def test_a_page_that_opens_later_has_all_and_so_it_is_after_the_end(clock, opened):
    shown = Curves(steps=400)
    given = train(shown, clock, range(1, opened + 1), 0.03)
    page = Page(shown)
    later = train(shown, clock, range(opened + 1, 301), 0.03)
    expected = {name: given[name] + later[name] for name in given}
    shown.end("Stopped.")
    assert page.points() == Page(shown).points() == expected
    assert page.state["stopped"] == "Stopped."
    assert not any(value for name, value in page.state.items() if name.startswith("chunk_"))  # nothing is kept twice
    shown.close()
    shown.open()
    assert Page(shown).points() == expected


def test_what_is_not_finite_travels_and_breaks_nothing(clock):
    shown = Curves(steps=10)
    page = Page(shown)
    values = [1.0, np.nan, np.inf, -np.inf, np.float32(2.0), 1e300]
    for step, value in enumerate(values):
        clock.now += 1
        shown.add(step, {"loss": {"training": value}})
    assert np.array_equal(np.array(page.points()["loss", "training"]).T, [range(6), values], equal_nan=True)
    shown.add(6, {"loss": {"training": np.nan}})
    shown.end("Ended.")
    assert shown.told == "step 6 of 10, loss nan"
    picture = pictures(shown)["loss"]
    assert [path.count("M") for path in paths(picture)] == [2]  # 1.0 alone; 2.0 and 1e300


def test_only_a_curve_of_close_points_is_smoothed(clock):
    shown = Curves(steps=400)
    page = Page(shown)
    train(shown, clock, range(1, 401), 0.01)
    shown.flush()
    rows = np.concatenate(page.chunks())
    training, validation = (rows[(rows[:, 0] == number) & np.isfinite(rows[:, 2])] for number in (-1, -2))
    assert training[:, 1].tolist() == list(range(11, 391))
    assert not len(validation)
    values = np.array(page.points()["loss", "training"])[:, 1]
    np.testing.assert_allclose(training[:, 2], np.convolve(values, np.full(21, 1 / 21), "valid"))
    assert "Thick lines are smoothed: means of 21 steps." in shown.as_html()


def test_it_tells_how_far_it_is_and_what_time_is_left(clock):
    shown = Curves(steps=400)
    assert shown.told == "step 0 of 400"
    for step in range(1, 124):
        clock.now += 0.125
        metric = {"metric": {"validation": 0.617}} if step % 50 == 0 else {}
        shown.add(step, {"loss": {"validation" if step == 1 else "training": 0.31416}} | metric)
        assert ("left" in shown.told) is (step >= 9)  # a second after the first
    assert shown.told == "step 123 of 400, loss 0.314, metric 0.617, about 35 s left"  # 277 steps of an eighth
    assert f"{shown.told.rpartition(',')[0]}. It had not ended when this was kept." in shown.as_html()
    shown.end("Stopped after step 123 of 400.")
    assert shown.told == "step 123 of 400, loss 0.314, metric 0.617"
    assert "not ended" not in shown.as_html()


def test_time_is_counted_from_where_a_training_goes_on(clock):
    shown = Curves.of({"loss": [1.0] * 100, "validated": [], "validation_loss": [], "metric": []}, steps=200)
    clock.now += 1000  # between two cells
    for step in range(101, 106):
        clock.now += 1
        shown.add(step, {"loss": {"training": 1.0}})
    assert shown.told.endswith("about 95 s left") or shown.told.endswith("about 2 min left")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (9.4, "10 s"), (43, "45 s"), (89, "90 s"), (95, "2 min"), (1500, "25 min"), (9000, "2.5 h")],
)
def test_durations(seconds, words):
    assert in_words(seconds) == words


@pytest.mark.parametrize("steps", [1, 4, 10, 1000])
def test_screen_readers_hear_of_a_tenth_at_most(clock, steps):
    shown, said = Curves(steps=steps), []
    shown.observe(lambda change: said.append(change["new"]), "heard")
    for step in range(1, steps + 1):
        clock.now += 0.2
        shown.add(step, {"loss": {"training": step}})
    assert len(said) == min(10, steps)
    assert said[-1] == f"step {steps} of {steps}, loss {steps}"
    assert "left" not in "".join(said)


def pictures(shown):
    """The SVG of each panel that is left as HTML."""
    found = re.findall(r'svg\+xml;base64,([^"]+)" alt="(\w+): ', shown.as_html())
    return {panel: ElementTree.fromstring(base64.b64decode(data)) for data, panel in found}


def paths(picture):
    """The curves of an SVG; what else is drawn as a path has no dash."""
    drawn = [p for p in picture.iter("{http://www.w3.org/2000/svg}path") if p.get("stroke-dasharray") is not None]
    return [path.get("d") for path in drawn if not path.get("d").startswith("M364.0")]  # and those beside the names


def test_what_is_left_has_the_curves_and_the_last_values(clock):
    shown = Curves(steps=40, label="One < two")
    for step in range(1, 31):
        metric = {"metric": {"validation": 0.03125 * step}} if step % 3 == 0 else {}
        shown.add(step, {"loss": {"a & b": 1 / step, "validation": 2.0}, **metric})
    shown.end('Stopped: "enough".')
    text = shown.as_html()
    assert "One &lt; two" in text
    assert "Stopped: &quot;enough&quot;." in text
    assert "step 30 of 40, loss 0.0333, metric 0.938." in text
    assert re.findall(r">([^<]+)</td>", text)[2:] == [
        "loss", "a &amp; b", "30", "0.0333333", "loss", "validation", "30", "2", "metric", "validation", "30", "0.9375",
    ]  # fmt: skip
    loss, metric = pictures(shown)["loss"], pictures(shown)["metric"]
    words = [element.text for element in loss.iter("{http://www.w3.org/2000/svg}text")]
    assert set(words) >= {"loss", "step", "0", "40", "0.0333", "2", "a & b", "validation"}
    assert paths(metric)[0].startswith("M84.3 238.0h0L")  # step 3 of 40, the least value
    assert paths(metric)[0].endswith("L285.5 12.0")  # step 30, the greatest
    assert "<table" not in Curves(steps=3).as_html()


def test_the_html_in_the_notebook_follows(clock, monkeypatch):
    import IPython.display

    outputs = []
    monkeypatch.setattr(IPython.display, "display", lambda data, **options: outputs.append((data, options)))
    shown = Curves(steps=100)
    shown.flush()
    assert outputs == []  # it stands nowhere yet
    shown._ipython_display_()
    (first, named), (widget, _) = outputs
    assert "step 0 of 100." in first["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in widget
    train(shown, clock, range(1, 56), 2.5)
    assert "step 48 of 100, loss " in outputs[-1][0]["text/html"]  # 2 minutes are over, and the state 15 seconds old
    shown.end("Stopped after step 55 of 100.")
    updates = outputs[2:]
    assert len(updates) == 5  # every half minute, and at the end
    for data, options in updates:
        assert options == named | {"update": True}
        assert "<img" in data["text/html"]
    assert "Stopped after step 55 of 100." in updates[-1][0]["text/html"]
    assert "run the cell above" in updates[-1][0]["text/html"]


HISTORY = {"loss": [3.0, 2.0, 1.5, 1.25], "validated": [2, 4], "validation_loss": [2.5, 2.0], "metric": [0.1, 0.4]}


def test_a_recorded_training_is_drawn_at_once_and_goes_on(clock):
    shown = Curves.of(HISTORY, steps=6)
    page = Page(shown)
    assert page.state["step"] == 4
    shown.add(5, {"loss": {"training": 1.0}})
    assert page.points() == {
        ("loss", "training"): [[1, 3], [2, 2], [3, 1.5], [4, 1.25], [5, 1]],
        ("loss", "validation"): [[2, 2.5], [4, 2]],
        ("metric", "validation"): [[2, 0.1], [4, 0.4]],
    }
    assert Curves.of(HISTORY).steps == 4
    assert Curves.of({key: [] for key in HISTORY}).told == "step 0 of 1"


def twelve():
    shown = Curves(steps=5)
    shown.add(1, {"loss": {f"curve {k}": 1.0 for k in range(12)}})
    return shown


def ended():
    shown = twelve()
    shown.end("All is done.")
    return shown


@pytest.mark.parametrize(
    ("wrong", "kind", "told"),
    [
        (lambda: Curves(steps=0), ValueError, "steps is 0; expected a whole number of at least 1"),
        (lambda: Curves(steps=2.5), TypeError, r"steps is 2\.5; expected a whole number"),
        (lambda: Curves(steps=True), TypeError, "steps is True; expected a whole number"),
        (lambda: twelve().add(6, {"loss": {"a": 1}}), ValueError, "step is 6; expected a whole number from 0 to 5"),
        (lambda: twelve().add(1.5, {"loss": {"a": 1}}), ValueError, r"step is 1\.5; expected a whole number"),
        (lambda: twelve().add(1, {"loss": {"curve 0": 1}}), ValueError, "step 1 of loss, curve 0 came after step 1"),
        (lambda: twelve().add(2, {"loss": 0.3}), TypeError, r"values is \{'loss': 0\.3\}; expected numbers by panel"),
        (lambda: twelve().add(2, 0.3), TypeError, r"values is 0\.3; expected numbers by panel and curve"),
        (lambda: twelve().add(2, {"loss": {"curve 0": "low"}}), TypeError, "'low'.*; expected numbers by panel"),
        (lambda: twelve().add(2, {"loss": {"a": 1}}), ValueError, "loss, a is one curve too many; at most 12"),
        (lambda: ended().add(2, {"loss": {"curve 0": 1}}), ValueError, r"It has ended: All is done\. A new training"),
    ],
)
def test_what_does_not_fit_is_told(wrong, kind, told):
    with pytest.raises(kind, match=told):
        wrong()
