"""Losses for numbers, told."""

import numpy as np

from mlcourse.trace import Step, factor, number, plus
from mlcourse.walkthroughs._reduction import FROM_ABOVE, read_above, slope_numbers, slope_rule, whole_numbers


def mse_loss(prediction, target, *, reduction="mean"):
    """How far off is each prediction? Square it; take the mean.

    Parameters
    ----------
    prediction, target, reduction
        As for `mlcourse.ops.mse_loss`.

    Yields
    ------
    Step
        One for each error, one for the loss.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.mse_loss` returns.
    """
    error = np.zeros(np.shape(prediction))
    for n in np.ndindex(error.shape):
        error[n] = prediction[n] - target[n]
        yield Step(
            f"Error of {_which(error, n)}",
            "How far is the prediction from the target, and on which side?",
            symbols=_error_rule(error),
            numbers=f"{number(prediction[n])} - {factor(target[n])} = {number(error[n])}",
            read={"prediction": n, "target": n},
            wrote={"error": n},
        )
    squares = error**2
    loss = {"none": squares, "sum": squares.sum(), "mean": squares.mean()}[reduction]
    yield Step(
        "Loss",
        "The square makes every error count, whichever its side, and a large one count more.",
        symbols=_loss_rule(error, reduction, "e_n^2"),
        numbers=_errors(error, loss, reduction, _square),
        read={"error": np.s_[...]},
        wrote={"loss": np.s_[...]},
    )
    return loss


def mse_loss_backward(grad_output, prediction, target, *, reduction="mean"):
    """If a prediction moved a little, how fast would the loss follow?

    Parameters
    ----------
    grad_output, prediction, target, reduction
        As for `mlcourse.ops.mse_loss_backward`.

    Yields
    ------
    Step
        One for each prediction.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.mse_loss_backward` returns.
    """
    grad_prediction = np.zeros(np.shape(prediction))
    count = grad_prediction.size if reduction == "mean" else 1
    for n in np.ndindex(grad_prediction.shape):
        above = grad_output[n] if reduction == "none" else grad_output  # 1 if the loss is the end
        grad_prediction[n] = above * 2 * (prediction[n] - target[n]) / count
        yield Step(
            f"Gradient of {_which(grad_prediction, n)}",
            "The slope of a square is twice what stands in it. "
            "Where it is negative, a larger prediction would lower the loss."
            + ("" if above == 1 else " What arrives from above multiplies it."),
            symbols=_slope_rule(grad_prediction, above, count),
            numbers=("" if above == 1 else f"{factor(above)} × ")
            + f"2 × ({number(prediction[n])} - {factor(target[n])})"
            + (f" / {count}" if count > 1 else "")
            + f" = {number(grad_prediction[n])}",
            read={"prediction": n, "target": n}
            | ({} if above == 1 else {"grad_output": n if reduction == "none" else ()}),
            wrote={"grad_prediction": n},
        )
    return grad_prediction


def l1_loss(prediction, target, *, reduction="mean"):
    """How far off is each prediction? Take the distance as it is; then the mean.

    Parameters
    ----------
    prediction, target, reduction
        As for `mlcourse.ops.l1_loss`.

    Yields
    ------
    Step
        One for each error, one for the loss.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.l1_loss` returns.
    """
    error = np.zeros(np.shape(prediction))
    for n in np.ndindex(error.shape):
        error[n] = prediction[n] - target[n]
        yield Step(
            f"Error of {_which(error, n)}",
            "How far is the prediction from the target, and on which side?",
            symbols=_error_rule(error),
            numbers=f"{number(prediction[n])} - {factor(target[n])} = {number(error[n])}",
            read={"prediction": n, "target": n},
            wrote={"error": n},
        )
    distance = np.abs(error)
    loss = {"none": distance, "sum": distance.sum(), "mean": distance.mean()}[reduction]
    yield Step(
        "Loss",
        "Without its sign every error counts, whichever its side, and ten times as far counts ten times as much.",
        symbols=_loss_rule(error, reduction, "|e_n|"),
        numbers=_errors(error, loss, reduction, _distance),
        read={"error": np.s_[...]},
        wrote={"loss": np.s_[...]},
    )
    return loss


def l1_loss_backward(grad_output, prediction, target, *, reduction="mean"):
    """On which side of its target is each prediction? How far off it is does not matter.

    Parameters
    ----------
    grad_output, prediction, target, reduction
        As for `mlcourse.ops.l1_loss_backward`.

    Yields
    ------
    Step
        One for each prediction.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.l1_loss_backward` returns.
    """
    grad_prediction = np.zeros(np.shape(prediction))
    count = grad_prediction.size if reduction == "mean" else 1
    for n in np.ndindex(grad_prediction.shape):
        above = grad_output[n] if reduction == "none" else grad_output  # 1 if the loss is the end
        grad_prediction[n] = above * np.sign(prediction[n] - target[n]) / count
        yield Step(
            f"Gradient of {_which(grad_prediction, n)}",
            _side(prediction[n] - target[n]) + ("" if above == 1 else FROM_ABOVE),
            symbols=slope_rule(rf"\hat{{y}}{_letter(grad_prediction)}", _sign_rule(grad_prediction), above, count),
            numbers=slope_numbers(
                f"sign({number(prediction[n])} - {factor(target[n])})", grad_prediction[n], above, count
            ),
            read={"prediction": n, "target": n} | read_above(above, n, reduction),
            wrote={"grad_prediction": n},
        )
    return grad_prediction


def _which(a, n):
    return f"prediction {', '.join(map(str, n))}" if a.size > 1 else "the prediction"


def _letter(a):
    return "_n" if a.size > 1 else ""


def _error_rule(error):
    n = _letter(error)
    return rf"e{n} = \hat{{y}}{n} - t{n}"


def _loss_rule(error, reduction, part):
    if error.size == 1:
        return f"L = {part.replace('_n', '')}"
    mean = rf"\frac{{1}}{{{error.size}}} " if reduction == "mean" else ""
    return f"L_n = {part}" if reduction == "none" else rf"L = {mean}\sum_n {part}"


def _slope_rule(prediction, above, count):
    n = _letter(prediction)
    slope = rf"2\,(\hat{{y}}{n} - t{n})"
    return (
        rf"\frac{{\partial L}}{{\partial \hat{{y}}{n}}} = "
        + ("" if above == 1 else r"g \cdot ")
        + (rf"\frac{{{slope}}}{{{count}}}" if count > 1 else slope)
    )


def _sign_rule(prediction):
    n = _letter(prediction)
    return rf"\operatorname{{sign}}(\hat{{y}}{n} - t{n})"


def _side(error):
    if error == 0:
        return "The prediction is the target. The curve has a corner there; by custom its slope is 0."
    if error < 0:
        return "Too small: what the prediction gains the distance loses, however far off it is."
    return "Too large: what the prediction gains the distance gains too, however far off it is."


def _square(error):
    return f"{factor(error)}²"


def _distance(error):
    return f"|{number(error)}|"


def _errors(error, loss, reduction, write):
    if reduction != "none":
        return whole_numbers(error, loss, reduction, write)
    made = list(zip(error.ravel(), loss.ravel(), strict=True))
    return plus(made, lambda pair: f"{write(pair[0])} = {number(pair[1])}", sign=", ")
