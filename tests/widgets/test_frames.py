"""Which positions of an Explorer are computed beforehand, and that the frames are what the function gives."""

from math import prod

import numpy as np
import pytest

from mlcourse.widgets import Explorer, MatrixEditor
from mlcourse.widgets.controls import read_controls
from mlcourse.widgets.frames import positions

CONTROLS = [
    {"a": (0, 3)},
    {"a": (0.0, 1.0)},
    {"a": (1, 60, 1, 59), "b": ["x", "y", "z"], "c": True},
    {"a": (0, 100, 1, 37), "b": (0.0, 2.0, 0.25, 0.75), "c": (1, 9, 2)},
    {"a": list(range(50)), "b": True, "c": (1, 9)},
]


@pytest.mark.parametrize("given", CONTROLS)
def test_positions(given):
    controls = read_controls(given)
    values = {control["name"]: control["start"] for control in controls}
    chosen = positions(controls, values, most=64)
    every = positions(controls, values, most=10**6)
    thinnest = prod(2 if c["kind"] == "slider" else len(every[c["name"]]) for c in controls)
    assert prod(map(len, chosen.values())) <= max(64, thinnest)
    for control in controls:
        name = control["name"]
        assert values[name] in chosen[name]
        assert set(chosen[name]) <= set(every[name])
        assert len(set(chosen[name])) == len(chosen[name])
        if control["kind"] == "slider":
            assert chosen[name] == sorted(chosen[name])
            assert (every[name][0], every[name][-1]) == (control["least"], control["most"])
            assert len(every[name]) == round((control["most"] - control["least"]) / control["step"]) + 1
        else:
            assert chosen[name] == every[name]


def seen(explorer, frame, name):
    """A picture of a frame as the page reads it."""
    (one,) = [picture for picture in frame["pictures"] if picture["name"] == name]
    numbers = np.frombuffer(explorer.frame_data, one["dtype"], prod(one["shape"]), one["start"]).reshape(one["shape"])
    return one["low"] + (one["high"] - one["low"]) * numbers / 65535 if one["dtype"] == "uint16" else numbers


def test_frames_are_what_the_function_gives_and_equal_pictures_lie_there_once():
    still = np.random.default_rng(0).normal(size=(20, 30))

    def function(factor, offset, kernel):
        if factor == 3:
            raise ValueError("no three")
        return {
            "still": still,
            "moved": np.roll(still, factor) + offset + kernel[0, 0],
            "row": still[0] * factor,
            "sum": factor,
        }

    explorer = Explorer(
        function, factor=(1, 4, 1, 2), offset=[0.5, 10.0], kernel=MatrixEditor([[100.0]], label="kernel"), grey=(0, 1)
    )
    assert explorer.frames == {}
    explorer.compute_frames()
    frames, data = explorer.frames, explorer.frame_data
    assert frames["positions"] == {"factor": [1, 2, 3, 4], "offset": [0.5, 10.0]}
    combinations = [(factor, offset) for factor in (1, 2, 3, 4) for offset in (0.5, 10.0)]
    assert len(frames["shown"]) == len(combinations)
    for (factor, offset), frame in zip(combinations, frames["shown"], strict=True):
        if factor == 3:
            assert frame == {"pictures": [], "curves": [], "readings": {}, "error": "ValueError: no three"}
            continue
        found = function(factor, offset, np.array([[100.0]]))
        for name in ("still", "moved"):
            assert np.abs(seen(explorer, frame, name) - found[name]).max() <= np.ptp(found[name]) / 65535
        (curve,) = frame["curves"]
        numbers = np.frombuffer(data, curve["dtype"], 60, curve["start"]).reshape(2, 30)
        assert np.array_equal(numbers, [np.arange(30), found["row"]])
        assert frame["readings"] == {"sum": str(factor)}
        assert [(p["black"], p["white"]) for p in frame["pictures"]] == [(0, 1), (0, 1)]
    pixels, curves = 20 * 30 * 2, 2 * 30 * 8
    assert len(data) == pixels * (1 + 3) + curves * 3  # an offset changes no level
    assert explorer.values == {"factor": 2, "offset": 0.5}


def test_a_picture_that_has_no_levels_travels_as_it_is():
    pictures = {"flat": np.full((2, 3), 7.0), "odd": np.array([[np.nan, 1], [np.inf, 2]])}
    explorer = Explorer(lambda on: pictures, on=True)
    explorer.compute_frames()
    for frame in explorer.frames["shown"]:
        for name, picture in pictures.items():
            assert np.array_equal(seen(explorer, frame, name), picture, equal_nan=True)
