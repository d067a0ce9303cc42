"""The exercise `unet`: what its inputs must hold, that its parts make the course's UNet, and what a bad training is told."""

import importlib.util
import re
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

from mlcourse import check
from mlcourse.check.unet.trained import PASS_MARK
from mlcourse.diagnosis import compare
from mlcourse.nets import UNet

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "assignments" / "src" / "unet.py").read_text(encoding="utf-8")
NAMES = ["as_mask", "dice_loss", "up_level", "unet_forward", "predict"]
PARTS = [pytest.param(getattr(check, n), part, id=f"{n}-{part}") for n in NAMES for part in getattr(check, n).parts]

# What gives the right numbers in a part: nothing there tells the wrong way from the right one.
FORGIVES = {
    ("up_level", "even"): {"skip_cropped", "padded_with_zeros", "last_row_once_more"},
    ("unet_forward", "one_level"): {"first_skip_first", "last_skip_for_all", "levels_from_the_top"},
}


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")


def draws(name, part):
    """The arguments of a part, public and hidden, and their options."""
    exercise = getattr(check, name)
    return [draw for hidden in (False, True) for draw in exercise.draws(part, hidden=hidden)]


# Inputs.


def test_stored_masks_hold_0_and_255_and_one_is_empty():
    for (stored,), _ in draws("as_mask", "stored"):
        assert stored.dtype == torch.uint8
        assert set(stored[0].unique().tolist()) == {0, 255}
        assert stored[-1].max() == 0


def test_one_mask_of_the_loss_is_empty_and_smooth_is_now_and_then_another():
    settings = set()
    for (logits, masks), options in draws("dice_loss", "batch"):
        assert masks.sum((1, 2, 3)).tolist() == [0, *[2] * (len(masks) - 1)]
        assert len(logits.abs().unique()) == logits.numel()
        settings |= set(options.values()) or {"default"}
    assert settings == {"default", 0.5, 2}


@pytest.mark.parametrize(("part", "odd"), [("even", {(0, 0)}), ("odd", {(0, 1), (1, 0), (1, 1)})])
def test_sizes_of_a_level(part, odd):
    more = [
        tuple(np.subtract(s.shape, np.multiply(b.shape, (1, 1, 2, 2)))[2:]) for (b, s, _), _ in draws("up_level", part)
    ]
    assert set(more) == odd


def test_channels_of_a_level_differ():
    for (below, skipped, _), _ in draws("up_level", "channels"):
        assert below.shape[1] != skipped.shape[1]
        assert len(below) == len(skipped) == 2
        assert len(torch.cat([below.flatten(), skipped.flatten()]).unique()) == below.numel() + skipped.numel()


def test_a_network_to_predict_with_is_in_training_mode_and_its_logits_tell_the_thresholds_apart():
    for (net, images), _ in draws("predict", "evaluation"):
        assert net.training
        told, logits = images - images.mean(), net.eval()(images)
        assert logits.abs().min() > 0.1
        assert ((logits > 0) & (logits < 0.5)).any()
        assert ((told > 0) != (logits > 0)).any()
        assert told.abs().min() > 0.01, "else rounding would decide"


def agree(some, others):
    """Whether two functions gave the same answers on all inputs."""
    return all(
        np.shape(a) == np.shape(b) and compare.close(np.asarray(a, float), np.asarray(b, float), 1e-4)
        for a, b in zip(some, others, strict=True)
    )


@pytest.mark.parametrize(("exercise", "part"), PARTS)
def test_every_secret_tells_all_wrong_ways_apart(exercise, part, monkeypatch):
    for secret in range(6):
        monkeypatch.setenv("MLCOURSE_SECRET", f"secret {secret}")
        drawn = exercise.draws(part, hidden=True)
        right = [exercise.right(*given, **options) for given, options in drawn]
        came = {}
        for m in exercise.misconceptions.values():
            fresh = exercise.draws(part, hidden=True)  # a wrong way may leave a network in another mode
            came[m.name] = [m.function(*given, **options) for given, options in fresh]
        wrong = {name for name, answers in came.items() if not agree(answers, right)}
        assert wrong == set(came) - FORGIVES.get((exercise.name, part), set()), f"with secret {secret}"
        for one, other in combinations(sorted(wrong), 2):
            assert not agree(came[one], came[other]), f"{one} and {other} give the same with secret {secret}"


def test_no_sentence_of_the_exercise_is_one_of_another():
    sentences = [m.says for name in NAMES for m in getattr(check, name).misconceptions.values()]
    sentences += [sign.says for sign in check.trained.signs.values()]
    assert len(sentences) == len(set(sentences)) >= 40
    assert not [(a, b) for a in sentences for b in sentences if a is not b and a in b]


@pytest.mark.parametrize(("exercise", "part"), PARTS)
def test_tensors_lie_in_one_piece(exercise, part):
    for given, _ in draws(exercise.name, part):
        assert all(a.is_contiguous() for a in given if torch.is_tensor(a)), "else `view` fails, which is no mistake"


# The truth.


