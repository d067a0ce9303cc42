"""Is an answer right? Shape before dtype, dtype before NaN, NaN before values; each answer by its name."""

import math
from numbers import Integral, Real

import numpy as np

from mlcourse.ops._arrays import to_numpy

LARGEST_COUNT = 2**53  # up to here a float holds every whole number


def as_answers(returned, names):
    """Name what a function returned: ``{"grad_x": ..., ...}``; one answer may come bare."""
    return dict(zip(names, _one_by_one(returned, names), strict=False))


def _one_by_one(returned, names):
    """A list of lists is an array that was never made one, and not several answers where one is asked for."""
    rows = isinstance(returned, list) and len(names) == 1 and all(isinstance(row, list) for row in returned)
    return returned if isinstance(returned, tuple | list) and not rows else (returned,)


def differences(returned, expected):
    """Compare what a student's function returned with what is right.

    Parameters
    ----------
    returned : object
        One array or number, or a tuple of them.
    expected : dict of str to array or int

    Returns
    -------
    kind, says, hint : str
        Empty where all is right; "wrong" where only values differ.
    wrong : dict of str to float
        Answer -> largest difference; infinite where the shape is another or a number is not finite. Empty where there is
        nothing to compare.
    """
    count = len(_one_by_one(returned, expected))
    if count != len(expected):
        return (
            "shape",
            f"Your function returns {count} thing{'' if count == 1 else 's'}; expected {len(expected)}: "
            f"{', '.join(expected)}.",
            f"End with `return {', '.join(expected)}`.",
            {},
        )
    got, wrong, told = as_answers(returned, expected), {}, ()
    for name, right in expected.items():
        kind, says, hint = _form(name, got[name], right)
        told = told or ((kind, says, hint) if kind else ())
        if kind == "shape" or (kind == "not_finite" and not isinstance(right, int)):
            wrong[name] = math.inf  # a misconception may give just this, so the others are looked at too
            continue
        if kind:
            return *told, {}
        mine, theirs = to_numpy(right).astype(float), to_numpy(got[name]).astype(float)
        if not close(theirs, mine, tolerance(right)):
            wrong[name] = float(np.abs(theirs - mine).max())
    return *(told or ("wrong" if wrong else "", "", "")), wrong


def _form(name, got, right):
    counts = isinstance(right, int)
    if got is None:
        return (
            "dtype",
            f"{name} is None; expected {'a whole number' if counts else 'an array'}.",
            "Every answer is wanted on every input. Which line makes this one?",
        )
    if counts and (isinstance(got, bool) or not isinstance(got, Integral)):
        return (
            "dtype",
            f"{name} has type {type(got).__name__}; expected a whole number.",
            "A division with / gives a float, even where nothing is left over. What should become of a remainder?"
            if isinstance(got, float | np.floating)
            else "Work it out by hand, for the input below: it is one number, without a fraction.",
        )
    if counts and abs(int(got)) > LARGEST_COUNT:
        return (
            "not_finite",
            f"{name} is a number of about {int(int(got).bit_length() * math.log10(2)) + 1} digits, far more than there can be.",
            "Which line multiplies again and again, or takes a power?",
        )
    if counts:
        return "", "", ""
    wanted = f"a {type(right).__module__}.{type(right).__name__}, as the input is"
    if right.ndim == 0 and isinstance(right, np.generic | np.ndarray):  # a loss is a number, whoever made it
        right, wanted = np.asarray(right), "a number"
        got = np.asarray(got, dtype=right.dtype) if _is_number(got) else got
    if right.ndim and isinstance(got, int | float | np.generic):
        return (
            "shape",
            f"{name} has the wrong shape: it is a single number; expected {tuple(right.shape)}.",
            _about_shapes(name),
        )
    if isinstance(got, list | tuple):
        return (
            "dtype",
            f"{name} is a {type(got).__name__}; expected a {type(right).__module__}.{type(right).__name__}.",
            "Lists are fine on the way. Make an array of it before you return it.",
        )
    if type(got) is not type(right):
        return (
            "dtype",
            f"{name} is a {type(got).__module__}.{type(got).__name__}; expected {wanted}.",
            "Stay in the library that the input comes from.",
        )
    if tuple(got.shape) != tuple(right.shape):
        return (
            "shape",
            f"{name} has the wrong shape: {tuple(got.shape)}; expected {tuple(right.shape) or 'a single number'}.",
            "A slice such as a[0:-0] is empty, since -0 is 0." if 0 in got.shape else _about_shapes(name),
        )
    if got.dtype != right.dtype and not (_whole(got) and _whole(right)):  # an index is right in any kind of integer
        return (
            "dtype",
            f"{name} has dtype {got.dtype}; expected {right.dtype}.",
            "These are whole numbers. Say so with dtype=int where you make zeros."
            if _whole(right)
            else "A comparison of two numbers is true or false. Which comparison says what is asked here?"
            if "bool" in str(right.dtype)
            else "A byte holds whole numbers up to 255, and a comparison gives true or false. Make floating-point numbers of them."
            if str(got.dtype).endswith(("uint8", "bool"))
            else "Keep the dtype of the input, also where you make zeros.",
        )
    if getattr(got, "device", None) != getattr(right, "device", None):
        return (
            "dtype",
            f"{name} lies on {got.device}; expected {right.device}, as the input.",
            "Make new tensors with device=x.device.",
        )
    if getattr(got, "layout", None) != getattr(right, "layout", None):  # torch's; NumPy's arrays have none
        return (
            "dtype",
            f"{name} is a sparse tensor; expected a dense one, as the input is.",
            f"Turn it into one at the end: {name}.to_dense().",
        )
    if not np.isfinite(to_numpy(got)).all():
        return (
            "not_finite",
            f"{name} contains NaN or infinite numbers.",
            "Where could a division by 0 come from, or a logarithm of 0?",
        )
    return "", "", ""


def _is_number(a):
    return isinstance(a, Real) or (isinstance(a, np.ndarray) and a.ndim == 0 and a.dtype.kind in "iuf")


def _whole(a):
    return "int" in str(a.dtype)


def _about_shapes(name):
    if name.startswith("grad_"):
        return "A gradient has the shape of what it is the gradient of."
    return "Work the length of each axis out by hand, for one small input, and compare."


def tolerance(answer):
    """Relative tolerance by the dtype of an answer: rounding differs with the order of a sum. What is counted is exact."""
    dtype = str(getattr(answer, "dtype", type(answer).__name__))
    return 0.0 if "int" in dtype else 1e-9 if dtype.endswith("float64") else 1e-4


def close(a, b, tolerance):
    """True where two arrays agree, relative to their largest entry; where not all is finite, in what is so in both.

    What NaN and infinities have come of differs with the writing, and how far they spread, so they agree with each other.
    """
    finite = np.isfinite(a) & np.isfinite(b)
    largest = max(np.abs(b[finite]).max(initial=0.0), 1.0)
    return bool(
        np.isfinite(a).all() == np.isfinite(b).all() and (np.abs(a[finite] - b[finite]) <= tolerance * largest).all()
    )
