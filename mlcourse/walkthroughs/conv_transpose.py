"""Transposed convolution told as stamping: each pixel presses the kernel on the output, as strongly as it is bright.

As in convolution, (m, k) is a pixel of the large image, here the output, and (i, j) one of the small image.
"""

import numpy as np

from mlcourse import ops
from mlcourse.ops.conv_transpose import transposed_geometry
from mlcourse.trace import Step, factor, number, plus, terms
from mlcourse.walkthroughs._wording import at, of, over, place


def conv_transpose2d(x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1):
    """Each pixel stamps its kernel on the output, times itself; where stamps overlap, they add up.

    Parameters
    ----------
    x, w, b, stride, padding, output_padding, dilation
        As for `mlcourse.ops.conv_transpose2d`.

    Yields
    ------
    Step
        One to begin with, one for each pixel, and with padding one for what is cut off.

    Returns
    -------
    numpy.ndarray, shape (N, C_out, oH, oW)
        What `mlcourse.ops.conv_transpose2d` returns.
    """
    lies = _lying((x, w, b), stride, padding, output_padding, dilation)
    bias = np.zeros(w.shape[1]) if b is None else b
    y = np.zeros((len(x), len(bias), *lies.padded)) + bias[:, None, None]  # (N, C_out, top + oH + bottom, ...)
    if y.size:
        yield Step(
            "Before the first stamp",
            f"Every output begins with {'0' if b is None else 'the bias of its filter'}. "
            + _room(lies)
            + ("" if not _cut(lies) else " The margin around it is there for stamps that reach over the edge."),
            symbols=_first_rule(x, w, b),
            read={} if b is None else {"b": np.s_[...]},
            wrote={"y": np.s_[...]},
        )
    for n, c, i, j in np.ndindex(x.shape):
        stamped = np.s_[n, :, *lies.under(i, j)]  # the outputs under the kernel
        before = y[stamped].copy()
        y[stamped] = before + x[n, c, i, j] * w[c]
        yield Step(
            f"Stamp of pixel ({i}, {j})" + of(x.shape[1], c, "channel") + of(len(x), n, "image"),
            "Lay the kernel on the marked outputs. Multiply each weight with this one pixel and add it to what stands there."
            + _met(x, c, i, j, lies),
            symbols=_stamp_rule(x, w, lies),
            numbers=_added(before, x[n, c, i, j], w[c], y[stamped]),
            read={"x": np.s_[n, c, i, j], "w": np.s_[c]},
            wrote={"y": stamped},
        )
    if _cut(lies):
        y = y[:, :, *lies.inside()]  # (N, C_out, oH, oW)
        if y.size:
            yield Step(
                "Cut the margin off",
                "What reached over the edge goes. Here padding takes away what it would add to the image of a convolution.",
                symbols=_cut_rule(x, w, lies),
                wrote={"y": np.s_[...]},
            )
    return y


def conv_transpose2d_backward(grad_output, x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1):
    """Each weight: what did it stamp, and with which pixel? Then each pixel: where did its stamp land?

    Parameters
    ----------
    grad_output, x, w, b, stride, padding, output_padding, dilation
        As for `mlcourse.ops.conv_transpose2d_backward`.

    Yields
    ------
    Step
        One for each weight, each pixel and, if there is a bias, each filter.

    Returns
    -------
    grad_x, grad_w, grad_b : numpy.ndarray
        What `mlcourse.ops.conv_transpose2d_backward` returns.
    """
    lies = _lying((grad_output, x, w, b), stride, padding, output_padding, dilation)
    grad_output = lies.pad(grad_output)  # (N, C_out, top + oH + bottom, left + oW + right)
    grad_x, grad_w, grad_b = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for c, o, p, q in np.ndindex(w.shape):
        landed = np.s_[:, o, *_landed(p, q, x, lies)]  # one output for each pixel
        grad_w[c, o, p, q] = (grad_output[landed] * x[:, c]).sum()
        yield Step(
            f"Gradient of weight ({p}, {q})" + of(w.shape[1], o, "filter") + of(len(w), c, "channel"),
            "Every pixel stamped this weight once: take the gradient of the output where it landed, times the pixel. "
            "The weight is shared by all stamps, so the parts add up." + _lost(lies),
            symbols=_weight_rule(x, w, lies),
            numbers=f"{terms(grad_output[landed], x[:, c])} = {number(grad_w[c, o, p, q])}".removeprefix(" = "),
            read={"grad_output": landed, "x": np.s_[:, c]},
            wrote={"grad_w": np.s_[c, o, p, q]},
        )
    for n, c, i, j in np.ndindex(x.shape):
        stamped = np.s_[n, :, *lies.under(i, j)]
        grad_x[n, c, i, j] = (grad_output[stamped] * w[c]).sum()
        yield Step(
            f"Gradient of pixel ({i}, {j})" + of(x.shape[1], c, "channel") + of(len(x), n, "image"),
            "Lay the kernel where this pixel stamped it. Multiply each weight with the gradient under it and add up: "
            "the way back is an ordinary convolution." + _lost(lies),
            symbols=_pixel_rule(x, w, lies),
            numbers=f"{terms(grad_output[stamped], w[c])} = {number(grad_x[n, c, i, j])}",
            read={"grad_output": stamped, "w": np.s_[c]},
            wrote={"grad_x": np.s_[n, c, i, j]},
        )
    for o in range(w.shape[1]):
        made = np.s_[:, o, *lies.inside()]
        grad_b[o] = grad_output[made].sum()
        if b is not None:
            yield Step(
                "Gradient of the bias" + of(w.shape[1], o, "filter"),
                "The bias was added to every output once, so it collects the gradients of them all.",
                symbols=_bias_rule(x, w),
                numbers=f"{plus(grad_output[made].ravel())} = {number(grad_b[o])}".removeprefix(" = "),
                read={"grad_output": made},
                wrote={"grad_b": np.s_[o]},
            )
    return grad_x, grad_w, grad_b


