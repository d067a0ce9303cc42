"""Losses for numbers, told."""

import numpy as np

from mlcourse.trace import Step, factor, number


def mse_loss(prediction, target, *, reduction="mean"):
    """How far off is each prediction? Square it; take the mean."""
    error = np.zeros(np.shape(prediction))
    for n in np.ndindex(error.shape):
        error[n] = prediction[n] - target[n]
        yield Step(
            "Error" + _which(error, n),
            "How far is the prediction from the target, and on which side?",
            symbols=r"e = \hat{y} - t",
            numbers=f"{number(prediction[n])} - {factor(target[n])} = {number(error[n])}",
            read={"prediction": n, "target": n},
            wrote={"error": n},
        )
    if reduction == "none":
        return error**2
    loss = (error**2).mean() if reduction == "mean" else (error**2).sum()
    yield Step(
        "Loss",
        "The square makes every error count, whichever its side, and a large one count more.",
        symbols="L = e^2" if error.size == 1 else rf"L = {_mean(error, reduction)} \sum_n e_n^2",
        numbers=f"{_squares(error, reduction)} = {number(loss)}",
        read={"error": np.s_[...]},
        wrote={"loss": ()},
    )
    return loss


def mse_loss_backward(grad_output, prediction, target, *, reduction="mean"):
    """If a prediction moved a little, how fast would the loss follow?"""
    grad_prediction = np.zeros(np.shape(prediction))
    count = grad_prediction.size if reduction == "mean" else 1
    for n in np.ndindex(grad_prediction.shape):
        above = grad_output[n] if reduction == "none" else grad_output
        grad_prediction[n] = above * 2 * (prediction[n] - target[n]) / count
        yield Step(
            "Gradient of the prediction" + _which(grad_prediction, n),
            "The slope of a square is twice what stands in it. Negative: a larger prediction would lower the loss.",
            symbols=r"\frac{\partial L}{\partial \hat{y}} = 2\,(\hat{y} - t)" + (rf" / {count}" if count > 1 else ""),
            numbers=("" if above == 1 else f"{factor(above)} × ")
            + f"2 × ({number(prediction[n])} - {factor(target[n])})"
            + (f" / {count}" if count > 1 else "")
            + f" = {number(grad_prediction[n])}",
            read={"prediction": n, "target": n},
            wrote={"grad_prediction": n},
        )
    return grad_prediction


def _which(a, n):
    return f" {', '.join(map(str, n))}" if a.size > 1 else ""


def _mean(error, reduction):
    return rf"\frac{{1}}{{{error.size}}}" if reduction == "mean" else ""


def _squares(error, reduction):
    text = " + ".join(f"{factor(e)}²" for e in error.ravel())
    return f"({text}) / {error.size}" if reduction == "mean" and error.size > 1 else text
