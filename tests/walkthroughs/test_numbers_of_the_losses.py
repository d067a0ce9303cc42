"""Cross-entropy, focal loss and Dice: the numbers of the lecture's slides, and small examples worked out by hand."""

import numpy as np
import pytest

from mlcourse import ops, walkthroughs
from mlcourse.trace import record

LN9 = np.log(9)  # the logit of 0.9


def told(walkthrough):
    """Title and numbers of each step, and the result."""
    trace = record(walkthrough)
    return [(step.title, step.numbers) for step in trace.steps], trace.result


def numbers(walkthrough):
    return [text for _, text in told(walkthrough)[0]]


def says(walkthrough):
    return [step.says for step in record(walkthrough).steps]


def mask(*rows):
    return np.array([[rows]], dtype=float)


def test_the_truth_was_given_three_tenths_or_nine():
    """The slide: label 1, prediction 0.3 costs 1.204, prediction 0.9 costs 0.105."""
    p, target = np.array([0.3, 0.9]), np.array([1, 1])
    steps, loss = told(walkthroughs.binary_cross_entropy(p, target, reduction="none"))
    assert steps == [
        ("p_t of pixel (0)", "0.3"),
        ("Surprise of pixel (0)", "-log(0.3) = 1.20397"),
        ("p_t of pixel (1)", "0.9"),
        ("Surprise of pixel (1)", "-log(0.9) = 0.105361"),
        ("Loss", "1.20397, 0.105361"),
    ]
    assert loss.round(3).tolist() == [1.204, 0.105]
    assert ops.binary_cross_entropy(p, target, reduction="none").round(3).tolist() == [1.204, 0.105]


def test_a_background_pixel_was_given_the_rest():
    steps, loss = told(walkthroughs.binary_cross_entropy(mask([0.3, 0.25]), mask([0, 0.5])))
    assert steps == [
        ("p_t of pixel (0, 0)", "1 - 0.3 = 0.7"),
        ("Surprise of pixel (0, 0)", "-log(0.7) = 0.356675"),
        ("Surprise of pixel (0, 1)", "-(0.5 × log(0.25) + (1 - 0.5) × log(0.75)) = 0.836988"),
        ("Loss", "(0.356675 + 0.836988) / 2 = 0.596832"),
    ]
    np.testing.assert_allclose(loss, 0.596832, rtol=1e-5)


def test_certain_and_wrong_costs_a_hundred():
    steps, loss = told(walkthroughs.binary_cross_entropy(np.array([0.0, 1, 1]), np.array([1, 0, 1]), reduction="sum"))
    assert [text for _, text in steps] == [
        "0",
        "-max(log(0), -100) = 100",
        "1 - 1 = 0",
        "-max(log(0), -100) = 100",
        "1",
        "-log(1) = 0",
        "100 + 100 + 0 = 200",
    ]
    assert loss == 200


def test_a_probability_near_one_is_written_so_that_the_rest_comes_out():
    p = np.array([1 - 1e-8])
    assert numbers(walkthroughs.binary_cross_entropy(p, np.array([0]))) == [
        "1 - (1 - 1e-08) = 1e-08",
        "-log(1e-08) = 18.4207",
        "18.4207",
    ]
    assert numbers(walkthroughs.binary_cross_entropy(p, np.array([1]))) == ["1", "-log(1 - 1e-08) = 1e-08", "1e-08"]
    assert numbers(walkthroughs.binary_cross_entropy_backward(1.0, p, np.array([1]))) == [
        "((1 - 1e-08) - 1) / ((1 - 1e-08) × 1e-08) = -1"
    ]


def test_the_surprise_of_a_logit_is_made_without_losing_digits():
    logits, target = np.array([2.0, -1000, 40, 0.5]), np.array([0, 1, 1, 0.25])
    steps, loss = told(walkthroughs.binary_cross_entropy_with_logits(logits, target, reduction="none"))
    assert steps == [
        ("p_t of pixel (0)", "sigmoid(-2) = 0.119203"),
        ("Surprise of pixel (0)", "2 + log(1 + exp(-2)) = 2.12693"),
        ("p_t of pixel (1)", "sigmoid(-1000) = 0"),
        ("Surprise of pixel (1)", "1000 + log(1 + exp(-1000)) = 1000"),
        ("p_t of pixel (2)", "sigmoid(40) = 1"),
        ("Surprise of pixel (2)", "log(1 + exp(-40)) = 4.24835e-18"),
        ("Surprise of pixel (3)", "max(0.5, 0) - 0.5 × 0.25 + log(1 + exp(-0.5)) = 0.849077"),
        ("Loss", "2.12693, 1000, 4.24835e-18, 0.849077"),
    ]
    np.testing.assert_allclose(loss[1:3], [1000, np.exp(-40)], rtol=1e-15)


