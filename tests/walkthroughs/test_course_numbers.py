"""The numbers of the lecture's slides, from the arrays and from what the steps say."""

import numpy as np
import pytest

from mlcourse import walkthroughs
from mlcourse.trace import record

IMAGE = np.array([[[[3.0, 0, 1], [1, 5, 8], [2, 7, 2]]]])
EDGES = np.array([[[[1.0, 0, -1]] * 3]])
X = np.array([[[[3.0, 1], [2, 1], [0, 7]]]])
W = np.array([[[[0.1, 0], [0, 0.1]]]])


def step_of(only=None):
    return record(walkthroughs.training_step(X, W, target=5.0, rate=0.01, only=only))


def said(trace, title):
    """What the steps of that title say, in order."""
    numbers = [step.numbers for step in trace.steps if step.title == title]
    assert numbers, f"no step is called {title}"
    return numbers


def last(trace):
    return trace.at(len(trace.steps) - 1)


def first_written(trace, name):
    """The grid right after the last step that wrote it before anything was updated."""
    moments = [i for i, step in enumerate(trace.steps) if name in step.wrote]
    update = next(i for i, step in enumerate(trace.steps) if step.title.startswith("Update"))
    return trace.at(max(i for i in moments if i < update))[name]


def test_the_edge_of_the_first_lecture():
    trace = record(walkthroughs.conv2d(IMAGE, EDGES))
    assert trace.result == -5
    assert last(trace)["y"].tolist() == [[[[-5]]]]
    assert [step.numbers for step in trace.steps] == [
        "3 × 1 + 0 × 0 + 1 × (-1) + 1 × 1 + 5 × 0 + 8 × (-1) + 2 × 1 + 7 × 0 + 2 × (-1) = -5"
    ]


def test_forward():
    trace = step_of()
    np.testing.assert_allclose(first_written(trace, "y"), [[[[0.4], [0.9]]]], rtol=1e-14)
    np.testing.assert_allclose(first_written(trace, "prediction"), [1.3], rtol=1e-14)
    np.testing.assert_allclose(first_written(trace, "loss"), 13.69, rtol=1e-14)
    assert said(trace, "Output (0, 0)")[0] == "3 × 0.1 + 1 × 0 + 2 × 0 + 1 × 0.1 = 0.4"
    assert said(trace, "Output (1, 0)")[0] == "2 × 0.1 + 1 × 0 + 0 × 0 + 7 × 0.1 = 0.9"
    assert said(trace, "Prediction")[0] == "0.4 + 0.9 = 1.3"
    assert said(trace, "Error of the prediction")[0] == "1.3 - 5 = -3.7"
    assert said(trace, "Loss")[0] == "(-3.7)² = 13.69"


def test_backward():
    trace = step_of()
    grids = last(trace)
    np.testing.assert_allclose(grids["grad_prediction"], [-7.4], rtol=1e-14)
    np.testing.assert_allclose(grids["grad_output"], [[[[-7.4], [-7.4]]]], rtol=1e-14)
    np.testing.assert_allclose(grids["grad_w"], [[[[-37, -14.8], [-14.8, -59.2]]]], rtol=1e-14)
    np.testing.assert_allclose(grids["grad_x"], [[[[-0.74, 0], [-0.74, -0.74], [0, -0.74]]]], rtol=1e-14)
    np.testing.assert_allclose(grids["measured_w"], grids["grad_w"], atol=1e-6)
    np.testing.assert_allclose(grids["measured_x"], grids["grad_x"], atol=1e-6)
    assert said(trace, "Gradient of the prediction") == ["2 × (1.3 - 5) = -7.4"]
    assert said(trace, "Gradient of each output") == ["-7.4 to every output"]
    weights = [said(trace, f"Gradient of weight ({p}, {q})") for p in range(2) for q in range(2)]
    assert weights == [
        ["(-7.4) × 3 + (-7.4) × 2 = -37   (measured: -37)"],
        ["(-7.4) × 1 + (-7.4) × 1 = -14.8   (measured: -14.8)"],
        ["(-7.4) × 2 + (-7.4) × 0 = -14.8   (measured: -14.8)"],
        ["(-7.4) × 1 + (-7.4) × 7 = -59.2   (measured: -59.2)"],
    ]
    pixels = [said(trace, f"Gradient of pixel ({m}, {k})") for m in range(3) for k in range(2)]
    assert pixels == [
        ["(-7.4) × 0.1 = -0.74   (measured: -0.74)"],
        ["(-7.4) × 0 = 0   (measured: 0)"],
        ["(-7.4) × 0.1 + (-7.4) × 0 = -0.74   (measured: -0.74)"],
        ["(-7.4) × 0 + (-7.4) × 0.1 = -0.74   (measured: -0.74)"],
        ["(-7.4) × 0 = 0   (measured: 0)"],
        ["(-7.4) × 0.1 = -0.74   (measured: -0.74)"],
    ]


