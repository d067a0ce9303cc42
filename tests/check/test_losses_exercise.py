"""The exercise `losses`: what its inputs must hold, its text in numbers, what it takes for a loss and what for a library."""

import ast
import inspect
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

from mlcourse import check, ops
from mlcourse.diagnosis import compare

TEXT = (Path(__file__).parents[2] / "assignments" / "src" / "losses.py").read_text(encoding="utf-8")
NAMES = ["focal_loss", "focal_loss_backward", "dice_loss_with_logits", "dice_loss_with_logits_backward"]
PARTS = [pytest.param(getattr(check, n), part, id=f"{n}-{part}") for n in NAMES for part in getattr(check, n).parts]

every_part = pytest.mark.parametrize(("exercise", "part"), PARTS)


def draws(name, part):
    """Logits, target and settings of a part, public and hidden."""
    exercise = getattr(check, name)
    return [
        (*given[-2:], options) for hidden in (False, True) for given, options in exercise.draws(part, hidden=hidden)
    ]


# Inputs.


@every_part
def test_images_are_no_squares_and_masks_hold_zeros_and_ones(exercise, part):
    for logits, target, _ in draws(exercise.name, part):
        assert logits.shape == target.shape
        assert logits.shape[2] != logits.shape[3]
        assert set(np.unique(target)) == {0, 1}


@pytest.mark.parametrize("part", ["plain", "weighted"])
@pytest.mark.parametrize("name", NAMES[:2])
def test_no_two_pixels_are_equally_hard(name, part):
    for logits, _, _ in draws(name, part):
        assert len(np.unique(np.abs(logits))) == logits.size
        assert np.abs(logits).max() < 5, "where a naive formula still has its digits"


@pytest.mark.parametrize("name", NAMES[:2])
def test_alpha_favours_somebody_and_gamma_is_another(name):
    settings = [options for _, _, options in draws(name, "weighted")]
    assert all(options["alpha"] != 0.5 for options in settings)
    assert {options["gamma"] for options in settings} == {0, 0.5, 1, 3}


@pytest.mark.parametrize("name", NAMES[:2])
def test_the_certain_are_right_and_wrong_in_both_classes(name):
    sizes = set()
    for logits, target, options in draws(name, "extreme"):
        certain = np.abs(logits) >= 800  # there the sigmoid is 0 or 1 to the last digit
        assert np.exp(-800.0) == 0
        kinds = {(sign, truth) for sign, truth in zip(logits[certain] > 0, target[certain], strict=True)}
        assert kinds == {(True, 1), (True, 0), (False, 1), (False, 0)}
        assert (~certain).sum() == 6
        assert np.abs(logits[~certain]).max() < 5
        assert options["gamma"] >= 1, "below 1, the usual product of powers divides by 0 where a pixel is right"
        sizes.add(logits.size)
    assert max(sizes) == 1000
    assert min(sizes) == 12


@pytest.mark.parametrize("name", NAMES[2:])
def test_masks_are_empty_in_each_way(name):
    exactly = set()
    for logits, target, _ in draws(name, "together"):
        assert min(logits.shape[:2]) > 1
        truth, found = target.any(axis=(2, 3)), ops.sigmoid(logits).sum(axis=(2, 3))
        assert (~truth & (found > 0.5)).any(), "nothing there, something found"
        assert (truth & (found == 0)).any(), "something there, nothing found"
        assert (~truth & (found < 0.1)).any(), "nothing there, nothing found"
        exactly.add((bool((~truth & (found == 0)).any()), bool((logits >= 800).any())))
    assert exactly == {(True, False), (False, True)}, "one NaN at a time, or two mistakes look the same"


@pytest.mark.parametrize("name", [NAMES[1], NAMES[3]])
def test_what_arrives_is_neither_0_nor_1(name):
    exercise = getattr(check, name)
    for part in exercise.parts:
        for hidden in (False, True):
            arriving = [given[0] for given, _ in exercise.draws(part, hidden=hidden)]
            assert all(type(g) is float and g not in (0, 1) for g in arriving)
            assert len(set(arriving)) > 1


# Mistakes that a part does not bring out: it gives full points to who makes no other.
FORGIVES = {
    ("focal_loss", "plain"): {
        "alpha_on_the_wrong_class", "alpha_for_both_classes", "logarithm_of_zero", "probability_cut",
    },
    ("focal_loss", "weighted"): {"logarithm_of_zero", "probability_cut"},
    ("focal_loss", "extreme"): {"alpha_on_the_wrong_class", "alpha_for_both_classes"},
    ("focal_loss_backward", "plain"): {"zero_times_infinity", "nothing_when_certain"},
    ("focal_loss_backward", "weighted"): {"zero_times_infinity", "nothing_when_certain"},
    ("dice_loss_with_logits", "plain"): {"whole_batch_at_once", "channels_together", "exponential_too_large"},
    ("dice_loss_with_logits_backward", "plain"): {
        "masks_not_counted", "one_score_for_the_batch", "infinity_over_infinity",
    },
}  # fmt: skip