@pytest.mark.parametrize("size", [(16, 24), (17, 23), (13, 14)])
def test_the_parts_make_the_network_of_the_course(size):
    net = UNet(width=4, depth=2).eval()
    x = torch.randn(2, 1, *size, generator=torch.Generator().manual_seed(1))
    levels = [partial(check.up_level.right, convolve=block) for block in net.up]
    pool = partial(torch.nn.functional.max_pool2d, kernel_size=2)
    with torch.no_grad():
        made = check.unet_forward.right(x, net.down, pool, net.bottom, levels, net.head)
        torch.testing.assert_close(made, net(x), rtol=0, atol=0)


def test_the_prediction_leaves_the_mode_as_it_was():
    (net, images), _ = check.predict.draws("evaluation")[0]
    for mode in (True, False):
        assert check.predict.right(net.train(mode), images).dtype == torch.bool
        assert net.training is mode


@pytest.mark.parametrize("name", ["as_mask", "predict"])
def test_a_wrong_kind_of_number_is_told_what_to_do(name):
    exercise = getattr(check, name)
    as_bytes = exercise(lambda *given: exercise.right(*given).to(torch.uint8))
    assert as_bytes.kind == "dtype"
    assert as_bytes.hint.startswith("A byte holds" if name == "as_mask" else "A comparison of two numbers")


# The text.


def test_points_and_rows_of_the_text():
    assert sum(map(int, re.findall(r"points=(\d+)", TEXT))) == 10
    assert f"You need {PASS_MARK} for the points" in TEXT
    told = re.search(r"\*\*10 points\*\*: (.*?)\.\n#\n", TEXT, re.DOTALL)[1]
    assert [int(n) for n in re.findall(r"\b(\d) for", told)] == [1, 1, 3, 2, 1, 2]
    for rows, says in ((4, "2 rows become 4 as 0, 0, 1, 1."), (5, "2 become 5 again as 0, 0, 0, 1, 1.")):
        assert says in TEXT.replace("\n# ", " ")
        below, skipped = torch.arange(2.0).reshape(1, 1, 2, 1), torch.zeros(1, 1, rows, 1)
        larger = check.up_level.right(below, skipped, lambda both: both[0, 1, :, 0]).int().tolist()
        assert says[:-1].endswith(", ".join(map(str, larger)))


def test_each_mistake_of_the_benchmark_is_one_line_of_the_text():
    spec = importlib.util.spec_from_file_location("unet_exercise", ROOT / "benchmarks" / "unet_exercise.py")
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    assert {name: TEXT.count(was) for name, (was, _) in benchmark.WRONG.items()} == dict.fromkeys(benchmark.WRONG, 1)
    assert list(benchmark.cells()) == ["imports", "patients", *NAMES[:4], "predict", "network", "train"]


# A network that was trained.

STORED = np.zeros((32, 1, 4, 6), np.uint8)
STORED[:, :, 1, :3] = 255


def patients(n, rng):
    return rng.normal(size=STORED.shape).astype(np.float32), STORED


class Fixed(torch.nn.Module):
    """Gives the same logits to every image, in evaluation mode; batch normalisation has counted some batches."""

    def __init__(self, logits, steps=100):
        super().__init__()
        self.logits, self.norm = torch.as_tensor(logits), torch.nn.BatchNorm2d(1)
        self.norm.num_batches_tracked += steps

    def forward(self, images):
        assert not torch.is_grad_enabled()
        return self.logits.expand(images.shape) * (float("nan") if self.training else 1)


TRUTH = torch.tensor(STORED[0] / 255.0)
SIGNS = {
    "not_a_step": Fixed(-1.0, steps=0),
    "probabilities_at_the_end": Fixed(TRUTH / 2 + 0.25),
    "few_steps": Fixed(2.0, steps=59),
    "nothing_marked": Fixed(-1.0),
    "vessels_left_out": Fixed(1 - 2.0 * TRUTH),
    "everything_marked": Fixed(2.0),
}


def test_every_sign_is_tried():
    assert set(SIGNS) == set(check.trained.signs)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_bad_training_is_called_by_its_sign(sign):
    for hidden in (False, True):
        verdict = check.trained(SIGNS[sign], patients, hidden=hidden)
        assert (verdict.kind, verdict.named) == ("misconception", {"score": sign}), str(verdict)
        assert f"; {PASS_MARK:.2f} is wanted. {check.trained.signs[sign].says}" in verdict.says


def test_a_network_that_finds_the_vessels_is_right_in_whatever_mode_it_was_left():
    net = Fixed(2 * TRUTH - 1)
    for mode in (True, False):
        assert check.trained(net.train(mode), patients)
        assert net.training is mode
    assert check.trained(lambda images: (2 * TRUTH - 1).expand(images.shape), patients), "no module is needed"


@pytest.mark.parametrize("found", [0, 1, 2, 3])
def test_the_score_is_the_mean_dice_of_the_patients(found):
    logits = -torch.ones(STORED.shape)
    logits[:, :, 1, :found] = 1
    logits[:8] = 2 * TRUTH.float() - 1  # a quarter of them is perfect
    verdict = check.trained(lambda images: logits, patients)
    dice = (1 + 3 * 2 * found / (found + 3)) / 4
    assert verdict.says.startswith(f"Your network reaches {dice:.2f} on patients it has not seen")
    assert bool(verdict) is (dice >= PASS_MARK)
