"""What a student turns to change a function's arguments: sliders, choices, checkboxes, read from plain Python values."""

import inspect
from numbers import Real

import numpy as np

from mlcourse.trace.formula import number

STEPS = 100  # of a slider between two numbers of which one is no integer
FORMS = (
    "Expected (least, most), (least, most, step) or (least, most, step, start) for a slider, "
    "a list of two or more numbers or texts for a choice, True or False for a checkbox, or an editor (MatrixEditor, Painter)."
)


def read_controls(given):
    """Describe controls as the page needs them.

    Parameters
    ----------
    given : dict of str to tuple, list or bool
        By argument name: ``(least, most[, step[, start]])`` for a slider, which starts in the middle unless told; a
        list of numbers or texts for a choice, which starts at the first; a bool for a checkbox.

    Returns
    -------
    list of dict
        ``name``, ``kind`` and ``start`` of each, with ``least``, ``most``, ``step`` or ``choices``.

    Raises
    ------
    TypeError, ValueError
        If something is none of these, or a slider's numbers do not fit each other.
    """
    return [{"name": name, **_read(name, value)} for name, value in given.items()]


def check_arguments(function, controls):
    """Raise TypeError unless a function takes just these controls by name.

    Parameters
    ----------
    function : callable
    controls : iterable of str
        Their names.
    """
    try:
        inspect.signature(function).bind(**dict.fromkeys(controls))
    except ValueError:  # a built-in function tells nothing about its arguments
        return
    except TypeError as error:
        called = getattr(function, "__name__", "The function")
        names = ", ".join(controls) or "none"
        raise TypeError(f"{called} cannot be called with the controls ({names}): {error}.") from None


def take_values(controls, values):
    """Return values as the function gets them: integers where a slider has only such, choices as they were given.

    Parameters
    ----------
    controls : list of dict
    values : dict
        One value for each control, by name.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If a name or a value does not fit the controls.
    """
    names = [control["name"] for control in controls]
    if set(values) != set(names):
        raise ValueError(f"Values for {sorted(values)} came; expected one for each of {sorted(names)}.")
    return {control["name"]: _take(control, values[control["name"]]) for control in controls}


def _read(name, given):
    if isinstance(given, bool | np.bool_):
        return {"kind": "checkbox", "start": bool(given)}
    if isinstance(given, tuple) and 2 <= len(given) <= 4 and all(map(_is_number, given)):
        return _slider(name, *map(_plain, given))
    if isinstance(given, list) and len(given) > 1 and all(_is_number(v) or isinstance(v, str) for v in given):
        choices = [v if isinstance(v, str) else _plain(v) for v in given]
        return {"kind": "choice", "start": choices[0], "choices": choices}
    raise TypeError(f"{name} is {given!r}. {FORMS}")


def _slider(name, least, most, step=None, start=None):
    if not least < most:
        raise ValueError(f"{name} goes from {number(least)} to {number(most)}; write the smaller number first.")
    if step is None:
        step = 1 if isinstance(least, int) and isinstance(most, int) else (most - least) / STEPS
    if not 0 < step <= most - least:
        raise ValueError(f"{name} has step {number(step)}; expected more than 0 and at most {number(most - least)}.")
    if start is None:
        start = round(least + round((most - least) / 2 / step) * step, 12)
    control = {"kind": "slider", "least": least, "most": most, "step": step}
    return {**control, "start": _take({"name": name, **control}, start)}


def _take(control, value):
    name, kind = control["name"], control["kind"]
    if kind == "checkbox":
        if not isinstance(value, bool | np.bool_):
            raise ValueError(f"{name} is {value!r}; expected True or False.")
        return bool(value)
    if kind == "choice":
        if value not in control["choices"]:
            raise ValueError(f"{name} is {value!r}; expected one of {control['choices']}.")
        return control["choices"][control["choices"].index(value)]
    if not _is_number(value) or not control["least"] <= value <= control["most"]:
        raise ValueError(
            f"{name} is {value!r}; expected a number from {number(control['least'])} to {number(control['most'])}."
        )
    whole = all(isinstance(control[part], int) for part in ("least", "most", "step"))
    return int(value) if whole and float(value).is_integer() else float(value)


def _is_number(value):
    return isinstance(value, Real | np.generic) and not isinstance(value, bool | np.bool_) and bool(np.isfinite(value))


def _plain(value):
    return value.item() if isinstance(value, np.generic) else value
