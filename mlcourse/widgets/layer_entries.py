"""Layers as a page reads them, entries of plain values, and back."""

from dataclasses import fields
from math import isfinite
from numbers import Integral, Real

import numpy as np

from mlcourse.ops import Activation, AvgPool, BatchNorm, Conv, ConvTranspose, Dense, Flatten, MaxPool, Upsample

KINDS = {
    kind.__name__: kind
    for kind in (Conv, ConvTranspose, MaxPool, AvgPool, Upsample, Activation, BatchNorm, Flatten, Dense)
}


def entries_of(layers):
    """Describe layers as the page needs them.

    Parameters
    ----------
    layers : iterable of Layer

    Returns
    -------
    list of dict
        ``id``, a number that stays with the layer wherever it is moved, ``kind`` and ``settings`` of each.

    Raises
    ------
    TypeError
        If one is no layer, or a setting cannot be written on a page.
    """
    return [
        {"id": number, "kind": _kind(number, layer), "settings": _settings(number, layer)}
        for number, layer in enumerate(layers, start=1)
    ]


def layer_of(entry):
    """Make the layer that an entry describes.

    Parameters
    ----------
    entry : dict
        One of `entries_of`, or one that the page made.

    Returns
    -------
    Layer
        Its settings may be impossible; a `mlcourse.ops.Stack` says so.
    """
    return KINDS[entry["kind"]](**{name: _tuple(value) for name, value in entry["settings"].items()})


def _kind(number, layer):
    if type(layer) not in KINDS.values():
        raise TypeError(f"Layer {number} is {layer!r}; expected a layer of mlcourse.ops: {', '.join(KINDS)}.")
    return type(layer).__name__


def _settings(number, layer):
    return {field.name: _plain(number, field.name, getattr(layer, field.name)) for field in fields(layer)}


def _plain(number, name, value):
    """The same value as JSON holds it, from which the same value is read."""
    if isinstance(value, tuple | list | np.ndarray):
        return [_plain(number, name, one) for one in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real) and isfinite(value):
        if not float(value).is_integer():
            return float(value)
        if name == "eps":  # 8.0 filters are refused, since a page does not tell them from 8
            return int(value)
    if value is None or isinstance(value, str):
        return value
    raise TypeError(
        f"Layer {number} has {name} {value!r}; expected whole numbers, pairs of them, a text, True or False."
    )


def _tuple(value):
    return tuple(map(_tuple, value)) if isinstance(value, list) else value
