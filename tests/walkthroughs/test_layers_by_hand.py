"""Pooling, activations and batch normalisation: small examples worked out by hand, and what is said of them."""

import re

import numpy as np
import pytest
from stories import final, stories, trace_of
from story import told

from mlcourse import ops, walkthroughs
from mlcourse.trace import record

TOLD_HERE = ("avg_pool2d", "avg_pool2d_backward", "batch_norm2d", "batch_norm2d_backward")
X = np.array([[[[1.0, 5, 2, 2], [3, 4, 0, 2]]]])


def test_maximum_pooling():
    steps, _, (y, indices) = told(walkthroughs.max_pool2d(X, 2))
    assert steps == [
        ("Output (0, 0)", "max(1, 5, 3, 4) = 5   (index of pixel (0, 1): 0 × 4 + 1 = 1)"),
        ("Output (0, 1)", "max(2, 2, 0, 2) = 2   (index of pixel (0, 2): 0 × 4 + 2 = 2)"),
    ]
    assert (y.tolist(), indices.tolist()) == ([[[[5, 2]]]], [[[[1, 2]]]])


def test_maximum_pooling_in_padding_shows_minus_infinity_and_counts_without_it():
    trace = record(walkthroughs.max_pool2d(-X, (2, 3), stride=3, padding=(0, 1)))
    assert [step.numbers for step in trace.steps] == [
        "max(-inf, -1, -5, -inf, -3, -4) = -1   (index of pixel (0, 0): 0 × 4 + 0 = 0)",
        "max(-2, -2, -inf, 0, -2, -inf) = 0   (index of pixel (1, 2): 1 × 4 + 2 = 6)",
    ]
    edge = -np.inf
    assert trace.grids["x"].tolist() == [[[[edge, -1, -5, -2, -2, edge], [edge, -3, -4, 0, -2, edge]]]]


def test_the_gradient_of_maximum_pooling_goes_to_the_winner():
    steps, says, grad_x = told(walkthroughs.max_pool2d_backward(np.array([[[[1.0, 5, -2]]]]), X, 2, stride=1))
    assert steps == [
        ("Before the first window", ""),
        ("Window (0, 0): to pixel (0, 1)", "0 + 1 = 1   (index 1 = 0 × 4 + 1)"),
        ("Window (0, 1): to pixel (0, 1)", "1 + 5 = 6   (index 1 = 0 × 4 + 1)"),
        ("Window (0, 2): to pixel (0, 2)", "0 + (-2) = -2   (index 2 = 0 × 4 + 2)"),
    ]
    assert ["adds up" in said for said in says] == [False, False, True, False]
    assert grad_x.tolist() == [[[[0, 6, -2, 0], [0, 0, 0, 0]]]]


@pytest.mark.parametrize("story", stories("max_pool2d"), ids=str)
def test_the_place_of_a_maximum_is_worked_out_and_ties_and_padding_are_told(story):
    x = final(story).get("x")
    for step in trace_of(story).steps:
        row, column, left, right = re.search(
            r"   \(index of pixel \((\d+), (\d+)\): (\d+ × \d+ \+ \d+) = (\d+)\)$", step.numbers
        ).groups()
        assert left == f"{row} × {story.arguments[0].shape[3]} + {column}"
        now = step.values["indices"][0] if "indices" in step.values else step.new["indices"].flat[step.wrote["indices"]]
        assert eval(left.replace("×", "*")) == int(right) == now
        window = x.reshape(-1)[step.read["x"]]
        assert ("Of equal ones the first" in step.says) == ((window == window.max()).sum() > 1)
        assert ("padding" in step.says) == np.isinf(window).any()


@pytest.mark.parametrize("story", stories("max_pool2d_backward"), ids=str)
def test_a_window_is_routed_to_the_pixel_whose_index_was_kept(story):
    grad_output, x, kernel_size = story.arguments
    _, indices = ops.max_pool2d(x, kernel_size, **story.options)
    first, *windows = trace_of(story).steps or [None]
    if first is not None:
        assert first.numbers == ""
        assert first.wrote["grad_x"].tolist() == list(range(x.size))
        assert not first.new["grad_x"].any()
        assert first.symbols.endswith(" = 0")
    met = set()
    for step, cell in zip(windows, np.ndindex(grad_output.shape), strict=True):
        i, j, m, k = map(int, re.match(r"Window \((\d+), (\d+)\): to pixel \((\d+), (\d+)\)", step.title).groups())
        assert (i, j) == cell[2:]
        assert step.numbers.endswith(f"   (index {indices[cell]} = {m} × {x.shape[3]} + {k})")
        assert m * x.shape[3] + k == indices[cell]
        assert step.read["x"].tolist() == step.wrote["grad_x"].tolist()
        assert ("won another window before" in step.says) == ((*cell[:2], m, k) in met)
        met.add((*cell[:2], m, k))


