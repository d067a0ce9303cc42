"""Curves as a picture for pages on which no widget can run."""

import base64
import html

import numpy as np

from mlcourse.trace.formula import number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 280, 62, 360, 12, 238  # as in shared/plot.js, and so the next two
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
DASHES = ("", "7 4", "2 4", "10 3 2 3", "14 5")
APART = 17  # of two names
TURNED = f' transform="translate(12 {(TOP + BOTTOM) / 2}) rotate(-90)"'


def picture_img(title, curves, steps):
    """Return an image element with a plot in it, dark on white in every theme.

    The picture lies in the element's address, since a notebook that is not trusted keeps no other drawing.

    Parameters
    ----------
    title : str
        What the y axis is called.
    curves : list of (str, int, numpy.ndarray, numpy.ndarray)
        Name, number of the style, rows (step, value) and rows (step, mean) of each.
    steps : int
        Where the x axis ends.

    Returns
    -------
    str
    """
    values = np.concatenate([points[:, 1] for _, _, points, _ in curves])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2

    def x_of(step):
        return LEFT + step / steps * (RIGHT - LEFT)

    def y_of(value):
        return BOTTOM + (value - low) / (high - low) * (TOP - BOTTOM)

    drawn = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    drawn += [f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="#767676"/>']
    drawn += [_words(number(v), LEFT - 6, y_of(v) + 4, "end") for v in (float(f"{v:.3g}") for v in (low, high))]
    drawn += [_words(str(step), x_of(step), BOTTOM + 17, "middle") for step in (0, steps)]
    drawn += [_words("step", (LEFT + RIGHT) / 2, HEIGHT - 6, "middle"), _words(title, 0, 0, "middle", TURNED)]
    ends = []
    for name, k, points, means in curves:
        x, y = x_of(points[:, 0]), y_of(points[:, 1])
        if len(means):
            drawn.append(_line(x, y, f'stroke="{COLOURS[k % len(COLOURS)]}" stroke-width="1" opacity="0.5"'))
            x, y = x_of(means[:, 0]), y_of(means[:, 1])
            drawn.append(_line(x, y, 'stroke="#fff" stroke-width="4.5"'))
        drawn.append(_line(x, y, _thick(k)))
        finite = y[np.isfinite(y)]
        ends.append((finite[-1] if finite.size else BOTTOM, name, k))
    return _image(f"{title}: {', '.join(name for name, *_ in curves)}", drawn + _names(sorted(ends)))


def thinned(x, y):
    """Return the positions of points that draw a curve as all of them would: first, least, greatest, last of a column.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (N,)
        Finite; a column is one wide.

    Returns
    -------
    numpy.ndarray of int
    """
    begun = np.concatenate([[0], np.flatnonzero(np.diff(np.floor(x))) + 1])
    ends = np.concatenate([begun[1:], [len(x)]])
    column = np.repeat(np.arange(len(begun)), ends - begun)
    kept = [begun, ends - 1]
    for extreme in (np.minimum, np.maximum):
        reached = np.flatnonzero(y == extreme.reduceat(y, begun)[column])
        kept.append(reached[np.unique(column[reached], return_index=True)[1]])  # once in each column
    return np.unique(np.concatenate(kept))


def _line(x, y, look):
    """A curve as a path, with a gap where a value is not finite; a point alone is a dot."""
    finite = np.flatnonzero(np.isfinite(y))
    path = []
    for run in np.split(finite, np.flatnonzero(np.diff(finite) > 1) + 1) if finite.size else []:
        kept = run[thinned(x[run], y[run])]
        places = [f"{across:.1f} {down:.1f}" for across, down in zip(x[kept].tolist(), y[kept].tolist(), strict=True)]
        path.append(f"M{places[0]}h0" + "".join(f"L{place}" for place in places[1:]))
    return f'<path d="{"".join(path)}" fill="none" stroke-linecap="round" {look}/>'


def _thick(k):
    return f'stroke="{COLOURS[k % len(COLOURS)]}" stroke-width="2.5" stroke-dasharray="{DASHES[k % len(DASHES)]}"'


def _names(ends):
    """Each name beside the end of its curve; where ends lie close, names move apart."""
    drawn, free = [], TOP + 4
    for at, name, k in ends:
        y = max(at, free)
        free = y + APART
        drawn.append(_line(np.array([RIGHT + 4.0, RIGHT + 24.0]), np.array([y, y]), _thick(k)))
        drawn.append(_words(name, RIGHT + 28, y + 4, "start"))
    return drawn


def _words(text, x, y, anchor, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#1a1a1a"{more}>{html.escape(text)}</text>'


def _image(alt, drawn):
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="13">{"".join(drawn)}</svg>'
    )
    address = base64.b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{address}" alt="{html.escape(alt)}" width="{WIDTH}" height="{HEIGHT}" '
        'style="max-width:100%;height:auto;margin:4px 12px 4px 0">'
    )
