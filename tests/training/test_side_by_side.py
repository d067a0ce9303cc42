"""Networks trained in turns come out as each would alone, and their curves stand in one plot."""

import os
import signal

import numpy as np
import pytest
import torch

from mlcourse.nets import EncoderDecoder, UNet
from mlcourse.training import fit, progress, side_by_side
from mlcourse.widgets import Curves

QUIET = {"device": "cpu", "progress": False}
LOSS = torch.nn.functional.binary_cross_entropy_with_logits


def nets(seed=0):
    made = {}
    for name, kind in (("UNet", UNet), ("encoder-decoder", EncoderDecoder)):
        torch.manual_seed(seed)
        made[name] = kind(width=2, depth=1)
    return made


def data(seed, count=7):
    images = np.random.default_rng(seed).normal(size=(count, 1, 6, 8)).astype("float32")
    return images, (images > 0.5).astype("uint8")


def same(one, other):
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def options(**more):
    return {"steps": 23, "every": 7, "batch": 3, "seed": 4, "validation": data(5), **QUIET, **more}


def test_each_is_what_it_would_be_alone():
    together = side_by_side(nets(), LOSS, *data(1), **options())
    for name, net in nets().items():
        alone = fit(net, LOSS, *data(1), **options())
        assert same(together[name].net, alone.net)
        assert together[name].history == alone.history
        assert alone.history["validated"] == [7, 14, 21, 23]


def test_the_stop_button_stops_all_and_nothing_is_lost():
    calls = []

    def pressed(logits, masks):
        calls.append(1)
        if len(calls) == 15:
            os.kill(os.getpid(), signal.SIGINT)
        return LOSS(logits, masks)

    begun = nets()
    stopped = side_by_side(begun, pressed, *data(1), **options(validation=None))
    assert len(calls) == 15
    assert [one.step for one in stopped.values()] == [8, 7]  # a turn ends where something is to be looked at
    whole = side_by_side(nets(), LOSS, *data(1), **options(validation=None))
    after = side_by_side(begun, LOSS, *data(1), **options(validation=None), resume=stopped)
    for name in whole:
        assert after[name].step == 23
        assert same(after[name].net, whole[name].net)


def test_it_lets_somebody_look_at_the_stated_steps():
    seen = []

    def look(name, step, net):
        assert not net.training
        seen.append((name, step, net))

    given = nets()
    side_by_side(given, LOSS, *data(1), **options(), look=look)
    assert [(name, step) for name, step, _ in seen] == [(name, step) for step in (7, 14, 21, 23) for name in given]
    assert all(net is given[name] for name, _, net in seen)


def test_one_plot_for_all(monkeypatch):
    shown = []
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(Curves, "_ipython_display_", lambda self: shown.append(self))
    made = side_by_side(nets(), LOSS, *data(1), **options(progress=True))
    (curves,) = shown
    assert {(c["panel"], c["name"]) for c in curves.curves} == {(p, n) for p in ("loss", "metric") for n in made}
    rows = np.frombuffer(curves.get_state()["data"]).reshape(-1, 3)
    for number, curve in enumerate(curves.curves):
        history = made[curve["name"]].history
        steps, values = rows[rows[:, 0] == number, 1:].T
        loss = curve["panel"] == "loss"
        assert steps.tolist() == (list(range(1, 24)) if loss else history["validated"])
        assert values.tolist() == (history["loss"] if loss else history["metric"])
    assert curves.stopped == "All 23 steps are made, by each of 2 networks."


def test_a_terminal_shows_a_bar(capsys):
    side_by_side(nets(), LOSS, *data(1), **options(progress=True))
    out, err = capsys.readouterr()
    assert out == ""
    assert "46/46" in err
    assert "All 23 steps are made" in err


@pytest.mark.parametrize(
    ("wrong", "kind", "says"),
    [
        ({"nets": [UNet(width=2, depth=1)]}, TypeError, r"nets is a list; expected networks by name"),
        ({"nets": {}}, TypeError, r"nets is empty"),
        ({"resume": {"VNet": None}}, ValueError, r"resume is of 'VNet'; expected some of 'UNet', 'encoder-decoder'"),
        ({"patience": 3}, TypeError, r"patience: no argument of side_by_side; expected some of \["),
        ({"learning_rate": 3}, TypeError, r"learning_rate: no argument"),
        ({"steps": 0}, ValueError, r"steps is 0; expected a whole number of at least 1"),
        ({"every": 0}, ValueError, r"every is 0; expected a whole number of at least 1"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, kind, says):
    given = {"nets": nets(), **options(), **wrong}
    with pytest.raises(kind, match=says):
        side_by_side(given.pop("nets"), LOSS, *data(1), **given)


def test_a_failure_is_told_in_the_plot(monkeypatch):
    shown = []
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(Curves, "_ipython_display_", lambda self: shown.append(self))

    def loss(logits, masks):
        raise OverflowError

    with pytest.raises(OverflowError):
        side_by_side(nets(), loss, *data(1), **options(progress=True))
    assert shown[0].stopped.startswith("Ended by OverflowError")
