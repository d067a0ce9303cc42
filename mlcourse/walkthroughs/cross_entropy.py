"""Binary cross-entropy told pixel by pixel: what the truth was given, what that costs, and which way each pixel pulls."""

import numpy as np

from mlcourse import ops
from mlcourse.ops.cross_entropy import LEAST_LOG, LEAST_SLOPE
from mlcourse.trace import Step, number
from mlcourse.walkthroughs._reduction import (
    FROM_ABOVE,
    checked,
    direction,
    read_above,
    slope_numbers,
    slope_rule,
    whole_numbers,
    whole_rule,
)
from mlcourse.walkthroughs._surprise import (
    IS_CUT,
    cost,
    cut_log,
    cut_log_text,
    loss_says,
    side,
    told_p_t,
    told_surprise,
)
from mlcourse.walkthroughs._wording import near_one, pixel

IS_SO_CUT = f" A logarithm below {number(LEAST_LOG)} counts as {number(LEAST_LOG)}."


def binary_cross_entropy(p, target, *, reduction="mean"):
    """How much probability was given to what is true? Minus its logarithm is the surprise; take the mean.

    Parameters
    ----------
    p, target, reduction
        As for `mlcourse.ops.binary_cross_entropy`.

    Yields
    ------
    Step
        Two for each pixel, one where its target is a share between 0 and 1; and one for the loss.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.binary_cross_entropy` returns.
    """
    p, target = checked(ops.binary_cross_entropy, p, target, reduction=reduction)
    p_t, surprise = np.zeros(p.shape), np.zeros(p.shape)
    for n in np.ndindex(p.shape):
        if target[n] in (0, 1):
            p_t[n] = p[n] if target[n] == 1 else 1 - p[n]
            yield Step(
                f"p_t of {pixel(n, p.shape)}",
                "p_t is how much probability the truth was given. "
                + (
                    "The truth is 1, and was given p."
                    if target[n]
                    else "The truth is 0, and was given the rest, 1 - p."
                )
                + side(p_t[n]),
                symbols=r"p_\text{t} = p" if target[n] else r"p_\text{t} = 1 - p",
                numbers=number(p[n]) if target[n] else f"1 - {near_one(p[n], p_t[n])} = {number(p_t[n])}",
                read={"p": n, "target": n},
                wrote={"p_t": n},
            )
            surprise[n] = -cut_log(p_t[n])
            yield Step(
                f"Surprise of {pixel(n, p.shape)}",
                _logarithm(p_t[n]),
                symbols=r"s = -\log\, p_\text{t}",
                numbers=f"-{cut_log_text(p_t[n], 1 - p_t[n])} = {number(surprise[n])}",
                read={"p_t": n},
                wrote={"surprise": n},
            )
        else:
            surprise[n] = -(target[n] * cut_log(p[n]) + (1 - target[n]) * cut_log(1 - p[n]))
            yield Step(
                f"Surprise of {pixel(n, p.shape)}",
                "This target is a share, partly 1 and partly 0: the surprises of both, by their shares."
                + (IS_SO_CUT if min(p[n], 1 - p[n]) <= IS_CUT else ""),
                symbols=r"s = -(t\, \log\, p + (1 - t)\, \log\,(1 - p))",
                numbers=f"-({_shares(p[n], target[n])}) = {number(surprise[n])}",
                read={"p": n, "target": n},
                wrote={"surprise": n},
            )
    loss = {"none": surprise, "sum": surprise.sum(), "mean": surprise.mean()}[reduction]
    yield Step(
        "Loss",
        loss_says(surprise, p_t, target, reduction),
        symbols=whole_rule("L", "s", surprise.size, reduction),
        numbers=whole_numbers(surprise, loss, reduction),
        read={"surprise": np.s_[...]},
        wrote={"loss": np.s_[...]},
    )
    return loss


def binary_cross_entropy_backward(grad_output, p, target, *, reduction="mean"):
    """If a probability moved a little, how fast would the loss follow? The faster, the less the truth was given.

    Parameters
    ----------
    grad_output, p, target, reduction
        As for `mlcourse.ops.binary_cross_entropy_backward`.

    Yields
    ------
    Step
        One for each pixel.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.binary_cross_entropy_backward` returns.
    """
    p, target = checked(ops.binary_cross_entropy_backward, grad_output, p, target, reduction=reduction)
    grad_p = np.zeros(p.shape)
    count = p.size if reduction == "mean" else 1
    for n in np.ndindex(p.shape):
        above = grad_output[n] if reduction == "none" else grad_output  # 1 if the loss is the end
        product = max(p[n] * (1 - p[n]), LEAST_SLOPE)
        grad_p[n] = above * (p[n] - target[n]) / product / count
        yield Step(
            f"Gradient of {pixel(n, p.shape)}",
            _slope_says(p[n], target[n]) + ("" if above == 1 else FROM_ABOVE) + direction(grad_p[n], "p"),
            symbols=slope_rule("p", _slope(p[n]), above, count),
            numbers=slope_numbers(_slope_text(p[n], target[n]), grad_p[n], above, count),
            read={"p": n, "target": n} | read_above(above, n, reduction),
            wrote={"grad_p": n},
        )
    return grad_p


