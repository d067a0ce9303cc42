"""What the layers of a stack make of an image, with weights that nobody has trained, as bytes for a page."""

from math import prod

import numpy as np

from mlcourse.ops import Flatten, Stack

MOST_MAPS, MOST_UNITS = 8, 64  # shown of a layer; of a row of numbers
MOST_SHOWN = 2**18  # numbers of a layer, so that sixteen maps of 128 x 128 would be too many
MOST_HELD, MOST_WORK = 4_000_000, 100_000_000  # numbers, and products or comparisons, of all layers together


def random_parameters(stack, ids, seed):
    """Draw parameters, each layer by itself, so that a layer keeps its own when others change.

    The first filters stay the same where more are added, and a layer takes its weights along where it is moved.

    Parameters
    ----------
    stack : mlcourse.ops.Stack
    ids : list of int
        A number for each layer, which with ``seed`` decides about its weights.
    seed : int

    Returns
    -------
    list of dict of str to numpy.ndarray
        As `Stack.parameters` gives them, in float32.
    """
    like = np.zeros(1, dtype=np.float32)
    drawn = [{}]
    for below, row, number in zip(stack.rows, stack.rows[1:], ids, strict=False):
        alone = Stack([Flatten()] * (len(below.shape) == 1) + [row.layer], image=(*below.shape, 1, 1)[:3])
        drawn.append(alone.parameters(np.random.default_rng([seed, number]), like=like)[-1] if row.arrays else {})
    return drawn


def affordable(stack):
    """Return the first layers of a stack, as many as can be run while somebody waits.

    Parameters
    ----------
    stack : mlcourse.ops.Stack

    Returns
    -------
    mlcourse.ops.Stack
    """
    held = work = 0
    for row in stack.rows:
        held += prod(row.shape) + row.parameter_count
        work += row.multiply_adds + prod(row.shape) * prod(way.kernel for way in row.plan.meets)
        if row.number and (held > MOST_HELD or work > MOST_WORK):
            return Stack(stack.layers[: row.number - 1], image=stack.image)
    return stack


def pack_maps(outputs):
    """Lay the maps of all layers one behind the other, and say where each one lies.

    Parameters
    ----------
    outputs : list of numpy.ndarray, shape (1, C, H, W) or (1, features)
        As `Stack.forward` gives them.

    Returns
    -------
    maps : list of dict
        ``start`` (a byte), ``shape`` (maps, rows, columns) of what is there of each output, a row of numbers being one
        map of one row, and the values that are shown ``black`` and ``white``.
    data : bytes
        Float32.
    """
    maps, data = [], bytearray()
    for output in outputs:
        shown = _shown(output[0])
        maps.append(
            {
                "start": len(data),
                "shape": list(shown.shape),
                "black": float(shown.min()),
                "white": float(shown.max()),
            }
        )
        data.extend(np.ascontiguousarray(shown, dtype=np.float32).tobytes())
    return maps, bytes(data)


def _shown(output):
    if output.ndim == 1:
        return output[None, None, :MOST_UNITS]
    return output[: max(1, min(MOST_MAPS, MOST_SHOWN // output[0].size))]
