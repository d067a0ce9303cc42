"""What the walkthroughs of Dice say of counts, scores and slopes is true of the numbers at hand."""

import re

import numpy as np
import pytest
from stories import stories, trace_of

from mlcourse.trace import factor, number

OVERLAPPING = stories("dice_score", "dice_loss")
BACKWARD = stories("dice_loss_backward")


def value_of(step):
    """The number that the step made."""
    name, positions = next(iter(step.wrote.items()))
    return step.values[name][0] if name in step.values else step.new[name].reshape(-1)[positions[0]]


@pytest.mark.parametrize("story", OVERLAPPING, ids=str)
def test_the_counts_grow_pixel_by_pixel(story):
    """Each calculation comes out, begins where the one before ended, and ends at what is counted together."""
    p, target = (np.asarray(a, dtype=float) for a in story.arguments)
    steps = [step for step in trace_of(story).steps if step.title.startswith("Pixel")]
    assert len(steps) == p.size
    counts = {name: {} for name in ("shared", "predicted", "true")}
    for step in steps:
        (position,) = step.read["p"]
        assert step.read["target"].tolist() == [position]
        n, c, *place = np.unravel_index(position, p.shape)
        assert f"({', '.join(map(str, map(int, place)))})" in step.title
        x, t = p.reshape(-1)[position], target.reshape(-1)[position]
        here = int(c) if story.options.get("batch") else int(n) * p.shape[1] + int(c)
        for text, name, more in zip(step.numbers.split(", "), counts, (x * t, x, t), strict=True):
            before = counts[name].get(here, 0.0)
            counts[name][here] = before + more
            what, left, added, right = re.fullmatch(r"(\w+) (\S+) \+ (.*) = (\S+)", text).groups()
            assert (what, left, right) == (name, number(before), number(before + more))
            assert added == (f"{number(x)} × {number(t)}" if name == "shared" else number(more))
            assert step.wrote[name].tolist() == [here]
        assert ("adds nothing" in step.says) == (x == t == 0)
        assert ("missed" in step.says) == (x == 0 and t == 1)
        assert ("in both masks." in step.says) == (x == t == 1)
        assert ("share, partly" in step.says) == (t not in (0, 1))
        assert ("the prediction alone" in step.says) == (x > 0 and t == 0)


@pytest.mark.parametrize("story", OVERLAPPING, ids=str)
def test_a_score_says_what_it_comes_from(story):
    p, target = (np.asarray(a, dtype=float) for a in story.arguments)
    smooth, batch = story.options["smooth"], story.options.get("batch", False)
    scores = [step for step in trace_of(story).steps if step.title.startswith("Score")]
    axes = tuple(axis for axis in range(p.ndim) if axis > 1 or (batch and axis == 0))
    for step, s, x, t in zip(scores, *(a.sum(axis=axes).ravel() for a in (p * target, p, target)), strict=True):
        score = 1 if x + t + smooth == 0 else (2 * s + smooth) / (x + t + smooth)
        assert value_of(step) == pytest.approx(score, rel=1e-12)
        assert ("Both masks are empty" in step.says) == (x + t == 0)
        assert ("by agreement" in step.says) == ("by agreement" in step.numbers) == (x + t + smooth == 0)
        assert ("All that was predicted is true" in step.says) == (s == x == t > 0)
        assert ("share nothing" in step.says) == (s == 0 < x + t)
        assert ("without it the score would be 0" in step.says) == (s == 0 < x + t and smooth > 0)
        assert ("The smaller the masks" in step.says) == (smooth > 0 < s and not s == x == t)
        assert ("counted together" in step.says) == (bool(batch) and len(p) > 1)


@pytest.mark.parametrize("story", stories("dice_loss"), ids=str)
def test_nothing_is_missing_from_a_score_of_one(story):
    missing = [step for step in trace_of(story).steps if step.title.startswith("What is missing")]
    assert len(missing) == trace_of(story).grids["score"].size
    for step in missing:
        assert ("nothing is missing" in step.says) == (value_of(step) == 0)


@pytest.mark.parametrize("story", BACKWARD, ids=str)
def test_the_two_numbers_of_dice_say_who_gets_them(story):
    _, p, target = story.arguments
    steps = trace_of(story).steps
    for step in steps:
        if step.title.startswith("Below"):
            t = np.asarray(target, dtype=float).reshape(-1)[step.read["target"]]
            below = p.reshape(-1)[step.read["p"]].sum() + t.sum() + story.options["smooth"]
            assert value_of(step) == pytest.approx(below, rel=1e-12)
        elif step.title.startswith("Pixels"):
            kind = step.title.startswith("Pixels of the object")
            hard = bool(np.isin(t, (0, 1)).all())
            assert ("no such pixel" in step.says) == (hard and kind not in t)
            assert ("one of these two numbers" in step.says) == (hard and not kind)
            assert ("no slope" in step.says) == (below == 0)
            assert ("cannot fall" in step.says) == (not kind and below > 0 and value_of(step) == 0)


@pytest.mark.parametrize("story", BACKWARD, ids=str)
def test_the_way_down_is_the_one_against_the_slope(story):
    """And what arrives from above is told where it is not 1, and over how many scores the mean was taken."""
    for step in trace_of(story).steps:
        if not step.title.startswith("Pixels of"):
            continue
        assert step.symbols.endswith(f"t = {int(step.title.startswith('Pixels of the object'))}")
        count = trace_of(story).grids["score"].size if story.options.get("reduction", "mean") == "mean" else 1
        assert re.findall(r"\\frac\{1\}\{(\d+)\}", step.symbols) == [str(count)] * (count > 1)
        assert step.numbers == "0" or step.numbers.count(" / ") == 1 + (count > 1)
        slope = value_of(step)
        assert ("Negative: a larger" in step.says) == (slope < 0)
        assert ("Positive: a smaller" in step.says) == (slope > 0)
        above = np.asarray(story.arguments[0])
        above = above.reshape(-1)[next(iter(step.wrote.values()))[0]] if above.ndim else above
        assert (r"g \cdot" in step.symbols) == ("grad_output" in step.read) == (above != 1)
        if "no slope" in step.says:
            assert step.numbers == "0"
        else:
            assert ("from above" in step.says) == (above != 1)
            assert above == 1 or step.numbers.startswith(f"{factor(above)} × ")


@pytest.mark.parametrize("story", BACKWARD, ids=str)
def test_a_pixel_gets_the_number_of_its_kind_or_its_share_of_both(story):
    target = np.asarray(story.arguments[2], dtype=float).reshape(-1)
    for step in trace_of(story).steps:
        if not step.title.startswith("Gradient"):
            continue
        (position,) = step.wrote["grad_p"]
        assert step.read["target"].tolist() == [position]
        t = target[position]
        assert ("share" in step.says) == (t not in (0, 1))
        assert ("of the object:" in step.says, "of the background:" in step.says) == (t == 1, t == 0)
