"""What every phantom does with its patients: check what was asked, draw some at a time, each from its own numbers."""

import math
from types import SimpleNamespace

import numpy as np

from mlcourse.phantoms.drawing import Canvas

BLOCK = 2**17  # pixels drawn at a time, so that they stay in the processor's cache


def draw_in_blocks(n, size, rng, draw):
    """Draw ``n`` patients, so many at a time that their pixels stay in the cache.

    Parameters
    ----------
    n : int
    size : (int, int)
        (rows, columns).
    rng : numpy.random.Generator
        Gives each patient a generator of its own, so that it is the same whoever is drawn with it.
    draw : function
        Of a canvas, which is black, and a generator for each of its images.

    Returns
    -------
    images, masks : numpy.ndarray of float32 and of uint8, shape (n, 1, rows, columns)
    """
    images, masks = np.zeros((n, 1, *size), np.float32), np.zeros((n, 1, *size), np.uint8)
    count = max(1, BLOCK // (size[0] * size[1]))
    for start in range(0, n, count):
        block = slice(start, min(start + count, n))
        draw(Canvas(images[block, 0], masks[block, 0]), rng.spawn(block.stop - start))
    return images, masks


class Measures:
    """What differs between patients: numbers by name, each uniform between two limits.

    Parameters
    ----------
    *others : Measures
        Whose names are taken over.
    **ranges : (tuple, low, high)
        By name: the shape of the numbers, and their limits.
    """

    def __init__(self, *others, **ranges):
        self.ranges = {name: limits for other in others for name, limits in other.ranges.items()} | ranges
        counts = [math.prod(shape) for shape, _, _ in self.ranges.values()]
        self.stops = np.cumsum(counts).tolist()
        self.low = np.repeat([low for _, low, _ in self.ranges.values()], counts).astype(np.float32)
        self.high = np.repeat([high for _, _, high in self.ranges.values()], counts).astype(np.float32)

    def highest(self, name):
        """The upper limit of some numbers."""
        return self.ranges[name][2]

    def draw(self, generators):
        """Draw from a generator a patient: a namespace of arrays of float32, each of shape (patients, *shape)."""
        table = np.empty((len(generators), len(self.low)), np.float32)
        for row, own in zip(table, generators, strict=True):
            own.random(dtype=np.float32, out=row)
        table = self.low + table * (self.high - self.low)
        drawn, start = SimpleNamespace(), 0
        for (name, (shape, _, _)), stop in zip(self.ranges.items(), self.stops, strict=True):
            setattr(drawn, name, table[:, start:stop].reshape(-1, *shape))
            start = stop
        return drawn


def log_uniform(low, high, drawn):
    """From numbers drawn evenly from 0 to 1, numbers from low to high: as many from 0.01 to 0.1 as from 0.1 to 1."""
    return low * (high / low) ** np.asarray(drawn, float)


def check_patients(n, size, rng, noise):
    """Refuse what no phantom can draw; return ``size`` as (rows, columns)."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {rng!r}; expected a generator of random numbers: rng=np.random.default_rng(0).")
    size = (size, size) if np.ndim(size) == 0 else tuple(size)
    if len(size) != 2 or not all(isinstance(pixels, int | np.integer) and pixels >= 32 for pixels in size):
        raise ValueError(
            f"size is {size}; expected (rows, columns), whole numbers of at least 32: fewer pixels have no room for anatomy."
        )
    if not isinstance(n, int | np.integer) or n < 0:
        raise ValueError(f"n is {n!r}; expected how many patients, 0 or more.")
    if noise is not None and not noise >= 0:
        raise ValueError(f"noise is {noise!r}; expected a standard deviation, 0 or more.")
    return size


def check_part(name, value, of):
    """Refuse a share of patients that is none."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value!r}; expected the share of patients that {of}, from 0 to 1.")


def check_share(share, size, room, where):
    """Return the foreground share as (low, high), or None; refuse more than ``room`` pixels, or less than one."""
    if share is None:
        return None
    limits = (share, share) if np.ndim(share) == 0 else tuple(share)
    if len(limits) != 2 or not 0 < limits[0] <= limits[1] < 1:
        raise ValueError(
            f"share is {share!r}; expected the lesion's share of the image's pixels, a number between 0 and 1, "
            "or a pair (low, high), between which each patient draws its own."
        )
    pixels = size[0] * size[1]
    if limits[1] * pixels > room:
        raise ValueError(
            f"share is {share!r}, which is {limits[1] * pixels:.0f} pixels of an image of {size}; {where} has room for "
            f"{room:.0f}. Expected at most {room / pixels:.3g}."
        )
    if limits[0] * pixels < 1:
        raise ValueError(
            f"share is {share!r}, which is less than one pixel of an image of {size}. Expected at least {1 / pixels:.3g}, "
            "or a larger size."
        )
    return limits


def check_contrast(contrast):
    """Refuse a difference of brightness that is no finite number."""
    if contrast is not None and not (np.ndim(contrast) == 0 and np.isfinite(contrast)):
        raise ValueError(
            f"contrast is {contrast!r}; expected a number: the lesion's brightness minus that of what is around it."
        )
