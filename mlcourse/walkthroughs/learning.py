"""A network of one kernel learns: forward, loss, backward, update, and forward again.

The network adds up all outputs of the kernel to one number an image, as in the lecture this course follows
(B. Ibragimov, "Machine learning: Neural networks", University of Copenhagen).
"""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number
from mlcourse.walkthroughs.conv import conv2d, conv2d_backward
from mlcourse.walkthroughs.regression import mse_loss, mse_loss_backward


def training_step(x, w, b=None, *, target, rate, only=None, stride=1, padding=0, dilation=1):
    """Forward, loss, backward, update; then forward again, to see what it brought.

    ``only`` names the one weight that learns, such as ``(0, 0, 0, 0)``; without it all of them do.
    """
    w, settings = w.copy(), {"stride": stride, "padding": padding, "dilation": dilation}
    target = np.full(len(x), 1.0) * target  # (N,)
    prediction, _ = yield from _forward(x, w, b, target, settings)
    grad_prediction = yield from mse_loss_backward(1.0, prediction, target)
    grad_output = grad_prediction[:, None, None, None] * np.ones(ops.conv2d(x, w, **settings).shape)
    yield Step(
        "Gradient of each output",
        "The prediction is a plain sum of the outputs, so it hands its gradient to each of them unchanged.",
        symbols=r"g_{ij} = \frac{\partial L}{\partial y_{ij}} = \frac{\partial L}{\partial \hat{y}}",
        numbers=", ".join(map(number, grad_prediction)) + " to every output",
        read={"grad_prediction": np.s_[...]},
        wrote={"grad_output": np.s_[...]},
    )
    _, grad_w, grad_b = yield from conv2d_backward(
        grad_output, x, w, b, **settings, loss=lambda y: ops.mse_loss(y.sum(axis=(1, 2, 3)), target)
    )
    for index in np.ndindex(w.shape):
        if only is None or index == only:
            before = w[index]
            w[index] = before - rate * grad_w[index]
            yield Step(
                f"Update weight ({index[2]}, {index[3]})",
                "Go against the gradient, by the learning rate.",
                symbols=r"w_{pq} \leftarrow w_{pq} - \gamma\, \frac{\partial L}{\partial w_{pq}}",
                numbers=f"{number(before)} - {number(rate)} × {factor(grad_w[index])} = {number(w[index])}",
                read={"grad_w": index, "rate": ()},
                wrote={"w": index},
            )
    if b is not None and only is None:
        b = b - rate * grad_b
        yield Step(
            "Update the bias",
            "The bias learns as the weights do.",
            symbols=r"b \leftarrow b - \gamma\, \frac{\partial L}{\partial b}",
            numbers=", ".join(map(number, b)),
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
        "This network adds up its outputs to one number.",
        symbols=r"\hat{y} = \sum_{i,j} y_{ij}",
        numbers=" and ".join(
            f"{' + '.join(factor(v) for v in image.ravel()[:9])}{' + ...' if image.size > 9 else ''} = {number(total)}"
            for image, total in zip(y, prediction, strict=True)
        ),
        read={"y": np.s_[...]},
        wrote={"prediction": np.s_[...]},
    )
    loss = yield from mse_loss(prediction, target)
    return prediction, loss


def descent(x, w, b=None, *, target, rate, steps=8, stride=1, padding=0, dilation=1):
    """Train for some steps and watch the prediction: does it settle, swing or run away?"""
    w, settings = w.copy(), {"stride": stride, "padding": padding, "dilation": dilation}
    target = np.full(len(x), 1.0) * target  # (N,)
    prediction, loss = np.zeros((len(x), steps + 1)), np.zeros(steps + 1)
    for t in range(steps + 1):
        y = ops.conv2d(x, w, b, **settings)
        prediction[:, t] = y.sum(axis=(1, 2, 3))
        loss[t] = ops.mse_loss(prediction[:, t], target)
        yield Step(
            f"After {t} step{'s' if t > 1 else ''}" if t else "Before training",
            "The factor tells by how much the error grew or shrank, and whether it changed sides."
            if t
            else "The error is the prediction minus the target.",
            symbols=r"e = \hat{y} - t",
            numbers=_progress(prediction[:, : t + 1], target) + f"loss {number(loss[t])}",
            read={"w": np.s_[...]} | ({"prediction": np.s_[:, t - 1]} if t else {}),
            wrote={"prediction": np.s_[:, t], "loss": np.s_[t]},
        )
        grad_output = ops.mse_loss_backward(1.0, prediction[:, t], target)[:, None, None, None] * np.ones(y.shape)
        _, grad_w, grad_b = ops.conv2d_backward(grad_output, x, w, b, **settings)
        if t < steps:
            w[...] = w - rate * grad_w
            b = None if b is None else b - rate * grad_b
            yield Step(
                f"Update {t + 1}",
                "All weights go against their gradients, by the learning rate.",
                symbols=r"w \leftarrow w - \gamma\, \frac{\partial L}{\partial w}",
                numbers=f"largest gradient {number(grad_w.flat[np.abs(grad_w).argmax()])}, rate {number(rate)}",
                read={"rate": ()},
                wrote={"w": np.s_[...]},
            )
    return prediction, loss


def _progress(prediction, target):
    """The last prediction in words, and for one image how its error changed."""
    text = f"prediction {', '.join(map(number, prediction[:, -1]))}, "
    if len(prediction) > 1:
        return text
    error = prediction[0] - target[0]
    text += f"error {number(error[-1])}, "
    return text if len(error) == 1 or not error[-2] else text + f"factor {number(error[-1] / error[-2])}, "
