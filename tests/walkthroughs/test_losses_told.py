"""The walkthroughs of losses beside their operations: other precisions, gradients, refusals, and their small words."""

import re

import numpy as np
import pytest
from stories import finished, stories, trace_of

from mlcourse import ops, walkthroughs
from mlcourse.trace import record
from mlcourse.walkthroughs._wording import near_one, percent, pixel

LOSSES = (
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "dice_loss",
    "dice_score",
    "focal_loss",
    "l1_loss",
)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "focal_loss", "dice_score", "dice_loss"])
def test_how_many_values_become_one_is_said(name):
    met = set()
    for story in stories(name):
        step, reduction = trace_of(story).steps[-1], story.options.get("reduction", "mean")
        (count,) = (len(positions) for positions in step.read.values())
        met.add((reduction, count > 1))
        assert ("nothing is added up" in step.says) == (reduction == "none")
        assert ("Unlike a mean it grows" in step.says) <= (reduction == "sum")
        if "dice" not in name and reduction == "sum" and count > 1:
            assert "Unlike a mean it grows" in step.says
        assert ("There is one" in step.says) == (reduction != "none" and count == 1)
        assert bool(re.search(rf"The {reduction} (over all|of) {count} ", step.says)) == (
            reduction != "none" and count > 1
        )
    assert {("none", True), ("mean", False), ("mean", True), ("sum", True)} <= met


@pytest.mark.parametrize("name", LOSSES)
def test_numbers_of_less_precision_are_told_as_well(name):
    for story in stories(name, f"{name}_backward"):
        if "edges" in story.what or not isinstance(story.arguments[-2], np.ndarray):
            continue
        (*above, prediction, target), options = story.given()
        above = [g.astype("float32") if isinstance(g, np.ndarray) else g for g in above]
        target = target.astype("float32") if target.dtype == float else target
        given = *above, prediction.astype("float32"), target
        told = finished(getattr(walkthroughs, story.name)(*given, **options))
        truth = getattr(ops, story.name)(*given, **options)
        assert truth.dtype == np.float32
        assert np.asarray(told).dtype == np.float64
        np.testing.assert_allclose(told, truth, rtol=0, atol=2e-6 * max(1, np.abs(truth).max()))
        if name != "l1_loss":  # the others are told in double precision
            exact = [np.asarray(a, dtype=float) if hasattr(a, "astype") else a for a in given]
            np.testing.assert_allclose(told, getattr(ops, story.name)(*exact, **options), rtol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("binary_cross_entropy", {}),
        ("binary_cross_entropy_with_logits", {}),
        ("focal_loss", {"gamma": 1.5, "alpha": 0.3}),
        ("dice_loss", {"batch": False, "smooth": 0.5}),
        ("dice_loss", {"batch": True}),
        ("l1_loss", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())) or "plain",
)
def test_the_gradients_of_the_losses_are_what_differences_measure(name, options, reduction):
    rng = np.random.default_rng(7)
    low, high = (-2, 2) if "logits" in name or name == "focal_loss" else (0.2, 0.8)
    prediction, target = rng.uniform(low, high, (2, 3, 2, 1)), rng.random((2, 3, 2, 1))
    options = {**options, "reduction": reduction}

    def function(prediction):
        return np.asarray(finished(getattr(walkthroughs, name)(prediction, target, **options)))

    def backward(above, prediction):
        return finished(getattr(walkthroughs, f"{name}_backward")(above, prediction, target, **options))

    report = ops.gradcheck(function, backward, prediction, rng=1)
    assert report, str(report)


