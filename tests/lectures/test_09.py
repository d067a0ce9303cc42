"""What chapter 09 must show: what pooling forgets, what a skip brings, and the claim as it came out."""

import re

import numpy as np
import pytest

pytestmark = pytest.mark.slow
RUNS = np.load("lectures/runs/09.npz")


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


def lines(lecture, fragment):
    """What the cell with that fragment printed, by what stands before the colon."""
    printed = lecture.output(fragment).splitlines()
    return {line.partition(": ")[0]: numbers(line.partition(": ")[2]) for line in printed if ": " in line}


def means(name, what="vessels", off=""):
    over = np.median if what == "distance" else np.mean
    return np.array([over(RUNS[f"{name}/{seed}/{off}{what}"].astype(float)) for seed in range(10)])


def interval(values):
    return values.mean(), 2.262 * values.std(ddof=1) / 10**0.5


def test_a_classifier_does_not_know_where(run):
    said = lines(run("09"), "np.roll(line")
    left, moved = said["line on the left"], said["moved by 7 columns"]
    assert left[0] == moved[0]
    assert moved[2] - left[2] == 7


def test_four_pixels_of_two(run):
    said = lines(run("09"), "ops.upsample2d(np.array")
    assert said["here"] == [0, 1, 3, 4]
    assert said["corners on corners"] == [0, 1.33, 2.67, 4]


def test_window_borders_decide_what_comes_back(run):
    printed = run("09").output("for column, width in").splitlines()
    assert [numbers(line)[-1] for line in printed[:4]] == [0.67, 0.67, 1.0, 0.67]
    assert printed[4] == "6 and 7 pooled alike: True"


def test_what_is_no_larger_than_a_block_is_lost_in_blocks(run):
    printed = [numbers(line.partition(":")[2]) for line in run("09").output("for poolings in (1, 2, 3)").splitlines()]
    vessels, disc, eye = np.array(printed).T
    assert (np.diff(vessels) < 0).all()
    assert (np.diff(disc) < 0).all()
    assert vessels[-1] < 0.5
    assert disc[-1] < 0.5
    assert eye.min() > 0.9


def test_an_addition_shares_the_weights_of_a_concatenation(run):
    for difference in lines(run("09"), "halves = ops.conv2d").values():
        assert difference[0] < 1e-12


def test_the_live_training_is_the_one_that_was_recorded(run):
    said = {
        name.partition(",")[0]: values
        for name, values in lines(run("09"), "for name, one in fitted.items():\n    with").items()
    }
    for name in ("UNet", "encoder-decoder"):
        vessels = RUNS[f"{name}/0/vessels"].astype(float).mean()
        assert said[name][0] == pytest.approx(vessels, abs=0.1)  # other processors add up in another order
    assert said["UNet"][0] > said["encoder-decoder"][0] + 0.1


@pytest.mark.parametrize("name", ["UNet", "UNet without skips", "encoder-decoder"])
def test_the_claim_is_told_as_it_was_recorded(run, name):
    said = lines(run("09"), '"Ten seeds, 400 steps"')[name]
    assert said == pytest.approx([*interval(means(name)), means(name).min(), means(name).max()], abs=0.006)


def test_the_differences_are_told_as_they_were_recorded(run):
    said = lines(run("09"), '"Ten seeds, 400 steps"')
    for what in ("vessels", "optic disc", "thin found", "distance"):
        expected = interval(means("UNet", what) - means("encoder-decoder", what))
        assert said[what][-2:] == pytest.approx(expected, abs=0.006)


def test_what_the_text_says_of_the_skips():
    unet, without, plain = (means(name) for name in ("UNet", "UNet without skips", "encoder-decoder"))
    gap, half = interval(unet - plain)
    assert gap - half > 0
    assert abs((without - plain).mean()) < 0.2 * gap  # so many weights more bring little
    disc = means("encoder-decoder", "optic disc")
    assert (disc < 0.01).sum() == 2
    assert disc.max() < means("UNet", "optic disc").min()
    early, late = ((means("UNet" + steps) - means("encoder-decoder" + steps)).mean() for steps in (", 100 steps", ""))
    assert early > late
    for size in ("full", "half", "quarter"):  # losing a skip hurts more than never having had it
        assert means("UNet", off=f"off {size}/").mean() < means(f"without {size}").mean()


def test_who_copies_looks_like_who_has_learnt(run):
    said = lines(run("09"), "known = {")
    near, far = (said[f"{name}, the copy of the nearest slice"] for name in ("every second slice", "the lower half"))
    assert min(near) > 0.7
    assert max(far) < 0.6
