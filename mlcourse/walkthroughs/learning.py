"""A network of one layer learns: forward, loss, backward, update, and forward again.

The network adds up all outputs of its kernels to one number an image, as in the lecture this course follows
(B. Ibragimov, "Machine learning: Neural networks", University of Copenhagen).
"""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number, plus
from mlcourse.walkthroughs._wording import at, of, over, several
from mlcourse.walkthroughs.conv import conv2d, conv2d_backward
from mlcourse.walkthroughs.regression import mse_loss, mse_loss_backward


def training_step(x, w, b=None, *, target, rate, only=None, stride=1, padding=0, dilation=1):
    """Forward, loss, backward, update; then forward again, to see what it brought.

    Parameters
    ----------
    x, w, b, stride, padding, dilation
        As for `mlcourse.ops.conv2d`.
    target : float or array, shape (N,)
        What the network should say of each image.
    rate : float
        The learning rate.
    only : (int, int, int, int), optional
        The one weight that learns, such as ``(0, 0, 0, 0)``; without it all weights and the bias do.

    Yields
    ------
    Step
        Those of `conv2d`, `mse_loss` and their gradients, and one for each weight that learns.

    Returns
    -------
    w : numpy.ndarray
        The weights afterwards.
    prediction : numpy.ndarray, shape (N,)
    loss : float
        What came of them.
    """
    w, settings = w.copy(), {"stride": stride, "padding": padding, "dilation": dilation}
    target = np.full(len(x), 1.0) * target  # (N,)
    prediction, _ = yield from _forward(x, w, b, target, settings)
    grad_prediction = yield from mse_loss_backward(1.0, prediction, target)
    grad_output = grad_prediction[:, None, None, None] * np.ones(ops.conv2d(x, w, **settings).shape)
    yield Step(
        "Gradient of each output",
        "The prediction is a plain sum of the outputs, so it hands its gradient to each of them unchanged.",
        symbols=_handed_rule(x, w),
        numbers=plus(
            range(len(x)),
            lambda n: f"{number(grad_prediction[n])} to every output" + (f" of image {n}" if len(x) > 1 else ""),
            sign=", ",
        ),
        read={"grad_prediction": np.s_[...]},
        wrote={"grad_output": np.s_[...]},
    )
    _, grad_w, grad_b = yield from conv2d_backward(
        grad_output, x, w, b, **settings, loss=lambda y: ops.mse_loss(y.sum(axis=(1, 2, 3)), target)
    )
    for index in np.ndindex(w.shape) if only is None else [tuple(only)]:
        before = w[index]
        w[index] = before - rate * grad_w[index]
        yield Step(
            f"Update weight ({index[2]}, {index[3]})"
            + of(len(w), index[0], "filter")
            + of(x.shape[1], index[1], "channel"),
            "Move the weight against its gradient. The learning rate says how far.",
            symbols=_update_rule("w" + at("".join(several(x, w)[1:]) + "pq")),
            numbers=_update(before, rate, grad_w[index], w[index]),
            read={"grad_w": index, "rate": ()},
            wrote={"w": index},
        )
    if b is not None and only is None:
        before, b = b, b - rate * grad_b
        yield Step(
            "Update the bias",
            "The bias learns as the weights do.",
            symbols=_update_rule("b" + at(several(x, w)[1])),
            numbers=plus(range(len(b)), lambda o: _update(before[o], rate, grad_b[o], b[o]), sign=", "),
            read={"grad_b": np.s_[...], "rate": ()},
            wrote={"b": np.s_[...]},
        )
    prediction, loss = yield from _forward(x, w, b, target, settings)
    return w, prediction, loss


def _forward(x, w, b, target, settings):
    y = yield from conv2d(x, w, b, **settings)
    prediction = y.sum(axis=(1, 2, 3))  # (N,)
    yield Step(
        "Prediction",
        "This network adds up its outputs to one number" + (" for each image." if len(x) > 1 else "."),
        symbols=_prediction_rule(x, w),
        numbers=plus(range(len(x)), lambda n: f"{plus(y[n].ravel())} = {number(prediction[n])}", sign=", "),
        read={"y": np.s_[...]},
        wrote={"prediction": np.s_[...]},
    )
    loss = yield from mse_loss(prediction, target)
    return prediction, loss


