"""What a noisy curve's mean is, and which of many points are drawn."""

import numpy as np
import pytest

from mlcourse.widgets.curve_picture import thinned
from mlcourse.widgets.curve_points import centred_means

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("values", [
    RNG.normal(size=90), np.r_[RNG.normal(size=30), 1e290, RNG.normal(size=60)], np.full(20, np.nan), np.arange(7.0),
    np.where(RNG.random(90) < 0.3, np.nan, RNG.normal(size=90)), np.r_[np.inf, RNG.normal(size=40)],
])  # fmt: skip
@pytest.mark.parametrize("apart", [1, 2])
def test_a_mean_is_over_the_finite_values_around(values, apart):
    steps, reach = (apart * np.arange(len(values)) + 5).tolist(), 10
    expected = []
    for step, value in zip(steps, values, strict=True):
        if step + reach > steps[-1]:
            break  # what comes later is not there yet
        near = [v for s, v in zip(steps, values, strict=True) if abs(s - step) <= reach and np.isfinite(v)]
        whole = step - reach >= steps[0] and len(near) >= 8 and np.isfinite(value)
        expected.append(np.mean(near) if whole else np.nan)
    for begun in (0, 1, len(values) // 2, len(values) - 1, len(values)):
        means = centred_means(steps, values.tolist(), begun, reach)
        np.testing.assert_allclose(means, expected[begun:], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("count", [1, 5, 10_000])
@pytest.mark.parametrize("make", [RNG.normal, lambda size: np.full(size, 3.0)], ids=["noisy", "flat"])
def test_thinning_keeps_what_each_column_shows(count, make):
    x, y = np.linspace(62, 360, count), make(size=count)
    kept = thinned(x, y)
    assert len(kept) <= min(count, 4 * 300)
    for column in np.unique(np.floor(x)):
        all_of_it = np.flatnonzero(np.floor(x) == column)
        drawn = [n for n in kept if np.floor(x[n]) == column]
        assert (y[drawn].min(), y[drawn].max()) == (y[all_of_it].min(), y[all_of_it].max())
        assert (drawn[0], drawn[-1]) == (all_of_it[0], all_of_it[-1])