def test_one_weight_learns():
    trace = step_of(only=(0, 0, 0, 0))
    w, prediction, loss = trace.result
    np.testing.assert_allclose(w, [[[[0.47, 0], [0, 0.1]]]], rtol=1e-14)
    np.testing.assert_allclose(prediction, [3.15], rtol=1e-14)
    np.testing.assert_allclose(loss, 3.4225, rtol=1e-13)
    assert said(trace, "Update weight (0, 0)") == ["0.1 - 0.01 × (-37) = 0.47"]
    assert [step.title for step in trace.steps if "Update" in step.title] == ["Update weight (0, 0)"]
    assert said(trace, "Prediction")[1] == "1.51 + 1.64 = 3.15"
    assert said(trace, "Loss")[1] == "(-1.85)² = 3.4225"


def test_all_weights_learn_and_overshoot():
    trace = step_of()
    w, prediction, loss = trace.result
    np.testing.assert_allclose(w, [[[[0.47, 0.148], [0.148, 0.692]]]], rtol=1e-14)
    np.testing.assert_allclose(prediction, [8.478], rtol=1e-14)
    np.testing.assert_allclose(loss, 12.096484, rtol=1e-13)
    updates = [said(trace, f"Update weight ({p}, {q})") for p in range(2) for q in range(2)]
    assert updates == [
        ["0.1 - 0.01 × (-37) = 0.47"],
        ["0 - 0.01 × (-14.8) = 0.148"],
        ["0 - 0.01 × (-14.8) = 0.148"],
        ["0.1 - 0.01 × (-59.2) = 0.692"],
    ]
    assert said(trace, "Prediction")[1] == "2.546 + 5.932 = 8.478"
    assert said(trace, "Error of the prediction")[1] == "8.478 - 5 = 3.478"
    assert said(trace, "Loss")[1] == "3.478² = 12.0965"
    assert said(trace, "Loss")[1] != said(trace, "Loss")[0]


def test_the_input_is_left_as_it_was():
    step_of()
    assert X.tolist() == [[[[3, 1], [2, 1], [0, 7]]]]
    assert W.tolist() == [[[[0.1, 0], [0, 0.1]]]]


def descent(rate, steps=8):
    return record(walkthroughs.descent(X, W, target=5.0, rate=rate, steps=steps))


def errors(rate, steps=8):
    predictions, losses = descent(rate, steps).result
    np.testing.assert_allclose(losses, (predictions[0] - 5) ** 2, rtol=1e-12)
    return predictions[0] - 5


S = np.array([[3 + 2, 1 + 1], [2 + 0, 1 + 7]])  # the two patches under the kernel, added


def test_the_error_is_multiplied_by_the_same_factor_at_each_step():
    assert (S**2).sum() == 97
    found = errors(0.01)
    assert found[0] == pytest.approx(-3.7)
    np.testing.assert_allclose(found[1:] / found[:-1], 1 - 2 * 0.01 * 97, rtol=1e-12)
    trace = descent(0.01)
    assert said(trace, "Before training") == ["prediction 1.3, error -3.7, loss 13.69"]
    assert said(trace, "After 1 step") == ["prediction 8.478, error 3.478, factor -0.94, loss 12.0965"]
    assert said(trace, "Update 1") == ["largest gradient -59.2, rate 0.01"]
    for t in range(2, 9):
        assert "factor -0.94, " in said(trace, f"After {t} steps")[0]


@pytest.mark.parametrize("rate", [0.001, 0.005, 0.01, 0.0107])
def test_the_factor_follows_the_rate(rate):
    found = errors(rate)
    np.testing.assert_allclose(found[1:], found[:-1] * (1 - 2 * rate * 97), rtol=1e-12, atol=1e-14)


def test_one_step_is_enough_at_the_right_rate():
    found = errors(1 / 194)
    assert found[0] == pytest.approx(-3.7)
    np.testing.assert_allclose(found[1:], 0, atol=1e-14)
    trace = descent(1 / 194)
    assert said(trace, "After 1 step") == ["prediction 5, error 0, factor 0, loss 0"]
    assert said(trace, "After 2 steps") == ["prediction 5, error 0, loss 0"]
    (nothing_left,) = [step.says for step in trace.steps if step.title == "After 2 steps"]
    assert "nothing left to learn" in nothing_left


def test_no_factor_is_told_of_errors_that_are_only_rounding():
    trace = descent(1 / 194.5, steps=30)  # 0.0026 a step
    factors = [step.numbers.partition("factor ")[2].partition(",")[0] for step in trace.steps]
    told = [float(factor) for factor in factors if factor]
    assert 3 <= len(told) <= 6
    assert told == pytest.approx([1 - 194 / 194.5] * len(told), rel=1e-4)


def test_above_one_over_97_the_error_grows():
    for rate in (1 / 97 * 1.001, 0.011, 0.05):
        found = np.abs(errors(rate))
        assert (found[1:] > found[:-1] * 1.0001).all()
    for rate in (1 / 97 * 0.999, 0.01, 0.001):
        found = np.abs(errors(rate))
        assert (found[1:] < found[:-1] * 0.9999).all()


def test_at_one_over_97_it_swings_for_ever():
    found = errors(1 / 97, steps=500)
    np.testing.assert_allclose(np.abs(found), 3.7, rtol=1e-10)
    np.testing.assert_array_equal(np.sign(found), [-1, 1] * 250 + [-1])
    assert said(descent(1 / 97), "After 8 steps") == ["prediction 1.3, error -3.7, factor -1, loss 13.69"]
