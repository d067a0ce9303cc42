"""Is an answer right? Shape before dtype, dtype before NaN, NaN before values; each answer by its name."""

import numpy as np

from mlcourse.ops._arrays import to_numpy


def as_answers(returned, names):
    """Name what a function returned: ``{"grad_x": ..., ...}``; one answer may come bare."""
    return dict(zip(names, returned if isinstance(returned, tuple | list) else (returned,), strict=False))


def differences(returned, expected):
    """Compare what a student's function returned with what is right.

    Parameters
    ----------
    returned : object
        One array, or a tuple of them.
    expected : dict of str to array

    Returns
    -------
    kind, says, hint : str
        Empty where all is right; "wrong" where only values differ.
    wrong : dict of str to float
        Answer -> largest difference.
    """
    count = len(returned) if isinstance(returned, tuple | list) else 1
    if count != len(expected):
        return (
            "shape",
            f"Your function returns {count} thing{'' if count == 1 else 's'}; expected {len(expected)}: "
            f"{', '.join(expected)}.",
            f"End with `return {', '.join(expected)}`.",
            {},
        )
    got, wrong = as_answers(returned, expected), {}
    for name, right in expected.items():
        kind, says, hint = _form(name, got[name], right)
        if kind:
            return kind, says, hint, {}
        mine, theirs = to_numpy(right).astype(float), to_numpy(got[name]).astype(float)
        if not close(theirs, mine, tolerance(str(right.dtype))):
            wrong[name] = float(np.abs(theirs - mine).max())
    return ("wrong" if wrong else ""), "", "", wrong


def _form(name, got, right):
    if got is None:
        return (
            "dtype",
            f"{name} is None; expected an array.",
            "Every answer is wanted on every input. Which line makes this one?",
        )
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
            f"{name} is a {type(got).__module__}.{type(got).__name__}; expected a {type(right).__module__}."
            f"{type(right).__name__}, as the input is.",
            "Stay in the library that the input comes from.",
        )
    if tuple(got.shape) != tuple(right.shape):
        return (
            "shape",
            f"{name} has the wrong shape: {tuple(got.shape)}; expected {tuple(right.shape)}.",
            "A slice such as a[0:-0] is empty, since -0 is 0." if 0 in got.shape else _about_shapes(name),
        )
    if got.dtype != right.dtype:
        return (
            "dtype",
            f"{name} has dtype {got.dtype}; expected {right.dtype}.",
            "Keep the dtype of the input, also where you make zeros.",
        )
    if getattr(got, "device", None) != getattr(right, "device", None):
        return (
            "dtype",
            f"{name} lies on {got.device}; expected {right.device}, as the input.",
            "Make new tensors with device=x.device.",
        )
    if not np.isfinite(to_numpy(got)).all():
        return "not_finite", f"{name} contains NaN or infinite numbers.", "Where could a division by 0 come from?"
    return "", "", ""


def _about_shapes(name):
    if name.startswith("grad_"):
        return "A gradient has the shape of what it is the gradient of."
    return "Work the length of each axis out by hand, for one small input, and compare."


def tolerance(dtype):
    """Relative tolerance for a dtype given as text: rounding differs with the order of a sum."""
    return 1e-9 if dtype.endswith("float64") else 1e-4


def close(a, b, tolerance):
    """True where two arrays agree, relative to their largest entry."""
    largest = max(np.abs(b).max(initial=0.0), 1.0)
    return bool((np.abs(a - b) <= tolerance * largest).all())