def test_certain_and_wrong_pulls_with_one_on_a_logit_and_without_measure_on_a_probability():
    zero, one = np.array([0.0]), np.array([1])
    (step,) = record(walkthroughs.binary_cross_entropy_with_logits_backward(1.0, np.array([-1000.0]), one)).steps
    assert step.numbers == "(0 - 1) = -1"
    assert "Certain and wrong still pulls: p - t has a size of 1, the largest there is." in step.says
    (step,) = record(walkthroughs.binary_cross_entropy_backward(1.0, zero, one)).steps
    assert step.numbers == "(0 - 1) / 1e-12 = -1e+12"
    assert "1e-12 stands in its place" in step.says
    p, target = np.array([0.3, 0.9]), np.array([1, 1])
    assert numbers(walkthroughs.binary_cross_entropy_backward(1.0, p, target)) == [
        "(0.3 - 1) / (0.3 × (1 - 0.3)) / 2 = -1.66667",
        "(0.9 - 1) / (0.9 × (1 - 0.9)) / 2 = -0.555556",
    ]
    assert numbers(walkthroughs.binary_cross_entropy_with_logits_backward(3.0, np.array([LN9, -LN9]), target)) == [
        "3 × (0.9 - 1) / 2 = -0.15",
        "3 × (0.1 - 1) / 2 = -1.35",
    ]


def test_a_pixel_that_is_right_counts_a_hundred_times_less():
    """The slide: at p_t 0.9 and gamma 2 the focal loss is a hundredth of the cross-entropy."""
    logits, target = np.array([LN9, -LN9]), np.array([1, 1])
    trace = record(walkthroughs.focal_loss(logits, target))
    assert [(step.title, step.numbers) for step in trace.steps] == [
        ("p_t of pixel (0)", "sigmoid(2.19722) = 0.9"),
        ("Surprise of pixel (0)", "log(1 + exp(-2.19722)) = 0.105361"),
        ("Factor of pixel (0)", "(1 - 0.9)^2 = 0.01"),
        ("Focal loss of pixel (0)", "0.01 × 0.105361 = 0.00105361"),
        ("p_t of pixel (1)", "sigmoid(-2.19722) = 0.1"),
        ("Surprise of pixel (1)", "2.19722 + log(1 + exp(-2.19722)) = 2.30259"),
        ("Factor of pixel (1)", "(1 - 0.1)^2 = 0.81"),
        ("Focal loss of pixel (1)", "0.81 × 2.30259 = 1.86509"),
        ("Loss", "(0.00105361 + 1.86509) / 2 = 0.933074"),
    ]
    assert "counts 100 times less" in trace.steps[2].says
    assert "wrong" in trace.steps[6].says
    assert "counts 1.23 times less" in trace.steps[6].says
    assert (
        "1 of them is on the wrong side and makes up more than 99.9\N{NO-BREAK SPACE}% of the sum"
        in trace.steps[8].says
    )
    assert "in the cross-entropy it would make up 95.6\N{NO-BREAK SPACE}%" in trace.steps[8].says
    right = logits[:1], target[:1]
    np.testing.assert_allclose(ops.binary_cross_entropy_with_logits(*right) / ops.focal_loss(*right), 100, rtol=1e-12)


def test_alpha_weighs_the_object_and_one_minus_alpha_the_background():
    logits, target = np.array([0.0, 0, 0]), np.array([1, 0, 0.5])
    steps, loss = told(walkthroughs.focal_loss(logits, target, gamma=1, alpha=0.1, reduction="sum"))
    assert [text for title, text in steps if title.startswith("Focal loss")] == [
        "0.1 × 0.5 × 0.693147 = 0.0346574",
        "0.9 × 0.5 × 0.693147 = 0.311916",
        "0.5 × 0.5 × 0.693147 = 0.173287",
    ]
    np.testing.assert_allclose(loss, 0.75 * np.log(2), rtol=1e-14)