def _lying(arrays, stride, padding, output_padding, dilation):
    """How the stamps lie on the output, from all arrays of either function; raises what the operation raises."""
    settings = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
    (ops.conv_transpose2d if len(arrays) == 3 else ops.conv_transpose2d_backward)(*arrays, **settings)
    x, w, _ = arrays[-3:]
    return transposed_geometry(x, w, **settings)


def _landed(p, q, x, lies):
    """Slices (rows, columns) of the output with its margin on which weight (p, q) landed, one for each pixel."""
    return tuple(
        slice(d * a, d * a + s * (n - 1) + 1, s)
        for a, n, s, d in zip((p, q), x.shape[2:], lies.stride, lies.dilation, strict=True)
    )


def _cut(lies):
    return lies.padded != lies.size


def _room(lies):
    steps = " and ".join(
        f"{s} {what}{'s' * (s > 1)} {where}"
        for s, what, where in zip(lies.stride, ("row", "column"), ("down", "to the right"), strict=True)
    )
    return f"From one pixel to the next the stamp moves {steps}."


def _met(x, c, i, j, lies):
    """What to say where something has been stamped before: by another channel, or by how many outputs stamps overlap."""
    if c:
        return " The stamps of the other channels are there already: all add up."
    rows, columns = (range(cut.start, cut.stop, cut.step) for cut in lies.under(i, j))
    again = sum(_first_stamp(m, k, lies) < (i, j) for m in rows for k in columns)
    if not again:
        return ""
    outputs = "1 of them has" if again == 1 else f"{again} of them have"
    return f" {outputs} been stamped by an earlier pixel: there the stamps add up."


def _first_stamp(m, k, lies):
    """The first pixel (i, j), in reading order, whose stamp reaches output (m, k)."""
    i, j, _, _ = lies.fed(m, k)
    return min(i), min(j)


def _lost(lies):
    return " What was cut off reached no loss: its gradient is 0." if _cut(lies) else ""


def _added(before, pixel, kernel, after):
    """The sum of each output under the kernel, in reading order; a few of them."""
    each = list(zip(*(a.ravel().tolist() for a in (before, kernel, after)), strict=True))
    return plus(
        each, lambda one: f"{factor(one[0])} + {factor(pixel)} × {factor(one[1])} = {number(one[2])}", most=6, sign=", "
    )


def _several(x, w, letters):
    """Of the letters those of which there are several: n images, c channels of x, o filters."""
    count = {"n": len(x), "c": x.shape[1], "o": w.shape[1]}
    return "".join(letter for letter in letters if count[letter] > 1)


def _listed(letters):
    return r",\,".join(letters)


def _output(x, w, lies):
    return over([*_several(x, w, "no"), place(lies)])


def _weight(x, w):
    return at(_several(x, w, "co") + "pq")


def _pixel(x, w):
    return at(_several(x, w, "nc") + "ij")


def _first_rule(x, w, b):
    every = rf"\quad \text{{for every}} \quad ({_listed(_several(x, w, 'n') + 'mk')})"
    return f"y{at(_several(x, w, 'no') + 'mk')} = " + ("0" if b is None else f"b{at(_several(x, w, 'o'))}{every}")


def _stamp_rule(x, w, lies):
    y = f"y{_output(x, w, lies)}"
    every = rf"\quad \text{{for every}} \quad ({_listed(_several(x, w, 'o') + 'pq')})"
    each = r"\text{, from each channel } c" if x.shape[1] > 1 else ""
    return rf"{y} \leftarrow {y} + x{_pixel(x, w)}\, w{_weight(x, w)}{every}{each}"


def _cut_rule(x, w, lies):
    (top, _), (left, _) = lies.padding
    there = rf"m{f'+{top}' * bool(top)},\,k{f'+{left}' * bool(left)}"
    return rf"y{at(_several(x, w, 'no') + 'mk')} \leftarrow y{over([*_several(x, w, 'no'), there])}"


def _weight_rule(x, w, lies):
    sums = rf"\sum{over(_several(x, w, 'n') + 'ij')} g{_output(x, w, lies)}\, x{_pixel(x, w)}"
    return rf"\frac{{\partial L}}{{\partial w{_weight(x, w)}}} = {sums}"


def _pixel_rule(x, w, lies):
    sums = rf"\sum{over(_several(x, w, 'o') + 'pq')} g{_output(x, w, lies)}\, w{_weight(x, w)}"
    return rf"\frac{{\partial L}}{{\partial x{_pixel(x, w)}}} = {sums}"


def _bias_rule(x, w):
    sums = rf"\sum{over(_several(x, w, 'n') + 'mk')} g{at(_several(x, w, 'no') + 'mk')}"
    return rf"\frac{{\partial L}}{{\partial b{at(_several(x, w, 'o'))}}} = {sums}"
