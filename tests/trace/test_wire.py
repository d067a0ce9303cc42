"""A trace as the browser gets it: strict JSON that gives every moment back, forward and backward."""

# ruff: noqa: F841 (a walkthrough's variables are read from its frame)

import json

import numpy as np
import pytest
from stories import CHOSEN, STORIES, assert_same_moments, random_walkthrough, trace_of

from mlcourse import walkthroughs
from mlcourse.trace import Step, Trace, mathml, record, to_wire
from mlcourse.trace.wire import plain


def sent(trace):
    """What arrives: nothing but JSON, read as a browser reads it."""

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(json.dumps(to_wire(trace), allow_nan=False), parse_constant=refuse)


def value(v):
    return float("nan" if v is None else v)


class Playback:
    """A browser: goes forward by what changes, keeps what stood there before, and goes back by that."""

    def __init__(self, wire):
        self.steps, self.grids, self.kept = wire["steps"], {}, []

    def forward(self):
        step = self.steps[len(self.kept)]
        before = {name: self.grids.get(name) for name in step["new"]}
        for name, grid in step["new"].items():
            self.grids[name] = grid["shape"], [value(v) for v in grid["values"]]
        cells = {n: [self.grids[n][1][p] for p in step["wrote"][n]] for n in step["values"]}
        for name, values in step["values"].items():
            for position, v in zip(step["wrote"][name], values, strict=True):
                self.grids[name][1][position] = value(v)
        self.kept.append((before, cells))

    def back(self):
        before, cells = self.kept.pop()
        for name, values in cells.items():
            for position, v in reversed(list(zip(self.steps[len(self.kept)]["wrote"][name], values, strict=True))):
                self.grids[name][1][position] = v
        for name, grid in before.items():
            self.grids[name] = grid
        self.grids = {name: grid for name, grid in self.grids.items() if grid is not None}

    def shown(self):
        return {name: np.array(values).reshape(shape) for name, (shape, values) in self.grids.items()}


def assert_plays(trace):
    playback, moments = Playback(sent(trace)), []
    for _ in trace.steps:
        playback.forward()
        moments.append(playback.shown())
    assert_same_moments(trace, moments)
    for moment in reversed(range(len(moments))):
        back = playback.shown()
        assert back.keys() == moments[moment].keys()
        for name, grid in back.items():
            np.testing.assert_array_equal(grid, moments[moment][name])
        playback.back()
    assert playback.grids == {}


@pytest.mark.parametrize("story", CHOSEN, ids=str)
def test_a_walkthrough_plays_forward_and_backward(story):
    assert_plays(trace_of(story))


@pytest.mark.parametrize("seed", range(100, 140))
def test_a_random_walkthrough_plays_forward_and_backward(seed):
    assert_plays(record(random_walkthrough(np.random.default_rng(seed))))


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_every_story_is_strict_json(story):
    trace = trace_of(story)
    wire = sent(trace)
    assert wire["error"] == ""
    assert [(grid["name"], tuple(grid["shape"])) for grid in wire["grids"]] == [
        (name, grid.shape) for name, grid in trace.grids.items()
    ]
    for step, told in zip(wire["steps"], trace.steps, strict=True):
        assert (step["title"], step["numbers"], tuple(step["line"])) == (told.title, told.numbers, told.line)
        assert wire["texts"][step["says"]] == told.says
        assert wire["rules"][step["rule"]] == mathml(told.symbols)
        assert {name: list(positions) for name, positions in told.read.items()} == step["read"]
        assert {name: list(positions) for name, positions in told.wrote.items()} == step["wrote"]
    for source, told in zip(wire["sources"], trace.sources, strict=True):
        assert source == {"name": told.name, "text": told.text, "file": told.file, "numbers": list(told.numbers)}


def test_what_is_no_number_travels():
    def walkthrough():
        y, n = np.array([np.nan, np.inf, -np.inf, 1.5]), np.nan
        yield Step("first", read={"y": ..., "n": ()})
        y[:] = y[::-1].copy()
        n = np.inf
        yield Step("turned", wrote={"y": ..., "n": ()})

    wire = sent(record(walkthrough()))
    assert wire["steps"][0]["new"]["y"] == {"shape": [4], "values": [None, "inf", "-inf", 1.5]}
    assert wire["steps"][0]["new"]["n"] == {"shape": [], "values": [None]}
    assert wire["steps"][1]["values"] == {"y": [1.5, "-inf", "inf", None], "n": ["inf"]}


@pytest.mark.parametrize("v", [0.1, -0.0, 1e308, 5e-324, 1 / 3])
def test_a_number_travels_to_the_last_digit(v):
    assert json.loads(json.dumps(plain(v), allow_nan=False)) == v


def test_texts_and_rules_travel_once():
    def walkthrough():
        y = np.zeros(3)
        for i in range(3):
            y[i] = i
            yield Step(f"step {i}", "the same", symbols="y = i", wrote={"y": i})
        yield Step("no rule, no words")

    wire = sent(record(walkthrough()))
    assert wire["texts"] == ["the same", ""]
    assert wire["rules"] == [mathml("y = i"), ""]
    assert [(step["says"], step["rule"]) for step in wire["steps"]] == [(0, 0), (0, 0), (0, 0), (1, 1)]


def test_why_a_story_ended_travels():
    step = Step("without a line")
    wire = sent(Trace({}, (step,), (), error="ValueError: because"))
    assert wire["error"] == "ValueError: because"
    assert wire["steps"][0]["line"] is None


def test_a_walkthrough_of_a_small_image_is_small():
    """28 x 28 pixels, 676 steps: at most 500 kB, with numbers that need all their digits."""
    rng = np.random.default_rng(0)
    trace = record(walkthroughs.conv2d(rng.normal(size=(1, 1, 28, 28)), rng.normal(size=(1, 1, 3, 3))))
    assert len(trace.steps) == 676
    assert len(json.dumps(to_wire(trace))) <= 500_000
