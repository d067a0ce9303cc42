"""What a layer answers when it is asked about a shape, (C, H, W) or after `Flatten` (features,)."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields

import numpy as np

from mlcourse.ops.geometry import whole
from mlcourse.ops.stack.receptive_field import Gather


@dataclass(frozen=True)
class Plan:
    """What a layer makes of a shape that comes in.

    Attributes
    ----------
    output : tuple
        Shape that goes out.
    run : callable
        ``run(x, training, **arrays)`` gives the output, for arrays known to fit.
    meets : (Gather or Scatter, Gather or Scatter)
        Which units of the layer before a unit meets, (vertical, horizontal).
    learnt, kept : dict of str to tuple
        Shapes of the arrays that training changes; of those that are kept from batch to batch.
    fan_in : float
        How many products are added up for one unit.
    multiply_adds : int
        How many products of a weight with a number are added up for one image.
    """

    output: tuple
    run: Callable
    meets: tuple = (Gather(), Gather())
    learnt: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    fan_in: float = 0
    multiply_adds: int = 0


class Layer:
    """What all layers have in common: `plan`, and that they print as they are written."""

    def plan(self, shape, size):
        """Say what the layer makes of a ``shape``, whose units lie on maps of ``size`` (H, W).

        Raises
        ------
        TypeError, ValueError
            If a setting is impossible, or does not fit the shape.
        """
        raise NotImplementedError

    def __repr__(self):
        given = []
        for setting in fields(self):
            value = repr(getattr(self, setting.name))
            if not setting.kw_only:
                given.append(value)
            elif value != repr(setting.default):
                given.append(f"{setting.name}={value}")
        return f"{type(self).__name__}({', '.join(given)})"


def no_images(shape):
    """A batch of no images with maps of this shape: shapes can be checked by it, and it takes no memory."""
    if len(shape) != 3:
        raise ValueError(f"It takes maps (C, H, W), but a row of {shape[0]} numbers comes in. Put it before Flatten().")
    return np.zeros((0, *shape))


def shaped(shape):
    """An array of this shape that takes no memory."""
    return np.broadcast_to(0.0, shape)


def count(name, value, hint=""):
    """Turn a number of filters, groups or units into an int; a pair is refused."""
    if isinstance(value, tuple | list):
        raise TypeError(f"{name} is {value!r}; expected one whole number.{hint}")
    return whole(name, value, least=1)


def yes_or_no(name, value):
    """``value``, once it is known to be True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {value!r}; expected True or False.")
    return value
