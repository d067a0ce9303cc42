"""Batch normalisation told one channel at a time: where its numbers lie, how far they spread, and what is made of it."""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number, plus, terms
from mlcourse.walkthroughs._wording import at, images_and_channels, of, over, within

EVALUATION = (
    " In evaluation the running statistics are taken, so that a patient's result does not depend on who else is in "
    "the batch."
)
MOVES = (
    "Its own gradient comes first. But a value also moves the mean of its channel, and with it all the others: the "
    "second term. And it moves the variance: the third. So a channel's gradients add up to 0."
)
STANDS = "The running statistics stay whatever this value is, so only its own gradient comes back, by the same factor."


def batch_norm2d(x, weight, bias, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Each channel: take off its mean, divide by its spread, then give it the spread and mean the network asks for.

    Parameters
    ----------
    x, weight, bias, running_mean, running_var, training, momentum, eps
        As for `mlcourse.ops.batch_norm2d`.

    Yields
    ------
    Step
        For each channel two for each value; in training also one for the mean, the variance and each running statistic.

    Returns
    -------
    y, running_mean, running_var : numpy.ndarray
        What `mlcourse.ops.batch_norm2d` returns.
    """
    # How many values of a channel the batch has; 0 where its statistics are not used.
    count = _count(x, weight, bias, running_mean, running_var, training, momentum, eps)
    running_mean, running_var = running_mean.astype(float), running_var.astype(float)  # copies
    mean, var = (np.zeros(len(weight)), np.zeros(len(weight))) if count else (running_mean, running_var)
    x_hat, y = np.zeros(x.shape), np.zeros(x.shape)
    for c in range(len(weight)):
        if count:
            mean[c] = x[:, c].sum() / count
            yield Step(
                "Mean" + of(len(weight), c, "channel"),
                "Where do the numbers of this channel lie? Their mean, over all images and pixels of the batch.",
                symbols=_mean_rule(x, count),
                numbers=f"({plus(x[:, c].ravel())}) / {count} = {number(mean[c])}",
                read={"x": np.s_[:, c]},
                wrote={"mean": c},
            )
            var[c] = ((x[:, c] - mean[c]) ** 2).sum() / count
            yield Step(
                "Variance" + of(len(weight), c, "channel"),
                "How far do they spread? The mean of the squared distances from that mean.",
                symbols=_var_rule(x, count),
                numbers=f"({_squares(x[:, c], mean[c])}) / {count} = {number(var[c])}",
                read={"x": np.s_[:, c], "mean": c},
                wrote={"var": c},
            )
        for n, i, j in np.ndindex(len(x), *x.shape[2:]):
            x_hat[n, c, i, j] = (x[n, c, i, j] - mean[c]) / np.sqrt(var[c] + eps)
            yield Step(
                f"Normalised value ({i}, {j})" + within(x.shape, n, c),
                "How many standard deviations does it lie from the mean? The small number under the root is there so "
                "that a constant channel is not divided by 0." + ("" if count else EVALUATION),
                symbols=_x_hat_rule(x, count),
                numbers=f"({number(x[n, c, i, j])} - {factor(mean[c])}) / sqrt({number(var[c])} + {number(eps)})"
                f" = {number(x_hat[n, c, i, j])}",
                read={"x": np.s_[n, c, i, j]}
                | ({"mean": c, "var": c} if count else {"running_mean": c, "running_var": c}),
                wrote={"x_hat": np.s_[n, c, i, j]},
            )
        for n, i, j in np.ndindex(len(x), *x.shape[2:]):
            y[n, c, i, j] = weight[c] * x_hat[n, c, i, j] + bias[c]
            yield Step(
                f"Output ({i}, {j})" + within(x.shape, n, c),
                "Stretch by the weight, shift by the bias. Both are learnt, so the network chooses spread and mean.",
                symbols=_y_rule(x),
                numbers=f"{terms(weight[c], x_hat[n, c, i, j])} + {factor(bias[c])} = {number(y[n, c, i, j])}",
                read={"x_hat": np.s_[n, c, i, j], "weight": c, "bias": c},
                wrote={"y": np.s_[n, c, i, j]},
            )
        if count:
            before = running_mean[c]
            running_mean[c] = (1 - momentum) * before + momentum * mean[c]
            yield Step(
                "Running mean" + of(len(weight), c, "channel"),
                "Kept for evaluation: mostly what it was, and a little of this batch.",
                symbols=_running_mean_rule(x, momentum),
                numbers=f"{terms([1 - momentum, momentum], [before, mean[c]])} = {number(running_mean[c])}",
                read={"running_mean": c, "mean": c},
                wrote={"running_mean": c},
            )
            before = running_var[c]
            running_var[c] = (1 - momentum) * before + momentum * count / (count - 1) * var[c]
            yield Step(
                "Running variance" + of(len(weight), c, "channel"),
                "Kept likewise. The numbers lie nearer to their own mean than to that of all batches: "
                "dividing by one less makes up for it.",
                symbols=_running_var_rule(x, momentum, count),
                numbers=f"{terms(1 - momentum, before)} + {number(momentum)} × {count} / {count - 1} × "
                f"{number(var[c])} = {number(running_var[c])}",
                read={"running_var": c, "var": c},
                wrote={"running_var": c},
            )
    return y, running_mean, running_var


def batch_norm2d_backward(grad_output, x, weight, bias, running_mean, running_var, *, training, momentum=0.1, eps=1e-5):
    """Bias and weight of each channel, then each value: what does it move, itself and through mean and variance?

    Parameters
    ----------
    grad_output, x, weight, bias, running_mean, running_var, training, momentum, eps
        As for `mlcourse.ops.batch_norm2d_backward`.

    Yields
    ------
    Step
        For each channel one for the bias, one for the weight, and one for each value.

    Returns
    -------
    grad_x, grad_weight, grad_bias : numpy.ndarray
        What `mlcourse.ops.batch_norm2d_backward` returns.
    """
    # How many values of a channel the batch has; 0 where its statistics are not used.
    count = _count(x, weight, bias, running_mean, running_var, training, momentum, eps)
    x_hat, deviation = _kept(x, running_mean, running_var, count, eps)  # from the forward pass
    grad_x, grad_weight, grad_bias = np.zeros(x.shape), np.zeros(len(weight)), np.zeros(len(weight))
    for c in range(len(weight)):
        g = grad_output[:, c]
        grad_bias[c] = g.sum()
        yield Step(
            "Gradient of the bias" + of(len(weight), c, "channel"),
            "The bias was added to every value of the channel once, so it collects the gradients of them all.",
            symbols=_grad_bias_rule(x),
            numbers=f"{plus(g.ravel())} = {number(grad_bias[c])}".removeprefix(" = "),
            read={"grad_output": np.s_[:, c]},
            wrote={"grad_bias": c},
        )
        grad_weight[c] = (g * x_hat[:, c]).sum()
        yield Step(
            "Gradient of the weight" + of(len(weight), c, "channel"),
            "The weight multiplied every normalised value of the channel, which the forward pass kept: "
            "each gradient, times what stood there.",
            symbols=_grad_weight_rule(x),
            numbers=f"{terms(g, x_hat[:, c])} = {number(grad_weight[c])}".removeprefix(" = "),
            read={"grad_output": np.s_[:, c], "x_hat": np.s_[:, c]},
            wrote={"grad_weight": c},
        )
        for n, i, j in np.ndindex(len(x), *x.shape[2:]):
            by_mean = grad_bias[c] / count if count else 0  # through the mean, which this value moves
            by_var = x_hat[n, c, i, j] * grad_weight[c] / count if count else 0  # through the variance
            grad_x[n, c, i, j] = weight[c] / deviation[c] * (g[n, i, j] - by_mean - by_var)
            yield Step(
                f"Gradient of pixel ({i}, {j})" + within(x.shape, n, c),
                MOVES if count else STANDS,
                symbols=_grad_x_rule(x, count),
                numbers=f"{factor(weight[c])} / {number(deviation[c])} × "
                + (
                    _three_terms(g[n, i, j], grad_bias[c], x_hat[n, c, i, j], grad_weight[c], count)
                    if count
                    else factor(g[n, i, j])
                )
                + f" = {number(grad_x[n, c, i, j])}",
                read={"grad_output": np.s_[n, c, i, j], "weight": c, "deviation": c}
                | ({"x_hat": np.s_[n, c, i, j], "grad_bias": c, "grad_weight": c} if count else {}),
                wrote={"grad_x": np.s_[n, c, i, j]},
            )
    return grad_x, grad_weight, grad_bias


def _count(x, weight, bias, running_mean, running_var, training, momentum, eps):
    """How many values of a channel the statistics are of; raises what `mlcourse.ops.batch_norm2d` raises."""
    ops.batch_norm2d(x, weight, bias, running_mean, running_var, training=training, momentum=momentum, eps=eps)
    return len(x) * x.shape[2] * x.shape[3] if training else 0


def _kept(x, running_mean, running_var, count, eps):
    """``x_hat``, and the number (C,) it was divided by."""
    mean, var = (x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))) if count else (running_mean, running_var)
    deviation = np.sqrt(var + eps)
    return (x - mean[:, None, None]) / deviation[:, None, None], deviation


def _squares(values, mean):
    return plus(values.ravel(), lambda value: f"({number(value)} - {factor(mean)})²")


def _three_terms(g, grad_bias, x_hat, grad_weight, count):
    return f"({number(g)} - {factor(grad_bias)} / {count} - {factor(x_hat)} × {factor(grad_weight)} / {count})"


def _mean_rule(x, count):
    n, c = images_and_channels(x)
    return rf"\mu{at(c)} = \frac{{1}}{{{count}}} \sum{over(n + 'ij')} x{at(n + c + 'ij')}"


def _var_rule(x, count):
    n, c = images_and_channels(x)
    return rf"\sigma{at(c)}^2 = \frac{{1}}{{{count}}} \sum{over(n + 'ij')} (x{at(n + c + 'ij')} - \mu{at(c)})^2"


def _root(c, count):
    sigma = r"\sigma" if count else r"\bar{\sigma}"
    return rf"\sqrt{{{sigma}{at(c)}^2 + \varepsilon}}"


def _x_hat_rule(x, count):
    n, c = images_and_channels(x)
    place, mu = at(n + c + "ij"), r"\mu" if count else r"\bar{\mu}"
    return rf"\hat{{x}}{place} = \frac{{x{place} - {mu}{at(c)}}}{{{_root(c, count)}}}"


def _y_rule(x):
    n, c = images_and_channels(x)
    return rf"y{at(n + c + 'ij')} = w{at(c)}\, \hat{{x}}{at(n + c + 'ij')} + b{at(c)}"


def _running_mean_rule(x, momentum):
    _, c = images_and_channels(x)
    old, new = number(1 - momentum), number(momentum)
    return rf"\bar{{\mu}}{at(c)} \leftarrow {old}\, \bar{{\mu}}{at(c)} + {new}\, \mu{at(c)}"


def _running_var_rule(x, momentum, count):
    _, c = images_and_channels(x)
    old, new = number(1 - momentum), rf"{number(momentum)} \cdot \frac{{{count}}}{{{count - 1}}}"
    return rf"\bar{{\sigma}}{at(c)}^2 \leftarrow {old}\, \bar{{\sigma}}{at(c)}^2 + {new}\, \sigma{at(c)}^2"


def _grad_bias_rule(x):
    n, c = images_and_channels(x)
    return rf"{_slope('b' + at(c))} = \sum{over(n + 'ij')} g{at(n + c + 'ij')}"


def _grad_weight_rule(x):
    n, c = images_and_channels(x)
    place = at(n + c + "ij")
    return rf"{_slope('w' + at(c))} = \sum{over(n + 'ij')} g{place}\, \hat{{x}}{place}"


def _grad_x_rule(x, count):
    n, c = images_and_channels(x)
    place, share = at(n + c + "ij"), rf"\frac{{1}}{{{count}}}"
    moved = rf" - {share} {_slope('b' + at(c))} - {share}\, \hat{{x}}{place} {_slope('w' + at(c))}"
    own = rf"\left( g{place}{moved} \right)" if count else f"g{place}"
    return rf"{_slope('x' + place)} = \frac{{w{at(c)}}}{{{_root(c, count)}}}\, {own}"


def _slope(what):
    return rf"\frac{{\partial L}}{{\partial {what}}}"
