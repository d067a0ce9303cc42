"""What an Explorer shows at each of its positions, computed beforehand for pages without Python."""

from itertools import product
from math import prod

import numpy as np

from mlcourse.widgets.findings import pack, read_findings

MOST = 64  # frames of one Explorer
LEVELS = 65535  # to which a picture's values are rounded, between its least and its greatest


def compute_all():
    """Compute the frames of every Explorer that is connected to a page."""
    from ipywidgets import Widget

    from mlcourse.widgets.explorer import Explorer

    for widget in list(Widget.widgets.values()):
        if isinstance(widget, Explorer):
            widget.compute_frames()


def positions(controls, values, most=MOST):
    """Choose which values of each control are shown: all, unless that makes too many frames; then fewer of the sliders'.

    Parameters
    ----------
    controls : list of dict
        As `mlcourse.widgets.controls.read_controls` gives them.
    values : dict
        What the controls say now; these values are always among the chosen.
    most : int
        So many combinations at most, unless choices and checkboxes alone make more.

    Returns
    -------
    dict of str to list
    """
    chosen = {control["name"]: _all(control) for control in controls}
    count = {name: len(every) for name, every in chosen.items()}
    sliders = [control["name"] for control in controls if control["kind"] == "slider"]
    while prod(count.values()) > most and any(count[name] > 2 for name in sliders):
        count[max(sliders, key=count.get)] -= 1
    for name in sliders:
        every = chosen[name]
        at = {round(k) for k in np.linspace(0, len(every) - 1, count[name])}
        now = min(range(len(every)), key=lambda k: abs(every[k] - values[name]))
        if now not in at:
            at.remove(min(at, key=lambda k: abs(k - now)))
            at.add(now)
        chosen[name] = [every[k] for k in sorted(at)]
    return chosen


def frames_at(function, chosen, grey):
    """Call a function at every combination of the chosen values.

    Parameters
    ----------
    function : callable
        Called with the values by name; what it raises becomes the frame's error.
    chosen : dict of str to list
        As `positions` gives it.
    grey : dict
        See `mlcourse.widgets.Explorer`.

    Returns
    -------
    shown : list of dict
        ``pictures``, ``curves``, ``readings`` and ``error`` of each combination, the last name's values changing fastest.
    data : bytes
        Where the numbers lie. Equal pictures lie there once; their values are rounded to 65535 levels.
    """
    shown, data, laid = [], bytearray(), {}

    def lay(content):
        if content not in laid:
            laid[content] = len(data)
            data.extend(content)
        return laid[content]

    for values in product(*chosen.values()):
        frame = {"pictures": [], "curves": [], "readings": {}, "error": ""}
        try:
            pictures, curves, frame["readings"] = read_findings(function(**dict(zip(chosen, values, strict=True))))
        except Exception as error:
            shown.append(frame | {"error": f"{type(error).__name__}: {error}"})
            continue
        described, drawn, packed = pack(pictures, curves, grey)
        for one in described:
            coarser, content = _levels(pictures[one["name"]]) or ({}, _content(one, packed))
            frame["pictures"].append(one | coarser | {"start": lay(content)})
        for one in drawn:
            frame["curves"].append(one | {"start": lay(_content(one, packed))})
        shown.append(frame)
    return shown, bytes(data)


def _content(one, packed):
    """The bytes of what `pack` laid somewhere."""
    return packed[one["start"] : one["start"] + prod(one["shape"]) * np.dtype(one["dtype"]).itemsize]


def _levels(picture):
    """How a picture of finite values lies in 16 bits a pixel, and its bytes; None where that is impossible."""
    low, high = float(picture.min()), float(picture.max())
    if not np.isfinite([low, high]).all() or low == high:
        return None
    levels = np.rint((picture - low) / (high - low) * LEVELS).astype(np.uint16)
    return {"dtype": "uint16", "low": low, "high": high}, levels.tobytes()


def _all(control):
    if control["kind"] == "checkbox":
        return [False, True]
    if control["kind"] == "choice":
        return control["choices"]
    least, most, step = control["least"], control["most"], control["step"]
    steps = int(np.floor((most - least) / step + 1e-9))
    whole = all(isinstance(number, int) for number in (least, most, step))
    return [least + k * step if whole else round(least + k * step, 12) for k in range(steps + 1)]
