"""An exercise of a few lines with two answers, and students of it: nothing hangs on what the course asks."""

import numpy as np
import torch

from mlcourse.diagnosis import Exercise


def right(x, y, *, power=1):
    return x**power + y, x * y


def combine():
    """The exercise, made anew, so that a test may add to it."""
    made = Exercise(right, answers=("total", "product"), name="combine", seconds=0.3)

    @made.part
    def easy(rng):
        """Small."""
        n = int(rng.integers(2, 5))
        return (rng.integers(1, 9, n) * 1.0, rng.integers(1, 9, n) * 1.0), {}

    @made.part
    def powers(rng):
        """With a power."""
        return (rng.integers(2, 9, 3) * 1.0, rng.integers(2, 9, 3) * 1.0), {"power": 2}

    @made.misconception
    def fails(x, y, *, power=1):
        """This one fails.

        So it fits nothing.
        """
        raise ValueError

    @made.misconception
    def power_forgotten(x, y, *, power=1):
        """You forgot
        the power.

        Where does it stand?
        """
        return x + y, x * y

    @made.misconception
    def negative(x, y, *, power=1):
        """You subtract.

        Add.
        """
        return -(x**power + y), -x * y

    return made


# Students.


def by_hand(x, y, *, power=1):
    total = np.ones_like(x)
    for _ in range(power):
        total = total * x
    return total + y, y * x


def without_power(x, y, *, power=1):
    return by_hand(x, y)


def two_mistakes(x, y, *, power=1):
    return by_hand(x, y)[0], -x * y


def half_known(x, y, *, power=1):
    return by_hand(x, y, power=power)[0] + 1, -x * y


def all_unknown(x, y, *, power=1):
    return x * 0, y * 0


def not_always(x, y, *, power=1):
    """The wrong sign where there are three numbers."""
    total, product = by_hand(x, y, power=power)
    return (-total if len(x) == 3 else total), product


def loops(x, y, *, power=1):
    while True:
        x = x + 1


def spoils(x, y, *, power=1):
    x += y
    return x, x * y


KIND_OF = {
    "right": by_hand,
    "misconception": without_power,
    "wrong": all_unknown,
    "not_attempted": lambda x, y, power=1: None,
    "raised": lambda x, y, power=1: x[99],
    "changed_input": spoils,
    "shape": lambda x, y, power=1: (x[1:], y),
    "dtype": lambda x, y, power=1: (x.astype(int), y),
    "not_finite": lambda x, y, power=1: (x * np.inf, y),
    "too_slow": loops,
    "library": lambda x, y, power=1: torch.func.vjp(torch.sin, torch.ones(2)),
}
