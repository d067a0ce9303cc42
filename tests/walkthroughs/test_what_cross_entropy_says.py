"""What the walkthroughs of cross-entropy and focal loss say of each pixel is true of the numbers at hand."""

import re

import numpy as np
import pytest
from stories import stories, trace_of

from mlcourse import ops
from mlcourse.trace import factor, number
from mlcourse.walkthroughs._wording import percent

ENTROPIES = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "focal_loss")
PIXELWISE = stories(*ENTROPIES)
PIXELWISE_BACKWARD = stories(*(f"{name}_backward" for name in ENTROPIES))


def by_pixel(story, title):
    """(step, what each input array has at that pixel) for the steps whose title begins so."""
    inputs = [np.asarray(a).reshape(-1) for a in story.arguments[-2:]]
    for step in trace_of(story).steps:
        if step.title.startswith(title):
            (position,) = next(iter(step.wrote.values()))
            yield step, *(float(a[position]) for a in inputs)


def value_of(step):
    """The number that the step made."""
    name, positions = next(iter(step.wrote.items()))
    return step.values[name][0] if name in step.values else step.new[name].reshape(-1)[positions[0]]


def sigmoid(x):
    return ops.sigmoid(np.array([x])).item()


def given_to_the_truth(story, prediction, t):
    if story.name == "binary_cross_entropy":
        return prediction if t else 1 - prediction
    return sigmoid(prediction if t else -prediction)


@pytest.mark.parametrize("story", PIXELWISE, ids=str)
def test_the_side_of_a_pixel_is_said_where_its_target_is_hard(story):
    sides = {True: "right", False: "wrong"}
    for step, prediction, t in by_pixel(story, "p_t of"):
        if t not in (0, 1):
            assert "share" in step.says
            assert not re.search("right|wrong|neither", step.says)
            continue
        p_t = given_to_the_truth(story, prediction, t)
        assert value_of(step) == pytest.approx(p_t, rel=1e-15)
        assert f"The truth is {t:g}" in step.says
        said = re.findall(r"\b(right|wrong|neither)\b", step.says)
        assert said == ["neither" if p_t == 0.5 else sides[p_t > 0.5]]
        assert ("certain" in step.says) == (p_t in (0, 1))
        assert ("rounded to" in step.says) == (story.name != "binary_cross_entropy" and p_t in (0, 1))
        assert step.symbols.startswith(r"p_\text{t} = " + ("p" if t else "1 - p")) or "sigma" in step.symbols


@pytest.mark.parametrize("story", PIXELWISE, ids=str)
def test_what_a_pixel_costs_is_compared_rightly(story):
    for step, prediction, t in by_pixel(story, "Surprise of"):
        cost = value_of(step)
        if t not in (0, 1):
            assert "share" in step.says
            if story.name == "binary_cross_entropy":
                assert ("counts as -100" in step.says) == (min(prediction, 1 - prediction) < np.exp(-100))
            continue
        p_t = given_to_the_truth(story, prediction, t)
        assert "p_t" in step.read
        assert ("more than log 2, 0.693" in step.says) <= (cost > np.log(2) > -np.log(p_t or 1) - cost)
        assert ("less than log 2, 0.693" in step.says) <= (cost < np.log(2))
        assert ("One half" in step.says) == (p_t == 0.5)
        assert ("not infinity" in step.says) == (story.name == "binary_cross_entropy" and p_t < 1e-43)
        if story.name == "binary_cross_entropy":
            assert ("costs nothing" in step.says) == (cost == 0) == (p_t == 1)
            continue
        assert ("would be infinite; the cost is the size of the logit" in step.says) == (p_t == 0)
        if p_t == 0:
            assert step.says.endswith(f"the size of the logit, {number(abs(prediction))}.")
            assert cost == abs(prediction)
        assert ("would be 0" in step.says) == (p_t == 1)
        assert ("and kept" in step.says) == (p_t == 1 and cost > 0)
        assert ("too small to be written" in step.says) == (cost == 0)


@pytest.mark.parametrize("story", PIXELWISE, ids=str)
def test_every_hard_pixel_is_compared_with_a_coin_or_told_as_certain(story):
    for step, _, t in by_pixel(story, "Surprise of"):
        if t in (0, 1):
            assert re.search("log 2, 0.693|not infinity|costs nothing|rounded p_t", step.says)


