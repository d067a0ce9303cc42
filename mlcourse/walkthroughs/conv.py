"""Convolution told one number at a time. These loops are the naive implementation; `mlcourse.ops` has the fast one."""

import numpy as np

from mlcourse import ops
from mlcourse.ops.geometry import geometry
from mlcourse.trace import Step, factor, number, plus, terms
from mlcourse.walkthroughs._wording import at, of, over, pixel_met, place, several

NOT_REACHED = "No placement of the kernel reached this pixel: it fed nothing, so its gradient is 0."


def conv2d(x, w, b=None, *, stride=1, padding=0, dilation=1):
    """Lay the kernel on every placement, multiply what lies on each other, add up.

    Parameters
    ----------
    x, w, b, stride, padding, dilation
        As for `mlcourse.ops.conv2d`.

    Yields
    ------
    Step
        One for each output.

    Returns
    -------
    numpy.ndarray, shape (N, C_out, oH, oW)
        What `mlcourse.ops.conv2d` returns.
    """
    lies = geometry(x, w, stride, padding, dilation)
    x = lies.pad(x)  # (N, C_in, H + top + bottom, W + left + right)
    y = np.zeros((len(x), len(w), *lies.output))  # (N, C_out, oH, oW)
    for n, o, i, j in np.ndindex(y.shape):
        covered = np.s_[n, :, *lies.under(i, j)]  # the pixels under the kernel
        y[n, o, i, j] = (x[covered] * w[o]).sum() + (0 if b is None else b[o])
        yield Step(
            f"Output ({i}, {j})" + of(len(w), o, "filter") + of(len(x), n, "image"),
            "Lay the kernel on the marked pixels. Multiply each weight with the pixel under it and add up"
            + (", over all channels." if x.shape[1] > 1 else ".")
            + ("" if b is None else " The bias of the filter comes on top."),
            symbols=_forward_rule(x, w, b, lies),
            numbers=f"{terms(x[covered], w[o])}{'' if b is None else ' + ' + factor(b[o])} = {number(y[n, o, i, j])}",
            read={"x": covered, "w": np.s_[o]} | ({} if b is None else {"b": np.s_[o]}),
            wrote={"y": np.s_[n, o, i, j]},
        )
    return y


def conv2d_backward(grad_output, x, w, b=None, *, stride=1, padding=0, dilation=1, loss=None):
    """Each weight: what did it meet, and what came of it? Then each pixel: what did it feed?

    Parameters
    ----------
    grad_output, x, w, b, stride, padding, dilation
        As for `mlcourse.ops.conv2d_backward`.
    loss : callable, optional
        ``loss(y)`` is what was made of the output, with gradient ``grad_output``; it is measured beside every entry.
        Without it, ``(grad_output * y).sum()``.

    Yields
    ------
    Step
        One for each weight, each pixel (those of the padding too) and, if there is a bias, each filter.

    Returns
    -------
    grad_x, grad_w, grad_b : numpy.ndarray
        What `mlcourse.ops.conv2d_backward` returns.
    """
    lies = geometry(x, w, stride, padding, dilation)
    measured_w, measured_x = _measured(grad_output, x, w, b, lies, loss)  # finite differences, to compare with
    x = lies.pad(x)  # (N, C_in, H + top + bottom, W + left + right)
    grad_x, grad_w = np.zeros(x.shape), np.zeros(w.shape)
    for o, c, p, q in np.ndindex(w.shape):
        met = np.s_[:, c, *lies.met_by(p, q)]  # one pixel for each output
        grad_w[o, c, p, q] = (grad_output[:, o] * x[met]).sum()
        yield Step(
            f"Gradient of weight ({p}, {q})" + of(len(w), o, "filter") + of(x.shape[1], c, "channel"),
            "Every pixel this weight met, times the gradient of the output it helped to make. "
            "The weight is shared by all placements, so the parts add up. "
            "To check, it is also measured: move the weight a little and look what the loss does.",
            symbols=_weight_rule(x, w, lies),
            numbers=f"{terms(grad_output[:, o], x[met])} = {number(grad_w[o, c, p, q])}"
            f"   (measured: {number(measured_w[o, c, p, q])})",
            read={"grad_output": np.s_[:, o], "x": met, "measured_w": np.s_[o, c, p, q]},
            wrote={"grad_w": np.s_[o, c, p, q]},
        )
    for n, c, m, k in np.ndindex(x.shape):
        i, j, p, q = lies.fed(m, k)  # output (i, j) met this pixel with weight (p, q)
        g, v = grad_output[n][:, i, j], w[:, c, p, q]  # (C_out, placements)
        grad_x[n, c, m, k] = (g * v).sum()
        yield Step(
            f"Gradient of pixel ({m}, {k})"
            + (" of the padding" if _in_padding(m, k, lies) else "")
            + of(x.shape[1], c, "channel")
            + of(len(x), n, "image"),
            ("Every output this pixel fed, times the weight it was multiplied with there." if g.size else NOT_REACHED)
            + (" The gradient of the padding is cut off at the end." if _in_padding(m, k, lies) else ""),
            symbols=_pixel_rule(x, w, lies),
            numbers=f"{terms(g, v)} = {number(grad_x[n, c, m, k])}".removeprefix(" = ")
            + f"   (measured: {number(measured_x[n, c, m, k])})",
            read={"grad_output": np.s_[n, :, i, j], "w": np.s_[:, c, p, q], "measured_x": np.s_[n, c, m, k]},
            wrote={"grad_x": np.s_[n, c, m, k]},
        )
    grad_b = np.zeros(len(w))
    for o in range(len(w)):
        grad_b[o] = grad_output[:, o].sum()
        if b is not None:
            yield Step(
                "Gradient of the bias" + of(len(w), o, "filter"),
                "The bias was added to every output once, so it collects the gradients of them all.",
                symbols=_bias_rule(x, w),
                numbers=f"{plus(grad_output[:, o].ravel())} = {number(grad_b[o])}",
                read={"grad_output": np.s_[:, o]},
                wrote={"grad_b": np.s_[o]},
            )
    return grad_x[:, :, *lies.inside()], grad_w, grad_b