def descent(x, w, b=None, *, target, rate, steps=8, stride=1, padding=0, dilation=1):
    """Train for some steps and watch the prediction: does it settle, swing or run away?

    Parameters
    ----------
    x, w, b, target, rate, stride, padding, dilation
        As for `training_step`.
    steps : int
        How often the weights are updated.

    Yields
    ------
    Step
        One for each prediction, one for each update.

    Returns
    -------
    prediction : numpy.ndarray, shape (N, steps + 1)
    loss : numpy.ndarray, shape (steps + 1,)
        Before training and after each step.
    """
    w, settings = w.copy(), {"stride": stride, "padding": padding, "dilation": dilation}
    target = np.full(len(x), 1.0) * target  # (N,)
    prediction, loss = np.zeros((len(x), steps + 1)), np.zeros(steps + 1)
    for t in range(steps + 1):
        y = ops.conv2d(x, w, b, **settings)
        prediction[:, t] = y.sum(axis=(1, 2, 3))
        loss[t] = ops.mse_loss(prediction[:, t], target)
        yield Step(
            f"After {t} step{'s' if t > 1 else ''}" if t else "Before training",
            _judged((prediction.T - target)[: t + 1]),
            symbols=r"e = \hat{y} - t" if len(x) == 1 else r"e_n = \hat{y}_n - t_n",
            numbers=_progress(prediction[:, t], (prediction.T - target)[: t + 1], loss[t]),
            read={"w": np.s_[...], "target": np.s_[...]}
            | ({} if b is None else {"b": np.s_[...]})
            | ({"prediction": np.s_[:, t - 1]} if t else {}),
            wrote={"prediction": np.s_[:, t], "loss": np.s_[t]},
        )
        if t < steps:
            grad_output = ops.mse_loss_backward(1.0, prediction[:, t], target)[:, None, None, None] * np.ones(y.shape)
            _, grad_w, grad_b = ops.conv2d_backward(grad_output, x, w, b, **settings)
            b = None if b is None else b - rate * grad_b
            w[...] = w - rate * grad_w
            yield Step(
                f"Update {t + 1}",
                f"All weights {'' if b is None else 'and the bias '}go against their gradients. "
                "The learning rate says how far.",
                symbols=_update_rule("w"),
                numbers=f"largest gradient {number(grad_w.flat[np.abs(grad_w).argmax()])}, rate {number(rate)}",
                read={"grad_w": np.s_[...], "rate": ()} | ({} if b is None else {"grad_b": np.s_[...]}),
                wrote={"w": np.s_[...]} | ({} if b is None else {"b": np.s_[...]}),
            )
    return prediction, loss


def _judged(error):
    """What to look at: the error of one image may be compared with the one before."""
    if error.shape[1] > 1:
        return "The errors are the predictions minus the targets; the loss is the mean of their squares."
    if len(error) == 1:
        return "The error is the prediction minus the target."
    if _is_rounding(error):
        return "The error was 0 before, but for rounding: there is nothing left to learn."
    return "The factor is this error over the one before: negative if it changed sides, beyond 1 or -1 if it grew."


def _is_rounding(error):
    """Whether the error before was so small that what became of it means nothing."""
    return abs(error[-2, 0]) <= 1e-9 * max(1, abs(error[0, 0]))


def _progress(prediction, error, loss):
    several, text = len(prediction) > 1, {}
    text["predictions" if several else "prediction"] = prediction
    text["errors" if several else "error"] = error[-1]
    if len(error) > 1 and not several and not _is_rounding(error):
        text["factor"] = error[-1] / error[-2]
    text["loss"] = [loss]
    return ", ".join(f"{name} {plus(values, number, sign=' and ')}" for name, values in text.items())


def _update(before, rate, gradient, after):
    return f"{number(before)} - {number(rate)} × {factor(gradient)} = {number(after)}"


def _update_rule(what):
    return rf"{what} \leftarrow {what} - \gamma\, \frac{{\partial L}}{{\partial {what}}}"


def _prediction_rule(x, w):
    n, o, _ = several(x, w)
    return rf"\hat{{y}}{at(n)} = \sum{over(o + 'ij')} y{at(n + o + 'ij')}"


def _handed_rule(x, w):
    n, o, _ = several(x, w)
    place = at(n + o + "ij")
    return rf"g{place} = \frac{{\partial L}}{{\partial y{place}}} = \frac{{\partial L}}{{\partial \hat{{y}}{at(n)}}}"