def test_the_gradient_of_the_focal_loss_comes_two_ways():
    steps, _ = told(walkthroughs.focal_loss_backward(-2.0, np.array([LN9, LN9]), np.array([1, 0]), alpha=0.25))
    assert steps == [
        ("Through the surprise, pixel (0)", "0.1^2 × (0.9 - 1) = -0.001"),
        ("Through the factor, pixel (0)", "2 × 0.1^1 × (-1) × 0.9 × 0.1 × 0.105361 = -0.00189649"),
        ("Gradient of pixel (0)", "(-2) × 0.25 × (-0.001 + (-0.00189649)) / 2 = 0.000724122"),
        ("Through the surprise, pixel (1)", "0.9^2 × (0.9 - 0) = 0.729"),
        ("Through the factor, pixel (1)", "2 × 0.9^1 × 1 × 0.9 × 0.1 × 2.30259 = 0.373019"),
        ("Gradient of pixel (1)", "(-2) × 0.75 × (0.729 + 0.373019) / 2 = -0.826514"),
    ]


def test_without_gamma_the_focal_loss_is_the_cross_entropy_and_says_so():
    given = np.array([1.5, -0.5]), np.array([1, 0])
    trace = record(walkthroughs.focal_loss(*given, gamma=0))
    assert trace.result == pytest.approx(ops.binary_cross_entropy_with_logits(*given), rel=1e-14)
    factors = [step for step in trace.steps if step.title.startswith("Factor")]
    assert all("what remains is the cross-entropy." in step.says for step in factors)
    assert [step.numbers for step in factors] == ["(1 - 0.817574)^0 = 1", "(1 - 0.622459)^0 = 1"]
    assert "in the cross-entropy" not in trace.steps[-1].says
    trace = record(walkthroughs.focal_loss_backward(1.0, *given, gamma=0))
    np.testing.assert_allclose(trace.result, ops.binary_cross_entropy_with_logits_backward(1.0, *given), rtol=1e-14)
    assert [step.numbers for step in trace.steps if "factor" in step.title] == ["0", "0"]
    assert "this is the gradient of the cross-entropy" in trace.steps[-1].says
    assert ", weighed by alpha." in says(walkthroughs.focal_loss(*given, gamma=0, alpha=0.5))[2]


def test_two_masks_of_two_pixels_that_do_not_meet_score_a_fifth():
    """The slide, with smooth 1; and two empty masks, 1."""
    steps, dice = told(walkthroughs.dice_score(mask([1, 1], [0, 0]), mask([0, 0], [1, 1])))
    assert steps == [
        ("Pixel (0, 0)", "shared 0 + 1 × 0 = 0, predicted 0 + 1 = 1, true 0 + 0 = 0"),
        ("Pixel (0, 1)", "shared 0 + 1 × 0 = 0, predicted 1 + 1 = 2, true 0 + 0 = 0"),
        ("Pixel (1, 0)", "shared 0 + 0 × 1 = 0, predicted 2 + 0 = 2, true 0 + 1 = 1"),
        ("Pixel (1, 1)", "shared 0 + 0 × 1 = 0, predicted 2 + 0 = 2, true 1 + 1 = 2"),
        ("Score", "(2 × 0 + 1) / (2 + 2 + 1) = 0.2"),
        ("Dice score", "0.2"),
    ]
    assert (dice, ops.dice_score(mask([1, 1], [0, 0]), mask([0, 0], [1, 1]))) == (0.2, 0.2)
    empty = mask([0, 0], [0, 0])
    assert told(walkthroughs.dice_score(empty, empty))[0][-2:] == [
        ("Score", "(2 × 0 + 1) / (0 + 0 + 1) = 1"),
        ("Dice score", "1"),
    ]
    assert told(walkthroughs.dice_score(empty, empty, smooth=0))[0][-2] == ("Score", "1   (0 / 0, by agreement)")
    assert ops.dice_score(empty, empty) == ops.dice_score(empty, empty, smooth=0) == 1


def test_counted_together_the_large_object_outvotes_the_small_one():
    """The slide: 100 pixels all found, 4 pixels all missed: 0.980 counted together, 0.60 as a mean."""
    target = np.zeros((2, 1, 10, 10))
    target[0], target[1, 0, :2, :2] = 1, 1
    p = target * np.reshape([1, 0], (2, 1, 1, 1))
    steps, mean = told(walkthroughs.dice_score(p, target))
    assert [text for title, text in steps if "core" in title] == [
        "(2 × 100 + 1) / (100 + 100 + 1) = 1",
        "(2 × 0 + 1) / (0 + 4 + 1) = 0.2",
        "(1 + 0.2) / 2 = 0.6",
    ]
    trace = record(walkthroughs.dice_score(p, target, batch=True))
    assert [step.numbers for step in trace.steps[-2:]] == ["(2 × 100 + 1) / (100 + 104 + 1) = 0.980488", "0.980488"]
    assert "All images were counted together" in trace.steps[-2].says
    assert f"{mean:.2f} {trace.result:.3f}" == "0.60 0.980"
    assert f"{ops.dice_score(p, target):.2f} {ops.dice_score(p, target, batch=True):.3f}" == "0.60 0.980"