@pytest.mark.parametrize("story", PIXELWISE, ids=str)
def test_the_share_of_the_wrong_pixels_is_theirs(story):
    prediction, target = (np.asarray(a, dtype=float).reshape(-1) for a in story.arguments)
    step = trace_of(story).steps[-1]
    assert step.title == "Loss"
    reduction = story.options.get("reduction", "mean")
    shares = re.findall(r"(less than|more than)? ?([\d.]+)\N{NO-BREAK SPACE}%", step.says)
    hard = bool(np.isin(target, (0, 1)).all())
    p_t = np.array([given_to_the_truth(story, x, t) for x, t in zip(prediction, target, strict=True)])
    wrong = p_t < 0.5
    each = [getattr(ops, story.name)(*story.arguments, **story.options | {"reduction": "none"})]
    if story.name == "focal_loss" and (story.options["gamma"], story.options.get("alpha")) != (0, None):
        each.append(ops.binary_cross_entropy_with_logits(*story.arguments, reduction="none"))
    if reduction == "none" or len(target) == 1 or not hard or not 0 < wrong.sum() < wrong.size or not each[0].any():
        assert not shares
        return
    assert f" {wrong.sum()} of them {'is' if wrong.sum() == 1 else 'are'} on the wrong side" in step.says
    true = [100 * values.reshape(-1)[wrong].sum() / values.sum() for values in each]
    if len(shares) < len(true):
        assert percent(true[0] / 100) == percent(true[1] / 100)
    for (bound, said), percentage in zip(shares, true, strict=False):
        if bound:
            assert percentage < float(said) if bound == "less than" else percentage > float(said)
        else:
            assert float(said) == pytest.approx(percentage, abs=0.0501)
            assert (said == "0") == (percentage == 0)
            assert (said == "100") == (percentage == pytest.approx(100, abs=1e-12))


@pytest.mark.parametrize("story", stories("focal_loss"), ids=str)
def test_how_much_less_a_pixel_counts_is_the_ratio_to_the_cross_entropy(story):
    gamma, alpha = story.options["gamma"], story.options.get("alpha")
    for step, x, t in by_pixel(story, "Factor of"):
        missing = t * sigmoid(-x) + (1 - t) * sigmoid(x)
        assert value_of(step) == pytest.approx(missing**gamma, rel=1e-12)
        assert ("With gamma 0" in step.says) == (gamma == 0)
        if times := re.search(r"counts (\S+) times less", step.says):
            assert float(times[1]) == pytest.approx(missing**-gamma, rel=5.1e-3)
            assert float(times[1]) > 1
        assert ("a millionth" in step.says) <= (0 < missing**gamma < 1e-6)
        assert ("almost as much" in step.says) <= (0.99 < missing**gamma <= 1)
        assert ("does not count" in step.says) == (missing**gamma == 0)
        assert ("in full" in step.says) == (gamma > 0 and missing == 1)
        if t in (0, 1) and gamma and missing**gamma > 0 and missing not in (0.5, 1):
            assert ("is wrong" in step.says, "is right already" in step.says) == (missing > 0.5, missing < 0.5)
        else:
            assert not re.search("is wrong|is right already", step.says)
    for step, _, t in by_pixel(story, "Focal loss of"):
        assert_alpha_is_told(step, alpha, t)
        assert step.numbers.startswith(f"{number(alpha * t + (1 - alpha) * (1 - t))} × ") if alpha is not None else True


def assert_alpha_is_told(step, alpha, t):
    assert ("alpha" in step.says) == ("alpha" in step.read) == (r"\alpha" in step.symbols) == (alpha is not None)
    if alpha is not None:
        assert ("because the truth is 1" in step.says, "because the truth is 0" in step.says) == (t == 1, t == 0)
        rule = {1: r"\alpha\, ", 0: r"(1 - \alpha)\, "}.get(t, r"(\alpha\, t + (1 - \alpha)(1 - t))\, ")
        assert re.search(r"(^\\ell = |\\, |cdot |= )" + re.escape(rule), step.symbols)


