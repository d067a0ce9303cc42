"""The loop: it learns, draws every image once a round, goes on exactly, and keeps what is best."""

import os
import signal

import numpy as np
import pytest
import torch

from mlcourse import ops
from mlcourse.nets import UNet
from mlcourse.training import fit
from mlcourse.training.fit import _batch, overlap

QUIET = {"device": "cpu", "progress": False}


def dice_of_logits(logits, masks):
    return ops.dice_loss(ops.sigmoid(logits), masks)


def data(seed, count=12, size=(16, 20)):
    """Noise whose bright pixels are the object."""
    images = np.random.default_rng(seed).normal(size=(count, 1, *size)).astype("float32")
    return images, (images > 0.5).astype("uint8")


def net(seed=0, dropout=0.0):
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.Dropout(dropout),
        torch.nn.Conv2d(4, 1, 1),
    )


def same(one, other):
    """Whether two networks are the same bit for bit, counts of batch normalisation among it."""
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def interrupting(loss, at):
    """The loss, and the stop button while it is calculated for the given time."""
    calls = []

    def pressed(logits, masks):
        calls.append(1)
        if len(calls) == at:
            os.kill(os.getpid(), signal.SIGINT)
        return loss(logits, masks)

    return pressed


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("make", [net, lambda seed: UNet(width=4, depth=1)], ids=["small", "UNet"])
def test_it_learns(make, seed):
    torch.manual_seed(seed)
    given = data(seed), {"steps": 60, "rate": 0.03, "seed": seed, "validation": data(seed + 9), "every": 30}
    fitted = fit(make(seed), torch.nn.functional.binary_cross_entropy_with_logits, *given[0], **given[1], **QUIET)
    assert np.mean(fitted.history["loss"][-5:]) < 0.5 * np.mean(fitted.history["loss"][:5])
    assert fitted.history["validated"] == [30, 60]
    assert fitted.history["metric"][-1] > 0.8
    assert fitted.step == len(fitted.history["loss"]) == 60
    assert "All 60 steps" in fitted.stopped
    assert not fitted.net.training


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("at", [1, 7, 19])
@pytest.mark.parametrize("in_a_file", [False, True])
def test_stopped_and_gone_on_is_the_same_bit_for_bit(tmp_path, dropout, at, in_a_file):
    common = {"steps": 20, "batch": 5, "validation": data(5, 6), "every": 6, **QUIET}
    whole = fit(net(1, dropout), dice_of_logits, *data(4), **common)
    keeping = {"checkpoint": tmp_path / "runs" / "net.pt"} if in_a_file else {}
    stopped = fit(net(1, dropout), interrupting(dice_of_logits, at + at // 6), *data(4), **common, **keeping)
    assert stopped.step == at
    assert f"after step {at} of 20" in stopped.stopped
    assert ("net.pt" if in_a_file else "resume=") in stopped.stopped
    other = net(2, dropout)  # its weights are replaced
    torch.rand(7)
    going_on = keeping or {"resume": stopped}
    gone_on = fit(other, dice_of_logits, *data(4), **common, **going_on)
    assert gone_on.history == whole.history
    assert same(gone_on.net, whole.net)
    assert gone_on.net is other
    again = fit(net(3, dropout), dice_of_logits, *data(4), **common, **(keeping or {"resume": gone_on}))
    assert again.history == whole.history  # nothing is left to do
    assert same(again.net, whole.net)


def test_a_process_that_was_killed_loses_no_more_than_since_the_last_validation(tmp_path):
    common = {"steps": 12, "every": 4, "checkpoint": tmp_path / "net.pt", **QUIET}
    calls = []

    def dies(logits, masks):
        calls.append(1)
        if len(calls) == 10:
            raise MemoryError
        return dice_of_logits(logits, masks)

    with pytest.raises(MemoryError):
        fit(net(1), dies, *data(4), **common)
    calls.clear()
    gone_on = fit(net(2), lambda *given: calls.append(1) or dice_of_logits(*given), *data(4), **common)
    assert len(calls) == 4
    assert same(gone_on.net, fit(net(1), dice_of_logits, *data(4), steps=12, every=4, **QUIET).net)
    assert [file.name for file in tmp_path.iterdir()] == ["net.pt"]


def test_the_second_interrupt_stops_at_once_and_both_are_as_usual_afterwards():
    before = signal.getsignal(signal.SIGINT)

    def twice(logits, masks):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("came here")

    with pytest.raises(KeyboardInterrupt):
        fit(net(), twice, *data(0), steps=3, **QUIET)
    assert signal.getsignal(signal.SIGINT) is before
    fit(net(), dice_of_logits, *data(0), steps=1, **QUIET)
    assert signal.getsignal(signal.SIGINT) is before


def test_neither_validation_nor_what_was_drawn_before_changes_what_is_learnt():
    plain = fit(net(1, 0.3), dice_of_logits, *data(4), steps=8, **QUIET)
    torch.rand(100)
    validated = fit(net(1, 0.3), dice_of_logits, *data(4), steps=8, validation=data(8), every=1, **QUIET)
    assert same(plain.net, validated.net)
    other = fit(net(1, 0.3), dice_of_logits, *data(4), steps=8, seed=1, **QUIET)
    assert not same(plain.net, other.net)
    state = torch.get_rng_state()
    fit(other.net, dice_of_logits, *data(4), steps=1, **QUIET)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(("count", "batch"), [(7, 3), (4, 9), (12, 4)])
def test_every_image_is_drawn_once_a_round(count, batch):
    drawn = np.concatenate([_batch(count, batch, 0, step) for step in range(3 * count)])
    rounds = drawn.reshape(-1, count)
    assert (np.sort(rounds, axis=1) == np.arange(count)).all()
    assert len({tuple(one) for one in rounds}) > 1
    assert not np.array_equal(drawn, np.concatenate([_batch(count, batch, 1, step) for step in range(3 * count)]))


def test_patience_stops_and_takes_the_best_weights_back():
    told = iter([0.1, 0.5, 0.4, 0.3, 0.9])
    kept = {}

    def metric(logits, masks):
        kept[len(kept)] = {name: value.clone() for name, value in watched.state_dict().items()}
        return next(told)

    watched = net(1)
    fitted = fit(
        watched, dice_of_logits, *data(4), steps=30, every=3, patience=2, validation=data(5), metric=metric, **QUIET
    )
    assert fitted.step == 12
    assert fitted.history["metric"] == [0.1, 0.5, 0.4, 0.3]
    assert "no better 2 times; the weights of step 6" in fitted.stopped
    assert all(torch.equal(value, kept[1][name]) for name, value in fitted.net.state_dict().items())
    again = fit(
        net(2), dice_of_logits, *data(4), steps=30, every=3, patience=2, validation=data(5), resume=fitted, **QUIET
    )
    assert (again.step, again.stopped) == (12, fitted.stopped)  # what was given up is not gone on with
    assert same(again.net, fitted.net)


def test_mixed_precision_calculates_in_bfloat16_and_keeps_weights_and_loss_whole():
    seen = []

    def loss(logits, masks):
        seen.append(logits.dtype)
        return dice_of_logits(logits, masks)

    watched, dtypes = net(1), set()
    watched[-1].register_forward_hook(lambda layer, given, made: dtypes.add(made.dtype))
    mixed = fit(watched, loss, *data(4), steps=6, mixed_precision=True, **QUIET)
    assert dtypes == {torch.bfloat16}
    assert set(seen) == {torch.float32}
    assert {p.dtype for p in mixed.net.parameters()} == {torch.float32}
    full = fit(net(1), dice_of_logits, *data(4), steps=6, **QUIET)
    assert mixed.history["loss"] == pytest.approx(full.history["loss"], abs=0.02)
    assert mixed.history["loss"] != full.history["loss"]


def test_masks_come_to_the_loss_as_it_wants_them():
    images, masks = data(3)
    for given, dtype in ((masks, torch.float32), (masks > 0, torch.float32), (masks * 1.0, torch.float64)):
        seen = []
        fit(net(), lambda x, t, seen=seen: seen.append(t.dtype) or (x * t).mean(), images, given, steps=1, **QUIET)
        assert seen == [dtype]
    classes = masks[:, 0].astype("int64")
    two = UNet(classes=2, width=2, depth=1)
    fitted = fit(two, torch.nn.functional.cross_entropy, torch.tensor(images), torch.tensor(classes), steps=2, **QUIET)
    assert np.isfinite(fitted.history["loss"]).all()


def test_the_metric_is_the_mean_dice_of_the_images():
    logits, masks = torch.tensor([[3.0, -1, 2, -2], [1, 1, 1, 1]]).reshape(2, 1, 2, 2), torch.zeros(2, 1, 2, 2)
    masks[0, 0, 0] = 1
    assert overlap(logits, masks) == pytest.approx((0.5 + 0) / 2)