def test_the_dice_loss_is_what_is_missing():
    p, target = np.reshape([0.9, 0.2, 1, 1], (1, 2, 1, 2)), np.reshape([1, 0, 1, 1], (1, 2, 1, 2))
    steps, loss = told(walkthroughs.dice_loss(p, target))
    assert [step for step in steps if not step[0].startswith("Pixel")] == [
        ("Score, channel 0", "(2 × 0.9 + 1) / (1.1 + 1 + 1) = 0.903226"),
        ("Score, channel 1", "(2 × 2 + 1) / (2 + 2 + 1) = 1"),
        ("What is missing, channel 0", "1 - 0.903226 = 0.0967742"),
        ("What is missing, channel 1", "1 - 1 = 0"),
        ("Loss", "(0.0967742 + 0) / 2 = 0.0483871"),
    ]
    np.testing.assert_allclose(loss, (1 - 2.8 / 3.1) / 2, rtol=1e-14)


def test_the_gradient_of_dice_has_two_numbers_for_a_whole_image():
    p = np.random.default_rng(0).random((1, 1, 4, 5)).round(2)
    target = np.zeros(p.shape, dtype=int)
    target[..., 1:3, 1:4] = 1
    trace = record(walkthroughs.dice_loss_backward(1.0, p, target))
    numbers_there = {float(g) for g in trace.result.ravel()}
    assert len(numbers_there) == 2
    grids = trace.at(2)  # told before the first pixel
    assert numbers_there == {grids["for_object"].item(), grids["for_background"].item()}
    assert grids["for_object"] < 0 < grids["for_background"]
    assert "each of its pixels gets one of these two numbers" in trace.steps[2].says
    for step, t in zip(trace.steps[3:], target.ravel(), strict=True):
        assert f"of the {'object' if t else 'background'}:" in step.says


def test_the_gradient_of_dice_by_hand():
    steps, grad_p = told(walkthroughs.dice_loss_backward(2.0, mask([0.5, 0.5, 0]), mask([1, 0.5, 0]), smooth=0.5))
    assert steps == [
        ("Below the fraction", "(0.5 + 0.5 + 0) + (1 + 0.5 + 0) + 0.5 = 3"),
        ("Pixels of the object", "2 × (0.666667 - 2) / 3 = -0.888889"),
        ("Pixels of the background", "2 × 0.666667 / 3 = 0.444444"),
        ("Gradient of pixel (0, 0)", "-0.888889"),
        ("Gradient of pixel (0, 1)", "0.5 × (-0.888889) + (1 - 0.5) × 0.444444 = -0.222222"),
        ("Gradient of pixel (0, 2)", "0.444444"),
    ]
    np.testing.assert_allclose(grad_p, [[[[-8 / 9, -2 / 9, 4 / 9]]]], rtol=1e-14)


def test_the_absolute_error():
    prediction, target = np.array([1.3, 7]), np.array([5.0, 5])
    assert numbers(walkthroughs.l1_loss(prediction, target)) == [
        "1.3 - 5 = -3.7",
        "7 - 5 = 2",
        "(|-3.7| + |2|) / 2 = 2.85",
    ]
    assert numbers(walkthroughs.l1_loss(prediction, target, reduction="none"))[-1] == "|-3.7| = 3.7, |2| = 2"
    assert numbers(walkthroughs.mse_loss(prediction, target, reduction="none"))[-1] == "(-3.7)² = 13.69, 2² = 4"
    assert numbers(walkthroughs.l1_loss_backward(3.0, prediction, target)) == [
        "3 × sign(1.3 - 5) / 2 = -1.5",
        "3 × sign(7 - 5) / 2 = 1.5",
    ]
    first, second, third = says(walkthroughs.l1_loss_backward(1.0, np.array([1.3, 7, 5]), np.array([5.0, 5, 5])))
    assert [text.split(":")[0] for text in (first, second)] == ["Too small", "Too large"]
    assert "corner" in third
