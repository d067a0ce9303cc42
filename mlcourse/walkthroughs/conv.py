"""Convolution told one number at a time. These loops are the naive implementation; `mlcourse.ops` has the fast one."""

import numpy as np

from mlcourse import ops
from mlcourse.ops.geometry import geometry
from mlcourse.trace import Step, number, terms


def conv2d(x, w, b=None, *, stride=1, padding=0, dilation=1):
    """Lay the kernel on every placement, multiply what lies on each other, add up."""
    lies = geometry(x, w, stride, padding, dilation)
    x = lies.pad(x)  # (N, C_in, H + top + bottom, W + left + right)
    y = np.zeros((len(x), len(w), *lies.output))  # (N, C_out, oH, oW)
    for n, o, i, j in np.ndindex(y.shape):
        under = np.s_[n, :, *lies.under(i, j)]  # the pixels under the kernel
        y[n, o, i, j] = (x[under] * w[o]).sum() + (0 if b is None else b[o])
        yield Step(
            f"Output ({i}, {j})" + _of(w, o, "filter") + _of(x, n, "image"),
            "Lay the kernel on the marked pixels. Multiply each weight with the pixel under it and add up."
            + ("" if b is None else " The bias of the filter comes on top."),
            symbols=rf"y_{{ij}} = \sum_{{{_sum(x)}p,q}} x_{{{_at(lies)}}}\, w_{{pq}}" + ("" if b is None else " + b"),
            numbers=f"{terms(x[under], w[o])}{'' if b is None else ' + ' + number(b[o])} = {number(y[n, o, i, j])}",
            read={"x": under, "w": np.s_[o]} | ({} if b is None else {"b": np.s_[o]}),
            wrote={"y": np.s_[n, o, i, j]},
        )
    return y


def conv2d_backward(grad_output, x, w, b=None, *, stride=1, padding=0, dilation=1, loss=None):
    """Each weight: what did it meet, and what came of it? Then each pixel: what did it feed?

    ``loss(y)`` is what was made of the output, with gradient ``grad_output``; it is measured beside every entry.
    """
    lies = geometry(x, w, stride, padding, dilation)
    measured_w, measured_x = _measured(grad_output, x, w, b, lies, loss)  # finite differences, to compare with
    x = lies.pad(x)  # (N, C_in, H + top + bottom, W + left + right)
    grad_x, grad_w = np.zeros(x.shape), np.zeros(w.shape)
    for o, c, p, q in np.ndindex(w.shape):
        met = np.s_[:, c, *lies.met_by(p, q)]  # one pixel for each output
        grad_w[o, c, p, q] = (grad_output[:, o] * x[met]).sum()
        yield Step(
            f"Gradient of weight ({p}, {q})" + _of(w, o, "filter") + _of(w[0], c, "channel"),
            "Every pixel this weight met, times the gradient of the output it helped to make. "
            "The weight is shared by all placements, so the parts add up.",
            symbols=rf"\frac{{\partial L}}{{\partial w_{{pq}}}} = \sum_{{{_sum(x, 'n')}i,j}} g_{{ij}}\, x_{{{_at(lies)}}}",
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
            f"Gradient of pixel ({m}, {k})" + _of(x[0], c, "channel") + _of(x, n, "image"),
            "Every output this pixel fed, times the weight it was multiplied with there."
            if g.size
            else "No placement of the kernel reached this pixel: it fed nothing, so its gradient is 0.",
            symbols=r"\frac{\partial L}{\partial x_{mn}} = \sum_{i,j} g_{ij}\, w_{pq}"
            rf"\quad \text{{where}} \quad ({_at(lies)}) = (m,\,n)",
            numbers=f"{terms(g, v) or '0'} = {number(grad_x[n, c, m, k])}"
            f"   (measured: {number(measured_x[n, c, m, k])})",
            read={"grad_output": np.s_[n, :, i, j], "w": np.s_[:, c, p, q], "measured_x": np.s_[n, c, m, k]},
            wrote={"grad_x": np.s_[n, c, m, k]},
        )
    grad_b = np.zeros(len(w))
    for o in range(len(w)):
        grad_b[o] = grad_output[:, o].sum()
        if b is not None:
            yield Step(
                "Gradient of the bias" + _of(w, o, "filter"),
                "The bias was added to every output once, so it collects the gradients of them all.",
                symbols=r"\frac{\partial L}{\partial b} = \sum_{i,j} g_{ij}",
                numbers=f"{' + '.join(map(number, grad_output[:, o].ravel()))} = {number(grad_b[o])}",
                read={"grad_output": np.s_[:, o]},
                wrote={"grad_b": np.s_[o]},
            )
    return grad_x[:, :, *lies.inside()], grad_w, grad_b


def _measured(grad_output, x, w, b, lies, loss):
    """What finite differences say of the weights, and of the padded pixels."""
    settings = {"stride": lies.stride, "dilation": lies.dilation}
    if loss is None:

        def loss(y):
            return (grad_output * y).sum()

    x = lies.pad(x)
    return (
        ops.numeric_gradient(lambda w: loss(ops.conv2d(x, w, b, **settings)), w),
        ops.numeric_gradient(lambda x: loss(ops.conv2d(x, w, b, **settings)), x),
    )


def _of(a, index, what):
    """Say which filter, channel or image, where there are several."""
    return f", {what} {index}" if len(a) > 1 else ""


def _sum(x, several=""):
    """The further letter that a sum runs over, where there are several channels (or images, "n")."""
    if several:
        return "n," if len(x) > 1 else ""
    return "c," if x.shape[1] > 1 else ""


def _at(lies):
    """Where output (i, j) and weight (p, q) meet: ``i+p, j+q``, with stride and dilation where they are not 1."""
    (sv, sh), (dv, dh) = lies.stride, lies.dilation
    times = {1: ""}
    return rf"{times.get(sv, sv)}i+{times.get(dv, dv)}p,\,{times.get(sh, sh)}j+{times.get(dh, dh)}q"