@pytest.mark.parametrize(
    ("walkthrough", "given", "options", "message"),
    [
        (walkthroughs.binary_cross_entropy, ([1.5], [1]), {}, "call binary_cross_entropy_with_logits"),
        (walkthroughs.binary_cross_entropy_backward, (np.ones(2), [0.5], [1]), {}, "grad_output has shape"),
        (walkthroughs.binary_cross_entropy_with_logits, ([1.0, 2], [1]), {}, "expected the same"),
        (walkthroughs.binary_cross_entropy_with_logits_backward, (1.0, [2.0], [255]), {}, "divided by 255"),
        (walkthroughs.focal_loss, ([1.0], [1]), {"gamma": -1}, "gamma is -1"),
        (walkthroughs.focal_loss_backward, (1.0, [1.0], [1]), {"alpha": 2}, "alpha is 2"),
        (walkthroughs.dice_score, ([1.0], [1]), {}, "p\\[None, None\\]"),
        (walkthroughs.dice_loss, ([[[1.0]]], [[[1]]]), {"smooth": -1}, "smooth is -1"),
        (walkthroughs.dice_loss_backward, (1.0, [[[1.0]]], [[[1]]]), {"reduction": "all"}, "reduction is 'all'"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_the_operation_refuses_the_walkthrough_refuses_in_its_words(walkthrough, given, options, message):
    given = [np.array(a) if isinstance(a, list) else a for a in given]
    with pytest.raises(ValueError, match=message):
        finished(walkthrough(*given, **options))


def test_wording():
    assert pixel((0, 1, 2, 3), (1, 2, 4, 5)) == "pixel (2, 3), channel 1"
    assert pixel((1, 2), (4, 5)) == "pixel (1, 2)"
    assert pixel((), ()) == pixel((0,), (1,)) == pixel((0, 0), (1, 1)) == "the pixel"
    assert [percent(part).replace("\N{NO-BREAK SPACE}", " ") for part in (0, 0.0004, 0.5, 0.73412, 0.9995, 1)] == [
        "0 %",
        "less than 0.1 %",
        "50 %",
        "73.4 %",
        "more than 99.9 %",
        "100 %",
    ]
    assert [near_one(1 - rest, rest) for rest in (0.5, 0.1, 1e-3, 1e-8, 1e-20, 0.0)] == [
        "0.5",
        "0.9",
        "0.999",
        "(1 - 1e-08)",
        "(1 - 1e-20)",
        "1",
    ]


P_T = {r"p_\text{t} = \sigma(x)", r"p_\text{t} = 1 - \sigma(x) = \sigma(-x)"}
SURPRISES = {
    r"s = -\log\, \sigma(x) = \log\,(1 + e^{-x})",
    r"s = -\log\, \sigma(x) = \log\,(1 + e^{-x}) = -x + \log\,(1 + e^{x})",
    r"s = -\log\,(1 - \sigma(x)) = \log\,(1 + e^{x})",
    r"s = -\log\,(1 - \sigma(x)) = \log\,(1 + e^{x}) = x + \log\,(1 + e^{-x})",
    r"s = \max(x,\, 0) - x\,t + \log\,(1 + e^{-|x|})",
}
SLOPE = r"\frac{\partial L}{\partial %s} = "
BOTH = r"\left( f\, \frac{\partial s}{\partial x} + s\, \frac{\partial f}{\partial x} \right)"
RULES = {  # of five pixels, the last with a target between 0 and 1, with each of the reductions
    "binary_cross_entropy": {
        r"p_\text{t} = p",
        r"p_\text{t} = 1 - p",
        r"s = -\log\, p_\text{t}",
        r"s = -(t\, \log\, p + (1 - t)\, \log\,(1 - p))",
        r"L = \frac{1}{5} \sum_n s_n",
        r"L = \sum_n s_n",
        r"L_n = s_n",
    },
    "binary_cross_entropy_with_logits": P_T
    | SURPRISES
    | {r"L = \frac{1}{5} \sum_n s_n", r"L = \sum_n s_n", r"L_n = s_n"},
    "focal_loss": P_T
    | SURPRISES
    | {
        r"p_\text{t} = t\, \sigma(x) + (1 - t)\, \sigma(-x)",
        r"f = (1 - p_\text{t})^{\gamma}",
        r"\ell = f\, s",
        r"L = \frac{1}{5} \sum_n \ell_n",
        r"L = \sum_n \ell_n",
        r"L_n = \ell_n",
    },
    "binary_cross_entropy_backward": {
        SLOPE % "p" + share + slope
        for share in (r"\frac{1}{5}\, ", r"g \cdot ")
        for slope in (r"\frac{p - t}{p\,(1 - p)}", r"\frac{p - t}{10^{-12}}")
    },
    "binary_cross_entropy_with_logits_backward": {
        SLOPE % "x" + share + r"(\sigma(x) - t)" for share in (r"\frac{1}{5}\, ", r"g \cdot ")
    },
    "focal_loss_backward": {
        r"f\, \frac{\partial s}{\partial x} = (1 - p_\text{t})^{\gamma}\, (p - t)",
        r"s\, \frac{\partial f}{\partial x} = \gamma\, (1 - p_\text{t})^{\gamma - 1}\, (1 - 2t)\, p\, (1 - p)\, s",
        SLOPE % "x" + r"\frac{1}{5}\, " + BOTH,
        SLOPE % "x" + r"g \cdot " + BOTH,
    },
    "dice_score": {
        r"S \leftarrow S + p\, t, \;\; P \leftarrow P + p, \;\; T \leftarrow T + t",
        r"D = \frac{2\, S + \text{smooth}}{P + T + \text{smooth}}",
        r"\text{Dice} = D",
    },
    "dice_loss": {
        r"S \leftarrow S + p\, t, \;\; P \leftarrow P + p, \;\; T \leftarrow T + t",
        r"D = \frac{2\, S + \text{smooth}}{P + T + \text{smooth}}",
        r"\ell = 1 - D",
        r"L = \ell",
    },
    "dice_loss_backward": {
        r"B = \sum_n p_n + \sum_n t_n + \text{smooth}",
        "a = " + SLOPE % "p" + r"\frac{D - 2}{B}\quad \text{where} \quad t = 1",
        "b = " + SLOPE % "p" + r"\frac{D}{B}\quad \text{where} \quad t = 0",
        "a = " + SLOPE % "p" + r"g \cdot \frac{D - 2}{B}\quad \text{where} \quad t = 1",
        "b = " + SLOPE % "p" + r"g \cdot \frac{D}{B}\quad \text{where} \quad t = 0",
        SLOPE % "p" + r"t\, a + (1 - t)\, b",
    },
    "l1_loss": {
        r"e_n = \hat{y}_n - t_n",
        r"L = \frac{1}{5} \sum_n |e_n|",
        r"L = \sum_n |e_n|",
        r"L_n = |e_n|",
    },
    "l1_loss_backward": {
        SLOPE % r"\hat{y}_n" + share + r"\operatorname{sign}(\hat{y}_n - t_n)"
        for share in (r"\frac{1}{5}\, ", r"g \cdot ")
    },
}


@pytest.mark.parametrize("name", RULES)
def test_every_case_has_its_rule(name):
    """A rule is drawn once: a story has no more of them than it has cases."""
    target = np.array([1, 1, 0, 0, 0.3])
    prediction = (
        np.array([2.0, -2, 2, -2, 1]) if re.search("logits|focal|l1", name) else np.array([0.2, 0.8, 0.2, 1, 0.4])
    )
    if name.startswith("dice"):
        prediction, target = prediction[None, None], target[None, None]
    above = {"mean": [1.0], "sum": [2.0], "none": [np.full((1, 1) if "dice" in name else 5, 3.0)]}
    met = set()
    for reduction, arriving in above.items():
        given = (*(arriving if name.endswith("_backward") else ()), prediction, target)
        met |= {step.symbols for step in record(getattr(walkthroughs, name)(*given, reduction=reduction)).steps}
    assert met == RULES[name]


READS = {  # how a title begins -> what is marked as read; of hard targets, with alpha, above a loss that is not the end
    "binary_cross_entropy": {"p_t": {"p", "target"}, "Surprise": {"p_t"}, "Loss": {"surprise"}},
    "binary_cross_entropy_backward": {"Gradient": {"p", "target", "grad_output"}},
    "binary_cross_entropy_with_logits": {
        "p_t": {"logits", "target"},
        "Surprise": {"logits", "target", "p_t"},
        "Loss": {"surprise"},
    },
    "binary_cross_entropy_with_logits_backward": {"Gradient": {"p", "target", "grad_output"}},
    "focal_loss": {
        "p_t": {"logits", "target"},
        "Surprise": {"logits", "target", "p_t"},
        "Factor": {"p_t", "gamma"},
        "Focal loss": {"modulating_factor", "surprise", "alpha", "target"},
        "Loss": {"focal"},
    },
    "focal_loss_backward": {
        "Through the surprise": {"p", "target", "gamma"},
        "Through the factor": {"p", "target", "gamma", "surprise"},
        "Gradient": {"through_surprise", "through_factor", "alpha", "target", "grad_output"},
    },
    "dice_loss": {
        "Pixel": {"p", "target"},
        "Score": {"shared", "predicted", "true", "smooth"},
        "What is missing": {"score"},
        "Loss": {"missing"},
    },
    "dice_loss_backward": {
        "Below": {"p", "target", "smooth"},
        "Pixels of the": {"score", "below", "grad_output"},
        "Gradient": {"target", "for_object", "for_background"},
    },
    "l1_loss": {"Error": {"prediction", "target"}, "Loss": {"error"}},
    "l1_loss_backward": {"Gradient": {"prediction", "target", "grad_output"}},
}


@pytest.mark.parametrize("name", READS)
def test_what_goes_into_a_number_is_marked(name):
    prediction, target = np.array([[[0.25, 0.75]]]), np.array([[[1, 0]]])
    above = (2.0,) if name.endswith("_backward") else ()
    options = {"alpha": 0.25} if "focal" in name else {}
    for step in record(getattr(walkthroughs, name)(*above, prediction, target, **options)).steps:
        begins = max((title for title in READS[name] if step.title.startswith(title)), key=len)
        assert step.read.keys() == READS[name][begins]