def _measured(grad_output, x, w, b, lies, loss, *, step=1e-5):
    """What finite differences say of the weights, and of the padded pixels.

    All pixels of a row are moved at once, each in an image of its own: one call with many images costs little more
    than one with one. Rounded to what such a difference can tell.
    """
    x, w, b = (None if a is None else np.array(a, dtype=float) for a in (lies.pad(x), w, b))
    settings = {"stride": lies.stride, "dilation": lies.dilation}
    if loss is None:

        def loss(y):
            return (grad_output * y).sum()

    measured_w = ops.numeric_gradient(lambda w: loss(ops.conv2d(x, w, b, **settings)), w, step=step)
    measured_x, across, y = np.zeros(x.shape), np.arange(x.shape[3]), ops.conv2d(x, w, b, **settings)
    for n, c, m in np.ndindex(x.shape[:3]):
        there = y.copy()
        for by in (step, -step):
            moved = np.repeat(x[n : n + 1], len(across), axis=0)
            moved[across, c, m, across] += by  # pixel (m, k) in image k
            for k, there_k in enumerate(ops.conv2d(moved, w, b, **settings)):
                there[n] = there_k
                measured_x[n, c, m, k] += loss(there) / (2 * by)
    return measured_w.round(9), measured_x.round(9)


def _in_padding(m, k, lies):
    rows, columns = lies.inside()
    return not (rows.start <= m < rows.stop and columns.start <= k < columns.stop)


def _forward_rule(x, w, b, lies):
    n, o, c = several(x, w)
    bias = "" if b is None else f" + b{at(o)}"
    return rf"y{at(n + o + 'ij')} = \sum{over(c + 'pq')} x{pixel_met(n + c, lies)}\, w{at(o + c + 'pq')}{bias}"


def _weight_rule(x, w, lies):
    n, o, c = several(x, w)
    sums = rf"\sum{over(n + 'ij')} g{at(n + o + 'ij')}\, x{pixel_met(n + c, lies)}"
    return rf"\frac{{\partial L}}{{\partial w{at(o + c + 'pq')}}} = {sums}"


def _pixel_rule(x, w, lies):
    n, o, c = several(x, w)
    sums = rf"\sum{over(o + 'ij')} g{at(n + o + 'ij')}\, w{at(o + c + 'pq')}"
    where = rf"\quad \text{{where}} \quad ({place(lies)}) = (m,\,k)"
    return rf"\frac{{\partial L}}{{\partial x{at(n + c + 'mk')}}} = {sums}{where}"


def _bias_rule(x, w):
    n, o, _ = several(x, w)
    return rf"\frac{{\partial L}}{{\partial b{at(o)}}} = \sum{over(n + 'ij')} g{at(n + o + 'ij')}"