def test_average_pooling_with_and_without_the_zeros():
    options = {"kernel_size": (2, 3), "stride": 3, "padding": (0, 1)}
    steps, says, _ = told(walkthroughs.avg_pool2d(X, **options))
    assert [numbers for _, numbers in steps] == [
        "(0 + 1 + 5 + 0 + 3 + 4) / 6 = 2.16667",
        "(2 + 2 + 0 + 0 + 2 + 0) / 6 = 1",
    ]
    assert all("count as pixels" in said for said in says)
    steps, says, _ = told(walkthroughs.avg_pool2d(X, **options, count_include_pad=False))
    assert [numbers for _, numbers in steps] == [
        "(0 + 1 + 5 + 0 + 3 + 4) / 4 = 3.25",
        "(2 + 2 + 0 + 0 + 2 + 0) / 4 = 1.5",
    ]
    assert all("are not counted" in said for said in says)


@pytest.mark.parametrize("story", stories(*TOLD_HERE), ids=str)
def test_the_numbers_in_a_rule_are_those_of_its_calculation(story):
    """What a mean is divided by, and the shares of old and new, stand in both."""
    for step in trace_of(story).steps:
        divisors = re.findall(r"/ (\d+)(?![\d.])", step.numbers)
        for divisor in re.findall(r"\}\{(\d+)\}", step.symbols) if divisors else ():
            assert divisor in divisors
        for share in re.findall(r"\d\.\d+", step.symbols):
            assert f"{share} × " in step.numbers


def test_of_zeros_nothing_is_said_where_there_are_none():
    _, says, _ = told(walkthroughs.avg_pool2d(X, (2, 2)))
    assert not any("padding" in said for said in says)


def test_the_gradient_of_average_pooling_is_shared_out():
    steps, _, grad_x = told(walkthroughs.avg_pool2d_backward(np.array([[[[1.0, 4]]]]), X[..., :3], 2, stride=1))
    assert steps[:3] == [
        ("Gradient of pixel (0, 0)", "1 / 4 = 0.25"),
        ("Gradient of pixel (0, 1)", "4 / 4 + 1 / 4 = 1.25"),
        ("Gradient of pixel (0, 2)", "4 / 4 = 1"),
    ]
    assert grad_x.tolist() == [[[[0.25, 1.25, 1], [0.25, 1.25, 1]]]]


def test_a_pixel_without_a_window_says_so():
    steps, says, _ = told(walkthroughs.avg_pool2d_backward(np.array([[[[4.0]]]]), X[..., :3], 2))
    assert [numbers for _, numbers in steps] == ["4 / 4 = 1", "4 / 4 = 1", "0"] * 2
    assert ["No window" in said for said in says] == [False, False, True] * 2


def test_activations():
    x, g = np.array([-2.0, 0, 0.5]), np.array([4.0, -3, -1])
    assert [numbers for _, numbers in told(walkthroughs.relu(x))[0]] == [
        "max(0, -2) = 0",
        "max(0, 0) = 0",
        "max(0, 0.5) = 0.5",
    ]
    steps, says, _ = told(walkthroughs.relu_backward(g, x))
    assert [numbers for _, numbers in steps] == ["4 × 0 = 0", "(-3) × 0 = 0", "(-1) × 1 = -1"]
    assert ["corner" in said for said in says] == [False, True, False]
    assert [numbers for _, numbers in told(walkthroughs.sigmoid(x))[0]] == [
        "exp(-2) / (exp(-2) + 1) = 0.119203",
        "1 / (1 + exp(0)) = 0.5",
        "1 / (1 + exp(-0.5)) = 0.622459",
    ]
    assert told(walkthroughs.sigmoid_backward(g, x))[0][1] == ("Gradient (1)", "(-3) × 0.5 × 0.5 = -0.75")
    assert told(walkthroughs.tanh(x))[0][0] == ("Output (0)", "tanh(-2) = -0.964028")
    assert told(walkthroughs.tanh_backward(g, x))[0] == [
        ("Gradient (0)", "4 × (1 - (-0.964028)²) = 0.282603"),
        ("Gradient (1)", "(-3) × (1 - 0²) = -3"),
        ("Gradient (2)", "(-1) × (1 - 0.462117²) = -0.786448"),
    ]


@pytest.mark.parametrize("story", stories("relu", "relu_backward"), ids=str)
def test_the_rule_and_the_words_for_relu_fit_the_number(story):
    x = story.arguments[-1].reshape(-1)
    for step, value in zip(trace_of(story).steps, x, strict=True):
        if story.name == "relu":
            assert ("becomes 0" in step.says) == (value < 0)
        else:
            slope, where = re.search(r"cdot (\d) \\quad .* x (> 0|\\le 0)$", step.symbols).groups()
            assert (slope, where) == (("1", "> 0") if value > 0 else ("0", r"\le 0"))
            assert ("passed" in step.says) == (value > 0)


CHANNEL = np.array([1.0, 3, 5, 7]).reshape(2, 1, 1, 2)
GIVEN = tuple(np.array([[2.0], [1], [0], [1]]))  # weight, bias, running mean and variance


