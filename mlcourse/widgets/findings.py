"""What a function of an `Explorer` found: pictures, curves and numbers, described for the page and packed as bytes."""

import io

import numpy as np
from PIL import Image

from mlcourse.ops._arrays import to_numpy
from mlcourse.trace.formula import number

MOST_CURVES = 12  # more cannot be told apart
NOT_A_NUMBER = (204, 121, 167)  # as in shared/shades.js


def read_findings(found):
    """Sort what a function returned into pictures, curves and readings.

    Parameters
    ----------
    found : dict of str to array, tuple, number or str
        An array of shape (H, W) is a picture; one of shape (N,), or a pair ``(x, y)`` of such, a curve; a number or a
        text is a reading.

    Returns
    -------
    pictures : dict of str to numpy.ndarray, shape (H, W)
    curves : dict of str to tuple of numpy.ndarray, shape (N,)
        x and y of each.
    readings : dict of str to str

    Raises
    ------
    TypeError, ValueError
        If something is none of these.
    """
    if not isinstance(found, dict) or not found:
        raise TypeError(f"{found!r:.60} came back; expected a dict of names and arrays, such as {{'y': y}}.")
    pictures, curves, readings = {}, {}, {}
    for name, value in found.items():
        if isinstance(value, str):
            readings[str(name)] = value
        elif isinstance(value, tuple) and len(value) == 2:
            curves[str(name)] = _curve(name, *(_array(name, part) for part in value))
        elif (array := _array(name, value)).ndim == 2 and array.size:
            pictures[str(name)] = array
        elif array.ndim == 1 and array.size:
            curves[str(name)] = _curve(name, np.arange(float(array.size)), array)
        elif array.ndim == 0:
            readings[str(name)] = number(array.item())
        else:
            raise ValueError(
                f"{name} has shape {array.shape}; expected (H, W) for a picture, (N,) for a curve, or one number. "
                f"Pick one picture of several by its index: {name}[0, 0]."
            )
    if len(curves) > MOST_CURVES:
        raise ValueError(f"{len(curves)} curves came; at most {MOST_CURVES} can be told apart. Leave some out.")
    return pictures, curves, readings


def pack(pictures, curves, grey):
    """Lay arrays one behind the other, and say where each one lies.

    Parameters
    ----------
    pictures, curves : dict
        As `read_findings` gives them.
    grey : dict of str to str or pair of float
        How each picture is shaded, see `mlcourse.widgets.Explorer`.

    Returns
    -------
    pictures : list of dict
        ``name``, ``shape``, ``dtype`` and ``start`` (a byte) of each, and the values shown ``black`` and ``white``.
    curves : list of dict
        ``name``, ``shape`` (2, N), ``dtype`` and ``start``.
    data : bytes
        Float32 for pictures, unless a number is too large for that; float64 for curves.
    """
    data = bytearray()

    def lay(name, array, dtype):
        described = {"name": name, "shape": list(array.shape), "dtype": dtype, "start": len(data)}
        data.extend(np.ascontiguousarray(array, dtype=dtype).tobytes())
        return described

    shades = _shades(pictures, grey)
    laid = [
        {**lay(name, array, _dtype(array)), "black": shades[name][0], "white": shades[name][1]}
        for name, array in pictures.items()
    ]
    drawn = [lay(name, np.stack(curve), "float64") for name, curve in curves.items()]
    return laid, drawn, bytes(data)


def picture_png(array, black, white):
    """Return a picture as a PNG file; NaN and infinities are coloured.

    Parameters
    ----------
    array : numpy.ndarray, shape (H, W)
    black, white : float
        The values shown black and white; what lies beyond is cut.

    Returns
    -------
    bytes
    """
    level = (
        np.clip((np.nan_to_num(array) - black) / (white - black), 0, 1) if white > black else np.full(array.shape, 0.5)
    )
    colours = np.repeat(np.rint(255 * level).astype(np.uint8)[..., None], 3, axis=2)
    colours[~np.isfinite(array)] = NOT_A_NUMBER
    file = io.BytesIO()
    Image.fromarray(colours).save(file, "PNG")
    return file.getvalue()


def _array(name, value):
    try:
        array = to_numpy(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        return array.astype(float)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} is {type(value).__name__} {value!r:.60}; expected an array of real numbers, (x, y), or a number."
        ) from None


def _curve(name, x, y):
    if x.ndim != 1 or x.shape != y.shape or not x.size:
        raise ValueError(f"{name} has x of shape {x.shape} and y of shape {y.shape}; expected (N,) for both.")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} has an x that is not finite; leave those points out.")
    return x, y


def _dtype(array):
    finite = np.abs(array[np.isfinite(array)]).max(initial=0.0)
    return "float64" if finite > np.finfo(np.float32).max else "float32"


def _shades(pictures, grey):
    """Black and white of each picture; those with a common grey scale have both in common."""
    ranges = {name: _extent([array]) for name, array in pictures.items()}
    common = _extent([array for name, array in pictures.items() if grey[name] == "common"])
    fixed = {"own": ranges, "common": dict.fromkeys(pictures, common)}
    shades = {}
    for name in pictures:
        asked = grey[name]
        shades[name] = fixed[asked][name] if isinstance(asked, str) else tuple(map(float, asked))
    return shades


def _extent(arrays):
    finite = np.concatenate([array[np.isfinite(array)] for array in arrays] or [np.empty(0)])
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