@pytest.mark.parametrize("story", stories("focal_loss_backward"), ids=str)
def test_the_two_ways_of_the_focal_gradient(story):
    gamma, alpha = story.options["gamma"], story.options.get("alpha")
    for step, x, t in by_pixel(story, "Through the factor"):
        assert ("With gamma 0" in step.says) == (gamma == 0)
        slope = value_of(step)
        assert ("nothing comes through" in step.says) == (gamma == 0 or t == 0.5)
        assert ("the same way" in step.says) == (gamma > 0 and t in (0, 1) and slope != 0)
        assert ("too small to be written" in step.says) == (gamma > 0 and t in (0, 1) and slope == 0)
        if "the same way" in step.says:
            assert slope * ((1 - t) * sigmoid(x) - t * sigmoid(-x)) > 0
    for step, x, t in by_pixel(story, "Gradient of"):
        assert_alpha_is_told(step, alpha, t)
        pull = number((1 - t) * sigmoid(x) - t * sigmoid(-x))
        assert (f"the cross-entropy would pull with {pull}." in step.says) == (gamma != 0)
        if gamma:
            one_image = np.array([x]), np.array([t])
            both = ops.focal_loss_backward(1.0, *one_image, gamma=gamma).item()
            said = float(re.search(r"together pull with (\S+);", step.says)[1])
            assert said == pytest.approx(both, rel=1e-5, abs=1e-300)


@pytest.mark.parametrize("story", PIXELWISE_BACKWARD, ids=str)
def test_the_way_down_is_the_one_against_the_gradient(story):
    """And what arrives from above is told where it is not 1, and over how many pixels the mean was taken."""
    count = np.size(story.arguments[1]) if story.options.get("reduction", "mean") == "mean" else 1
    for step, *_ in by_pixel(story, "Gradient of"):
        assert re.findall(r"\\frac\{1\}\{(\d+)\}", step.symbols) == [str(count)] * (count > 1)
        assert (f" / {count} = " in step.numbers) == (count > 1)
        above = np.asarray(story.arguments[0])
        above = above.reshape(-1)[next(iter(step.wrote.values()))[0]] if above.ndim else above
        assert (
            ("from above" in step.says) == (r"g \cdot" in step.symbols) == ("grad_output" in step.read) == (above != 1)
        )
        assert above == 1 or step.numbers.startswith(f"{factor(above)} × ")
        assert ("Negative: a larger" in step.says) == (value_of(step) < 0)
        assert ("Positive: a smaller" in step.says) == (value_of(step) > 0)


@pytest.mark.parametrize("story", stories("binary_cross_entropy_with_logits_backward"), ids=str)
def test_the_size_of_a_pull_is_said_rightly(story):
    for step, x, t in by_pixel(story, "Gradient of"):
        size = abs((1 - t) * sigmoid(x) - t * sigmoid(-x))
        if t not in (0, 1):
            assert "share" in step.says
            continue
        assert ("the largest there is" in step.says) == (size > 0.99)
        assert ("almost 1" in step.says) == (0.99 < size < 1)
        assert ("hardly pulls" in step.says) == (0 < size < 0.01)
        assert ("too small to be written" in step.says) == (size == 0)
        assert ("of 1/2" in step.says) == (size == 0.5)
        assert ("wrong side, p - t has a size of more than 1/2" in step.says) == (0.5 < size <= 0.99)
        assert ("right side, p - t has a size of less than 1/2" in step.says) == (0.01 <= size < 0.5)


@pytest.mark.parametrize("story", stories("binary_cross_entropy_backward"), ids=str)
def test_the_slope_of_a_probability_is_said_rightly(story):
    for step, p, t in by_pixel(story, "Gradient of"):
        cut = p * (1 - p) <= 1e-12
        assert ("10^{-12}" in step.symbols) == cut
        assert ("stands in its place" in step.says) == (cut and p != t)
        assert ("no pull" in step.says) == (p == t)
        if cut or p == t or t not in (0, 1):
            assert ("share" in step.says) == (not cut and p != t)
            continue
        p_t = p if t else 1 - p
        assert f"here {number(1 / p_t)}." in step.says
        assert abs(p - t) / (p * (1 - p)) == pytest.approx(1 / p_t, rel=1e-6)
        assert ("less than 2" in step.says) == (p_t > 0.5)
        assert ("grows fast" in step.says) == (p_t < 0.5)