def agree(some, others):
    """Whether two lists of answers are the same to a check that is a thousand times coarser than the real one."""
    return all(compare.close(np.asarray(a), np.asarray(b), 1e-6) for a, b in zip(some, others, strict=True))


@every_part
def test_whatever_the_secret_each_mistake_in_losses_is_told_from_right_and_from_the_others(exercise, part, monkeypatch):
    for secret in range(25):
        monkeypatch.setenv("MLCOURSE_SECRET", f"class of {secret}")
        drawn = exercise.draws(part, hidden=True)
        right = [exercise.right(*given, **options) for given, options in drawn]
        came = {
            m.name: [m.function(*given, **options) for given, options in drawn]
            for m in exercise.misconceptions.values()
        }
        wrong = {name for name, answers in came.items() if not agree(answers, right)}
        assert wrong == set(came) - FORGIVES.get((exercise.name, part), set()), f"with secret {secret}"
        for one, other in combinations(sorted(wrong), 2):
            assert not agree(came[one], came[other]), f"{one} and {other} give the same with secret {secret}"


def test_no_sentence_of_one_function_is_one_of_another():
    sentences = [m.says for name in NAMES for m in getattr(check, name).misconceptions.values()]
    assert len(sentences) == len(set(sentences)) >= 10
    assert not [(a, b) for a in sentences for b in sentences if a is not b and a in b]


# The truth.


@pytest.mark.parametrize("name", NAMES)
def test_a_student_writes_what_ops_takes_of_logits(name):
    cell = next(cell for cell in TEXT.split("\n# %%") if f'role="solution" name="{name}"' in cell)
    definition = ast.parse(cell.partition("\n")[2]).body[0]
    assert definition.name == name
    operation = getattr(ops, name.replace("_with_logits", ""))
    took = [p for p in inspect.signature(operation).parameters if p not in ("reduction", "batch")]
    asked = [a.arg for a in (*definition.args.args, *definition.args.kwonlyargs)]
    assert asked == [{"p": "logits"}.get(argument, argument) for argument in took]


@pytest.mark.parametrize("part", ["plain", "together"])
def test_dice_of_logits_and_its_gradient_are_torchs(part):
    for given, options in check.dice_loss_with_logits_backward.draws(part):
        grad_output, logits, target = given
        x, t, smooth = torch.tensor(logits, requires_grad=True), torch.tensor(target), options.get("smooth", 1.0)
        p = torch.sigmoid(x)
        loss = (1 - (2 * (p * t).sum((2, 3)) + smooth) / ((p + t).sum((2, 3)) + smooth)).mean()
        (grad_output * loss).backward()
        np.testing.assert_allclose(check.dice_loss_with_logits.right(logits, target, **options), loss.item())
        grad_logits = check.dice_loss_with_logits_backward.right(*given, **options)
        np.testing.assert_allclose(grad_logits, x.grad.numpy(), atol=1e-15)


# The text.


def said(number):
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", TEXT) is not None


def logit(p):
    return np.full((1, 1, 1, 1), np.log(p / (1 - p)))


LESION, ONE = np.ones((1, 1, 1, 1)), 1.0


def test_focal_numbers_of_the_text():
    costs = [(0.3, 0.0, "1.204"), (0.9, 0.0, "0.105"), (0.9, 2.0, "0.00105")]
    pulls = [(0.9, 2.0, "-0.0029"), (0.9, 0.0, "-0.1"), (0.1, 2.0, "-1.102"), (0.1, 0.0, "-0.9")]
    for p, gamma, number in costs:
        assert said(number)
        assert f"{ops.focal_loss(logit(p), LESION, gamma=gamma):.{len(number) - 2}f}" == number
    for p, gamma, number in pulls:
        assert said(number)
        pull = ops.focal_loss_backward(ONE, logit(p), LESION, gamma=gamma).item()
        assert f"{pull:.{len(number) - 3}f}" == number
    far = np.full((1, 1, 1, 1), -1000.0)
    assert "logit of -1000 has a cross-entropy of 1000" in TEXT.replace("\n# ", " ")
    assert ops.focal_loss(far, LESION, gamma=0.0) == 1000
    assert "For a logit of -1000 it is -1." in TEXT
    assert ops.focal_loss_backward(ONE, far, LESION).item() == -1