def binary_cross_entropy_with_logits(logits, target, *, reduction="mean"):
    """The same of sigmoid(x), whose exponential the logarithm undoes: no digit is lost, however large the logit.

    Parameters
    ----------
    logits, target, reduction
        As for `mlcourse.ops.binary_cross_entropy_with_logits`.

    Yields
    ------
    Step
        Two for each pixel, one where its target is a share between 0 and 1; and one for the loss.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.binary_cross_entropy_with_logits` returns.
    """
    logits, target = checked(ops.binary_cross_entropy_with_logits, logits, target, reduction=reduction)
    p, rest = ops.sigmoid(logits), ops.sigmoid(-logits)  # and 1 - p, to its last digit
    p_t, surprise = np.zeros(logits.shape), np.zeros(logits.shape)
    for n in np.ndindex(logits.shape):
        x, t = logits[n], target[n]
        if t in (0, 1):
            p_t[n] = p[n] if t == 1 else rest[n]
            yield told_p_t(n, logits, target, p_t)
        surprise[n] = max(x, 0) - x * t + np.log1p(np.exp(-abs(x)))
        yield told_surprise(n, logits, target, p_t, surprise)
    loss = {"none": surprise, "sum": surprise.sum(), "mean": surprise.mean()}[reduction]
    yield Step(
        "Loss",
        loss_says(surprise, p_t, target, reduction),
        symbols=whole_rule("L", "s", surprise.size, reduction),
        numbers=whole_numbers(surprise, loss, reduction),
        read={"surprise": np.s_[...]},
        wrote={"loss": np.s_[...]},
    )
    return loss


def binary_cross_entropy_with_logits_backward(grad_output, logits, target, *, reduction="mean"):
    """If a logit moved a little, how fast would the loss follow? By sigmoid(x) - t, which is never more than 1.

    Parameters
    ----------
    grad_output, logits, target, reduction
        As for `mlcourse.ops.binary_cross_entropy_with_logits_backward`.

    Yields
    ------
    Step
        One for each pixel.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.binary_cross_entropy_with_logits_backward` returns.
    """
    logits, target = checked(
        ops.binary_cross_entropy_with_logits_backward, grad_output, logits, target, reduction=reduction
    )
    p, rest = ops.sigmoid(logits), ops.sigmoid(-logits)  # from the forward pass; and 1 - p, to its last digit
    grad_logits = np.zeros(logits.shape)
    count = logits.size if reduction == "mean" else 1
    for n in np.ndindex(logits.shape):
        above = grad_output[n] if reduction == "none" else grad_output  # 1 if the loss is the end
        pull = (1 - target[n]) * p[n] - target[n] * rest[n]  # p - t, to its last digit
        grad_logits[n] = above * pull / count
        yield Step(
            f"Gradient of {pixel(n, logits.shape)}",
            "What was predicted minus what is true: the slopes of sigmoid and logarithm undo each other."
            + _pull_says(pull, target[n])
            + ("" if above == 1 else FROM_ABOVE)
            + direction(grad_logits[n], "logit"),
            symbols=slope_rule("x", r"(\sigma(x) - t)", above, count),
            numbers=slope_numbers(f"({near_one(p[n], rest[n])} - {number(target[n])})", grad_logits[n], above, count),
            read={"p": n, "target": n} | read_above(above, n, reduction),
            wrote={"grad_logits": n},
        )
    return grad_logits


def _logarithm(p_t):
    if p_t <= IS_CUT:
        return (
            f"The logarithm is cut at {number(LEAST_LOG)}: certain and wrong costs {number(-LEAST_LOG)}, not infinity."
        )
    if p_t == 1:
        return "The logarithm of 1 is 0: certain and right costs nothing."
    return "Minus the natural logarithm of p_t." + cost(p_t)


def _shares(p, t):
    return f"{number(t)} × {cut_log_text(p, 1 - p)} + (1 - {number(t)}) × {cut_log_text(1 - p, p)}"


def _slope_says(p, t):
    if p == t:
        return "p is the target: there is no difference, and no pull."
    if p * (1 - p) <= LEAST_SLOPE:
        least = number(LEAST_SLOPE)
        return f"p (1 - p) is {number(p * (1 - p))}. {least} stands in its place, so that the slope stays finite."
    if t not in (0, 1):
        return "This target is a share. The pull leads towards it, and is 0 where p is the same share."
    p_t = p if t else 1 - p
    says = f"The surprise of this pixel has a slope of size 1 / p_t, here {number(1 / p_t)}."
    if p_t == 0.5:
        return says
    return says + (
        " On the right side it is less than 2." if p_t > 0.5 else " On the wrong side it grows fast as p_t goes to 0."
    )


def _slope(p):
    below = r"p\,(1 - p)" if p * (1 - p) > LEAST_SLOPE else rf"10^{{{np.log10(LEAST_SLOPE):.0f}}}"
    return rf"\frac{{p - t}}{{{below}}}"


def _slope_text(p, t):
    text = near_one(p, 1 - p)
    rest = f"(1 - {text})" if text == number(p) else number(1 - p)
    below = f"({text} × {rest})" if p * (1 - p) > LEAST_SLOPE else number(LEAST_SLOPE)
    return f"({text} - {number(t)}) / {below}"


def _pull_says(pull, t):
    if t not in (0, 1):
        return " This target is a share: the pull leads towards it."
    size = abs(pull)
    if size > 0.99:
        almost = "" if size == 1 else "almost "
        return f" Certain and wrong still pulls: p - t has a size of {almost}1, the largest there is."
    if size < 0.01:
        return (
            " Certain and right hardly pulls at all."
            if size
            else " Certain and right: p - t is too small to be written."
        )
    if size == 0.5:
        return " On neither side, p - t has a size of 1/2."
    where, what = ("wrong", "more") if size > 0.5 else ("right", "less")
    return f" On the {where} side, p - t has a size of {what} than 1/2."
