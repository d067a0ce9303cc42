"""A Painter without a browser: its numbers, what it refuses, and what it feeds."""

import numpy as np
import pytest
import torch

from mlcourse import walkthroughs
from mlcourse.widgets import Explorer, Painter, Player

MASK = np.zeros((4, 6))
MASK[1:3, 2:5] = 1
SOFT = np.linspace(0, 1, 24).reshape(4, 6)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "values",
    [MASK, MASK[None, None], MASK == 1, MASK.astype(np.uint8), MASK.tolist(), SOFT.astype(np.float32), torch.eye(5)],
    ids=["mask", "of a batch", "bool", "uint8", "list", "float32", "torch"],
)
def test_values_come_out_as_float64_in_the_shape_they_came_in(values):
    painter = Painter(values)
    assert painter.value.dtype == np.float64
    assert painter.value.shape == np.shape(values)
    assert (painter.value == np.asarray(values, dtype=float)).all()


def test_numbers_that_json_brings_as_integers_are_float64_too():
    painter = Painter(MASK, label="truth")
    painter.set_state({"cells": [1] * 24})
    assert painter.value.dtype == np.float64
    assert painter.value.sum() == 24


def test_a_value_is_set_and_is_new_each_time():
    painter = Painter(MASK)
    before = painter.value
    painter.value = SOFT
    assert (painter.value == SOFT).all()
    assert before.sum() == MASK.sum()
    painter.value[0, 0] = 1
    assert painter.value[0, 0] == 0


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ((np.zeros(5),), ValueError, r"values has shape \(5,\); expected \(H, W\) or \(1, 1, H, W\)"),
        ((np.zeros((2, 1, 4, 4)),), ValueError, r"values has shape \(2, 1, 4, 4\).*x\[:1, :1\]"),
        ((np.zeros((1, 4, 4)),), ValueError, r"values has shape \(1, 4, 4\)"),
        ((np.zeros((0, 4)),), ValueError, "values has 0 rows and 4 columns; expected 1 to 64"),
        ((np.zeros((4, 65)),), ValueError, r"values has 4 rows and 65 columns; expected 1 to 64.*x\[::2, ::2\]"),
        ((MASK * 2,), ValueError, r"values holds 2; expected numbers from 0 to 1.*ops\.sigmoid"),
        ((MASK - 0.25,), ValueError, "values holds -0.25"),
        ((np.full((4, 4), np.nan),), ValueError, "values holds nan"),
        (("mask",), TypeError, "values is str 'mask'; expected an array of numbers"),
        (([[0, 1], [0]],), TypeError, "values is list"),
        ((MASK, [0.5, 0]), ValueError, "levels is .*each above 0 and at most 1"),
        ((MASK, [1.5]), ValueError, "levels is .*each above 0 and at most 1"),
        ((MASK, [np.nan]), ValueError, "levels is .*each above 0"),
        ((MASK, []), ValueError, r"levels is \[\]; expected at least one number"),
        ((MASK, 0.5), TypeError, r"levels is 0\.5; expected some numbers, such as"),
        ((MASK, [1], MASK.T), ValueError, "outline has 6 rows and 4 columns, values has 4 rows and 6 columns"),
        ((MASK, [1], MASK * 3), ValueError, "outline holds 3"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(arguments, error, told):
    names = dict(zip(("values", "levels", "outline"), arguments, strict=False))
    with pytest.raises(error, match=told):
        Painter(**names)


def test_another_shape_or_a_number_outside_is_refused_later_too():
    painter = Painter(MASK, label="truth")
    with pytest.raises(ValueError, match=r"truth holds shape \(4, 6\); \(6, 4\) came"):
        painter.value = MASK.T
    with pytest.raises(ValueError, match="2 is outside the limits 0 to 1"):
        painter.value = MASK * 2
    with pytest.raises(ValueError, match="nan is outside"):
        painter.value = MASK * np.nan
    assert (painter.value == MASK).all()


def test_what_was_painted_is_kept_by_its_key_for_the_same_numbers_only():
    Painter(MASK, key="mine").value = SOFT
    assert (Painter(MASK, key="mine").value == SOFT).all()
    assert (Painter(MASK, key="other").value == MASK).all()
    assert (Painter(1 - MASK, key="mine").value == 1 - MASK).all()


def test_kept_numbers_that_no_longer_fit_are_told():
    Painter(MASK, key="mine").value = SOFT
    one = Painter(MASK, key="mine")
    one.answers.put("mine", {"from": one.initial, "now": {"shape": [4, 6], "cells": [7.0] * 24}})
    later = Painter(MASK, key="mine")
    assert (later.value == MASK).all()
    assert "no longer fits" in later.error


def test_the_outline_is_where_half_and_more_is_and_follows_a_painter():
    assert Painter(MASK).outline == []
    given = Painter(MASK[None, None], outline=SOFT)
    assert given.outline == (SOFT >= 0.5).ravel().tolist()
    assert given.outlined == "the outline given"

    truth = Painter(MASK, label="truth")
    prediction = Painter(SOFT, label="prediction", outline=truth)
    assert (prediction.outlined, prediction.outline) == ("truth", (MASK == 1).ravel().tolist())
    truth.value = MASK * 0.5
    assert prediction.outline == (MASK == 1).ravel().tolist()
    truth.value = MASK * 0.49
    assert prediction.outline == [False] * 24
    assert (prediction.value == SOFT).all()


def test_a_closed_painter_hears_of_its_outline_again_when_it_is_opened():
    truth = Painter(MASK, label="truth")
    prediction = Painter(SOFT, outline=truth)
    prediction.close()
    truth.value = 1 - MASK
    assert prediction.outline == (MASK == 1).ravel().tolist()
    prediction.open()
    assert prediction.outline == (MASK == 0).ravel().tolist()
    truth.value = MASK
    assert prediction.outline == (MASK == 1).ravel().tolist()


def losses_of(truth, prediction, gamma):
    wrong = np.abs(prediction - truth)
    return {"gradient": wrong**gamma * (prediction - truth), "mean": wrong.mean(), "shape": str(truth.shape)}


def explorer():
    truth, prediction = Painter(MASK, label="truth", levels=(1,)), Painter(SOFT, label="prediction")
    return truth, prediction, Explorer(losses_of, truth=truth, prediction=prediction, gamma=(0.0, 5.0), key="losses")


def test_an_explorer_follows_two_painters_and_keeps_both():
    truth, prediction, one = explorer()
    assert one.values == {"gamma": 2.5}
    truth.value = SOFT
    assert one.found["mean"] == 0
    prediction.value = np.zeros((4, 6))
    one.values = {"gamma": 1.0}
    assert np.allclose(one.found["gradient"], -(SOFT**2))
    again_truth, again_prediction, again = explorer()
    assert (again_truth.value == SOFT).all()
    assert (again_prediction.value == 0).all()
    assert again.values == {"gamma": 1.0}
    assert np.allclose(again.found["gradient"], -(SOFT**2))


def test_a_player_tells_the_loss_of_what_is_painted():
    p, target = Painter(SOFT[None, None], label="p"), Painter(MASK[None, None], label="target", levels=(1,))
    player = Player(walkthroughs.dice_loss, p, target, key="dice")
    before = float(player.story.result)
    p.value = MASK[None, None]
    assert float(player.story.result) == pytest.approx(0.0, abs=1e-12)
    assert before > 0.3
    assert player.error == ""
    target.value = MASK[None, None] * 0
    assert float(player.story.result) == pytest.approx(1 - 1 / (6 + 1))


def test_without_a_page_a_small_one_is_a_table_and_a_large_one_a_picture_with_words():
    small = Painter(SOFT, label="p <b>").as_html()
    assert small.count("<td") == 24
    assert "0.521739" in small
    assert "p &lt;b&gt;" in small
    large = np.zeros((1, 1, 20, 30))
    large[0, 0, 3:5, 7:12] = 0.5
    told = Painter(large, label="truth <b>").as_html()
    assert 'alt="truth &lt;b&gt;"' in told
    assert "20 rows and 30 columns; black 0, white 1; 10 above 0, sum 5" in told


def test_the_example_has_something_to_paint_move_and_compare():
    example = Painter.example()
    assert len(np.unique(example.value)) > 2
    assert 0 < sum(example.outline) < len(example.outline)
    assert example.levels[-1] == 1
