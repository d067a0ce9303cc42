"""What chapter 05 must show: the slides' numbers, who pulls, and a result told as it came out."""

import re

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


def said(lecture, fragment, words):
    """The numbers behind some words in the output of the cell with that fragment."""
    (line,) = [line for line in lecture.output(fragment).splitlines() if line.startswith(words)]
    return numbers(line.removeprefix(words))


def test_the_costs_of_the_slides(run):
    lecture = run("05")
    assert said(lecture, "p, t = np.array([0.3", "truth 1, p = 0.3:") == [1.204]
    assert said(lecture, "p, t = np.array([0.3", "truth 1, p = 0.9:") == [0.105]


def test_a_mask_of_nothing_is_accurate(run):
    assert said(run("05"), "accuracy = float", "a mask that marks nothing is right in")[0] == 99.9


def test_focal_loss_hears_little_of_what_is_right(run):
    lines = run("05").output("semilogy").splitlines()
    times = {numbers(line)[0]: numbers(line)[-1] for line in lines}
    assert times == {0.9: 100, 0.5: 4, 0.1: 1.23}


def test_dice_of_small_and_of_empty_masks(run):
    lines = run("05").output("def flat").splitlines()
    assert [numbers(line.partition(":")[2].replace("smooth = 0:", "")) for line in lines] == [
        [1, 1], [0.2, 0], [0.75, 0.67], [1, 1], [0.5, 0],
    ]  # fmt: skip


def test_counted_together_the_small_lesion_disappears(run):
    assert said(run("05"), "batch=True", "counted together:") == [0.98]
    assert said(run("05"), "batch=True", "each patient by itself") == [0.6]


def test_dice_depends_least_on_the_size(run):
    times = {
        line.partition(":")[0]: numbers(line.partition("thousandth,")[2])[0]
        for line in run("05").output("axis.loglog").splitlines()
    }
    assert times["cross-entropy"] == pytest.approx(110, abs=15)
    assert times["focal"] == pytest.approx(110, abs=15)
    assert times["Dice"] < 10


def test_keras_calculates_the_same_dice(run):
    assert said(run("05"), "def keras_dice", "Dice in Keras and here: largest difference")[0] < 1e-6
    lines = run("05").output("model.compile").splitlines()
    assert len(lines) == 2
    for line in lines:
        before, after, _, score = numbers(line.partition(":")[2])
        assert after < 0.8 * before
        assert score > 0.3


def test_the_live_training_learns_something(run):
    scores = said(run("05"), "scores = metrics.dice", "250 steps; Dice score of 100 other patients")
    assert scores[0] > 0.1


def test_every_loss_is_told_with_its_interval_and_a_control(run):
    from_file = np.load("lectures/runs/05.npz")
    names = [name.removesuffix("/0/losses") for name in from_file if name.endswith("/0/losses")]
    lines = run("05").output("def interval").splitlines()
    assert [line.partition(": ")[0] for line in lines] == [*names, "brightness"]
    for name, line in zip([*names, "brightness"], lines, strict=True):
        means = [from_file[f"{name}/{seed}/dice"].astype(float).mean() for seed in range(10)]
        told = numbers(line.partition(": ")[2])
        assert told == pytest.approx(
            [np.mean(means), 2.262 * np.std(means, ddof=1) / 10**0.5, min(means), max(means)], abs=0.006
        )


def test_the_text_counts_the_failures_right():
    from_file = np.load("lectures/runs/05.npz")

    def failed(name):
        return sum(from_file[f"{name}/{seed}/dice"].astype(float).mean() < 0.05 for seed in range(10))

    assert [failed(name) for name in ("cross-entropy", "Dice", "generalised Dice")] == [5, 1, 1]
    assert [failed(name) for name in ("batch Dice", "Tversky, beta 0.7", "cross-entropy + Dice")] == [0, 0, 0]
