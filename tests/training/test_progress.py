"""A training in a notebook: what its Curves get, and what they say when it fails."""

import numpy as np
import pytest
import torch

from mlcourse import training
from mlcourse.training import progress
from mlcourse.widgets import Curves


@pytest.fixture
def in_a_notebook(monkeypatch):
    """As if there were one; the Curves that a training shows."""
    shown = []
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(Curves, "_ipython_display_", lambda self: shown.append(self))
    return shown


def fit(at=None, **options):
    def loss(logits, masks):
        calls.append(1)
        if len(calls) == at:
            raise OverflowError
        return ((logits - masks) ** 2).mean()

    calls, images = [], np.random.default_rng(0).normal(size=(4, 1, 6, 8)).astype("float32")
    data = (torch.nn.Conv2d(1, 1, 1), loss, images, images > 0)
    return training.fit(*data, steps=12, batch=2, every=5, validation=(images, images > 0), device="cpu", **options)


def points(shown):
    """What a page gets: number of the curve, step and value of each point."""
    rows = np.frombuffer(shown.get_state()["data"]).reshape(-1, 3)
    return sorted(rows[rows[:, 0] >= 0].tolist())


def test_a_training_shows_its_history_also_where_it_goes_on(in_a_notebook):
    begun = fit(stop_after=7)
    fitted = fit(resume=begun)
    for shown, result in zip(in_a_notebook, (begun, fitted), strict=True):
        assert points(shown) == points(Curves.of(result.history, steps=12))
        assert len(points(shown)) == result.step + 2 * len(result.history["validated"])
        assert (shown.stopped, shown.steps) == (result.stopped, 12)


def test_a_training_that_fails_says_so(in_a_notebook):
    with pytest.raises(OverflowError):
        fit(at=4)
    assert in_a_notebook[0].stopped == "Ended by OverflowError after step 3 of 12."