def test_batch_normalisation_in_training():
    steps, _, (y, running_mean, running_var) = told(walkthroughs.batch_norm2d(CHANNEL, *GIVEN, training=True))
    assert steps == [
        ("Mean", "(1 + 3 + 5 + 7) / 4 = 4"),
        ("Variance", "((1 - 4)² + (3 - 4)² + (5 - 4)² + (7 - 4)²) / 4 = 5"),
        ("Normalised value (0, 0), image 0", "(1 - 4) / sqrt(5 + 1e-05) = -1.34164"),
        ("Normalised value (0, 1), image 0", "(3 - 4) / sqrt(5 + 1e-05) = -0.447213"),
        ("Normalised value (0, 0), image 1", "(5 - 4) / sqrt(5 + 1e-05) = 0.447213"),
        ("Normalised value (0, 1), image 1", "(7 - 4) / sqrt(5 + 1e-05) = 1.34164"),
        ("Output (0, 0), image 0", "2 × (-1.34164) + 1 = -1.68328"),
        ("Output (0, 1), image 0", "2 × (-0.447213) + 1 = 0.105574"),
        ("Output (0, 0), image 1", "2 × 0.447213 + 1 = 1.89443"),
        ("Output (0, 1), image 1", "2 × 1.34164 + 1 = 3.68328"),
        ("Running mean", "0.9 × 0 + 0.1 × 4 = 0.4"),
        ("Running variance", "0.9 × 1 + 0.1 × 4 / 3 × 5 = 1.56667"),
    ]
    np.testing.assert_allclose((running_mean, running_var), [[0.4], [0.9 + 0.1 * 20 / 3]], rtol=1e-14)
    np.testing.assert_allclose(y.mean(), 1, rtol=1e-14)


def test_batch_normalisation_in_evaluation_looks_at_no_other_value():
    trace = record(walkthroughs.batch_norm2d(CHANNEL, *GIVEN, training=False, eps=3))
    assert [step.numbers for step in trace.steps[:2]] == ["(1 - 0) / sqrt(1 + 3) = 0.5", "(3 - 0) / sqrt(1 + 3) = 1.5"]
    for step in trace.steps:
        assert all(len(positions) == 1 for positions in step.read.values())
        assert not {"mean", "var"} & (step.read.keys() | step.wrote.keys())
        assert ("who else is in the batch" in step.says) == step.title.startswith("Normalised value")


def test_the_gradient_of_batch_normalisation_has_two_more_terms_in_training():
    g = np.array([1.0, 0, 0, -3]).reshape(CHANNEL.shape)
    steps, says, (grad_x, _, _) = told(walkthroughs.batch_norm2d_backward(g, CHANNEL, *GIVEN, training=True))
    assert steps[:3] == [
        ("Gradient of the bias", "1 + 0 + 0 + (-3) = -2"),
        (
            "Gradient of the weight",
            "1 × (-1.34164) + 0 × (-0.447213) + 0 × 0.447213 + (-3) × 1.34164 = -5.36656",
        ),
        ("Gradient of pixel (0, 0), image 0", "2 / 2.23607 × (1 - (-2) / 4 - (-1.34164) × (-5.36656) / 4) = -0.268325"),
    ]
    assert all("mean" in said and "variance" in said for said in says[2:])
    np.testing.assert_allclose(grad_x.sum(), 0, atol=1e-14)
    steps, says, _ = told(walkthroughs.batch_norm2d_backward(g, CHANNEL, *GIVEN, training=False, eps=3))
    assert steps[2] == ("Gradient of pixel (0, 0), image 0", "2 / 2 × 1 = 1")
    assert all("running statistics stay" in said for said in says[2:])


def test_the_rules_of_one_channel_and_of_several():
    def rules(story):
        return {name: step.symbols for step in trace_of(story).steps for name in step.wrote}

    one, many = (next(s for s in stories("batch_norm2d") if s.what == f"{what}-training") for what in ("plain", "many"))
    assert rules(one)["y"] == r"y_{n,i,j} = w\, \hat{x}_{n,i,j} + b"
    assert (
        rules(one)["running_var"]
        == r"\bar{\sigma}^2 \leftarrow 0.9\, \bar{\sigma}^2 + 0.1 \cdot \frac{4}{3}\, \sigma^2"
    )
    assert rules(many)["mean"] == r"\mu_{c} = \frac{1}{12} \sum_{n,i,j} x_{n,c,i,j}"
    assert rules(many)["x_hat"] == (
        r"\hat{x}_{n,c,i,j} = \frac{x_{n,c,i,j} - \mu_{c}}{\sqrt{\sigma_{c}^2 + \varepsilon}}"
    )
    pool = next(s for s in stories("max_pool2d") if s.what == "sides-ties")
    assert rules(pool)["y"] == r"y_{n,c,i,j} = \max_{p,q} x_{n,c,i+p,\,2j+q}"
    share = next(s for s in stories("avg_pool2d_backward") if s.what == "sides-zeros_do_not")
    assert rules(share)["grad_x"] == (
        r"\frac{\partial L}{\partial x_{n,c,m,k}} = \sum_{i,j} \frac{g_{n,c,i,j}}{\text{count}_{ij}}"
        r"\quad \text{where} \quad (i+p,\,2j+q) = (m,\,k+1)"
    )
