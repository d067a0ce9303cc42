"""The points of curves that grow: taken one by one, smoothed, and packed in chunks that can travel."""

from array import array
from bisect import bisect_left, bisect_right
from itertools import chain, repeat
from math import isfinite, nan

import numpy as np

from mlcourse.widgets.findings import MOST_CURVES

DENSE = 8  # values in the reach of a mean, without which there is none


class CurvePoints:
    """Curves by panel and name, whose points are packed in the order in which they came.

    Parameters
    ----------
    reach : int
        A mean is over so many steps to both sides.

    Attributes
    ----------
    keys : list of (str, str)
        Panel and name of each curve.
    chunks : list of bytes
        The points packed so far: rows of float64 (number of the curve, step, value). Where the number is -1 for curve 0,
        -2 for curve 1 and so on, the value is a mean.
    """

    def __init__(self, reach):
        self.reach, self.keys, self.chunks = reach, [], []
        self._curves, self._packed = (
            {},
            [],
        )  # (steps, values) of each curve; how many of them and of its means are packed

    def add(self, step, values):
        """Take the values of a step; see `mlcourse.widgets.Curves.add`.

        Parameters
        ----------
        step : int
        values : dict of str to dict of str to float

        Raises
        ------
        TypeError, ValueError
            If they do not fit.
        """
        try:
            new = [((str(panel), str(name)), float(v)) for panel, named in values.items() for name, v in named.items()]
        except (AttributeError, TypeError, ValueError):
            raise TypeError(
                f"values is {values!r:.80}; expected numbers by panel and curve: {{'loss': {{'training': 0.31}}}}."
            ) from None
        for key, value in new:
            steps, so_far = self._curves.get(key) or self._begin(key)
            if steps and step <= steps[-1]:
                raise ValueError(
                    f"step {step} of {', '.join(key)} came after step {steps[-1]}; expected a larger one. "
                    "A new training needs new Curves."
                )
            steps.append(step)
            so_far.append(value)

    def pack(self):
        """Make a chunk of what came since the last one; False where nothing came."""
        chunk = b"".join(map(self._unpacked, range(len(self.keys))))
        self.chunks += [chunk] if chunk else []
        return bool(chunk)

    def rows(self):
        """Return what is packed.

        Returns
        -------
        list of (numpy.ndarray, numpy.ndarray), shape (N, 2) and (M, 2)
            Of each curve step and value, then step and mean.
        """
        points = np.frombuffer(b"".join(self.chunks)).reshape(-1, 3)
        return [(points[points[:, 0] == k, 1:], points[points[:, 0] == -1 - k, 1:]) for k in range(len(self.keys))]

    def latest(self):
        """Return the latest value of each panel's first curve, by panel."""
        latest = {}
        for (panel, _), (_, values) in self._curves.items():
            latest.setdefault(panel, values[-1])
        return latest

    def _begin(self, key):
        if len(self.keys) == MOST_CURVES:
            raise ValueError(f"{', '.join(key)} is one curve too many; at most {MOST_CURVES} can be told apart.")
        self._curves[key] = ([], [])
        self._packed.append((0, 0))
        self.keys.append(key)
        return self._curves[key]

    def _unpacked(self, k):
        steps, values = self._curves[self.keys[k]]
        begun, meant = self._packed[k]
        means = centred_means(steps, values, meant, self.reach)
        self._packed[k] = len(steps), meant + len(means)
        points = chain(zip(repeat(k), steps[begun:], values[begun:]), zip(repeat(-1 - k), steps[meant:], means))
        return array("d", chain.from_iterable(points)).tobytes()


def centred_means(steps, values, begun, reach):
    """Return the mean of the values around each point, from one on, as far as what comes later is there.

    Each is added up by itself: out of a running sum a single huge value would not come again whole.

    Parameters
    ----------
    steps : list of int
        In rising order.
    values : list of float
        As many; what is not finite counts in no mean.
    begun : int
        Position of the first point whose mean is wanted.
    reach : int
        A mean is over so many steps before its own, its own, and so many after it.

    Returns
    -------
    list of float
        Of the points from ``begun`` to the last that has all its steps behind it. NaN where the steps do not reach so
        far back, where fewer than 8 of the values are finite, or where the point's own is not.
    """
    end = bisect_right(steps, steps[-1] - reach) if steps else 0
    return [_mean_around(n, steps, values, reach) for n in range(begun, end)]


def _mean_around(n, steps, values, reach):
    step = steps[n]
    if step - reach < steps[0] or not isfinite(values[n]):
        return nan
    near = values[bisect_left(steps, step - reach) : bisect_right(steps, step + reach)]
    if not isfinite(total := sum(near)):
        near = [value for value in near if isfinite(value)]
        total = sum(near)
    return total / len(near) if len(near) >= DENSE else nan