def masks(both, only_predicted, only_there):
    """Two masks with so many pixels in both, and in one alone."""
    p = np.array([1.0] * (both + only_predicted) + [0.0] * (only_there + 1))
    t = np.array([1.0] * both + [0.0] * only_predicted + [1.0] * only_there + [0.0])
    return p[None, None], t[None, None]


def test_dice_numbers_of_the_text():
    rows = dict(re.findall(r"^# \| (\D[^|]*) \| ([\d.]+) \|$", TEXT, flags=re.MULTILINE))
    cases = {
        "equal masks": (2, 0, 0),
        "nothing predicted, and nothing there (without `smooth`: 0 divided by 0)": (0, 0, 0),
        "one of two pixels found, and nothing else marked": (1, 0, 1),
        "two pixels each, none in common": (0, 2, 2),
        "a hundred pixels each, none in common": (0, 100, 100),
    }
    assert rows.keys() == cases.keys()
    for words, counts in cases.items():
        assert round(float(ops.dice_score(*masks(*counts))), 3) == float(rows[words]), words
    (p, t), (q, u) = masks(100, 0, 0), masks(0, 0, 4)
    assert "come to 0.980 together, while the mean of their own scores is 0.60." in TEXT
    together = ops.dice_score(np.concatenate([p, q], axis=2), np.concatenate([t, u], axis=2))
    assert f"{together:.3f}" == "0.980"
    assert f"{(ops.dice_score(p, t) + ops.dice_score(q, u)) / 2:.2f}" == "0.60"


def test_the_example_to_try_by_hand():
    assert "target (1, 0), both logits 0, `smooth` 1. The score is 2/3" in TEXT
    assert "gradient is (-1/9, 1/18)." in TEXT
    logits, target = np.zeros((1, 1, 1, 2)), np.array([[[[1.0, 0]]]])
    np.testing.assert_allclose(1 - check.dice_loss_with_logits.right(logits, target), 2 / 3)
    gradient = check.dice_loss_with_logits_backward.right(1.0, logits, target)
    np.testing.assert_allclose(gradient, [[[[-1 / 9, 1 / 18]]]])


# What counts as a loss, and what as a library.


@pytest.fixture
def library_open(monkeypatch):
    monkeypatch.setattr("mlcourse.diagnosis.calls.LIBRARY", [])


@pytest.mark.usefixtures("library_open")
@pytest.mark.parametrize("form", [float, np.float64, np.longdouble, np.array], ids=lambda form: form.__name__)
def test_a_loss_may_be_any_number(form):
    assert check.focal_loss(lambda *given, **options: form(ops.focal_loss(*given, **options)))


@pytest.mark.usefixtures("library_open")
@pytest.mark.parametrize("name", [NAMES[0], NAMES[2]])
def test_a_loss_of_each_image_is_told_to_be_no_number(name):
    exercise = getattr(check, name)
    verdict = exercise(lambda *given, **options: np.full(2, exercise.right(*given, **options)))
    assert (verdict.kind, verdict.says) == ("shape", "loss has the wrong shape: (2,); expected a single number.")


def by_torch(logits, target, **settings):
    return torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(logits), torch.tensor(target)).item()


def by_a_module(logits, target, **settings):
    return torch.nn.BCELoss()(torch.sigmoid(torch.tensor(logits)), torch.tensor(target)).item()


@pytest.mark.parametrize(
    ("function", "called"),
    [
        (by_torch, "torch.nn.functional.binary_cross_entropy_with_logits"),
        (by_a_module, "torch.nn.functional.binary_cross_entropy"),
        (ops.focal_loss, "mlcourse.ops.focal_loss"),
    ],
)
def test_a_loss_of_a_library_is_named(function, called):
    verdict = check.focal_loss(function)
    assert (verdict.kind, verdict.says.partition(". ")[0]) == ("library", f"Your function calls {called}")


@pytest.mark.parametrize("name", ["BinaryFocalCrossentropy", "BinaryCrossentropy", "Dice"])
def test_a_loss_of_keras_is_named(name, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    import keras

    verdict = check.focal_loss(lambda logits, target, **settings: getattr(keras.losses, name)()(target, logits))
    assert (verdict.kind, verdict.says[:27]) == ("library", "Your function calls keras (")


def test_curves_of_a_library_are_no_library():
    """The sigmoid and log(1 + e^x) are bricks; what is asked for is what is built of them."""

    def with_bricks(logits, target, *, gamma=2.0, alpha=None):
        s = torch.tensor((1 - 2 * target) * logits)
        weight = 1 if alpha is None else torch.tensor(alpha * target + (1 - alpha) * (1 - target))
        return (weight * torch.sigmoid(s) ** gamma * torch.nn.functional.softplus(s)).mean().item()

    assert check.focal_loss(with_bricks)
