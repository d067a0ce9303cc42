"""Focal loss told pixel by pixel: the surprise, turned down the more, the more probability the truth was given."""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number
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
from mlcourse.walkthroughs._surprise import loss_says, told_p_t, told_surprise
from mlcourse.walkthroughs._wording import near_one, pixel

DOES_NOT_MOVE = "With gamma 0 the factor is 1 wherever the logit stands: nothing comes through it."


def focal_loss(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """How surprising was the truth, and how much shall it count? What is right already counts little.

    Parameters
    ----------
    logits, target, gamma, alpha, reduction
        As for `mlcourse.ops.focal_loss`.

    Yields
    ------
    Step
        Four for each pixel, and one for the loss.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.focal_loss` returns.
    """
    logits, target = checked(ops.focal_loss, logits, target, gamma=gamma, alpha=alpha, reduction=reduction)
    p, rest = ops.sigmoid(logits), ops.sigmoid(-logits)  # and 1 - p, to its last digit
    p_t, surprise, modulating_factor, focal = (np.zeros(logits.shape) for _ in range(4))
    for n in np.ndindex(logits.shape):
        x, t = logits[n], target[n]
        missing = t * rest[n] + (1 - t) * p[n]  # 1 - p_t, to its last digit
        p_t[n] = t * p[n] + (1 - t) * rest[n]
        yield told_p_t(n, logits, target, p_t)
        surprise[n] = max(x, 0) - x * t + np.log1p(np.exp(-abs(x)))
        yield told_surprise(n, logits, target, p_t, surprise)
        modulating_factor[n] = missing**gamma
        yield Step(
            f"Factor of {pixel(n, logits.shape)}",
            _factor_says(modulating_factor[n], missing, t, gamma, alpha),
            symbols=r"f = (1 - p_\text{t})^{\gamma}",
            numbers=f"(1 - {near_one(p_t[n], missing)})^{number(gamma)} = {number(modulating_factor[n])}",
            read={"p_t": n, "gamma": ()},
            wrote={"modulating_factor": n},
        )
        weight = 1 if alpha is None else alpha * t + (1 - alpha) * (1 - t)
        focal[n] = weight * modulating_factor[n] * surprise[n]
        yield Step(
            f"Focal loss of {pixel(n, logits.shape)}",
            "The factor times the surprise." + _weight_says(t, alpha),
            symbols=rf"\ell = {_weight_rule(t, alpha)}f\, s",
            numbers=("" if alpha is None else f"{number(weight)} × ")
            + f"{number(modulating_factor[n])} × {number(surprise[n])} = {number(focal[n])}",
            read={"modulating_factor": n, "surprise": n} | ({} if alpha is None else {"alpha": (), "target": n}),
            wrote={"focal": n},
        )
    loss = {"none": focal, "sum": focal.sum(), "mean": focal.mean()}[reduction]
    yield Step(
        "Loss",
        loss_says(focal, p_t, target, reduction, surprise),
        symbols=whole_rule("L", r"\ell", focal.size, reduction),
        numbers=whole_numbers(focal, loss, reduction),
        read={"focal": np.s_[...]},
        wrote={"loss": np.s_[...]},
    )
    return loss


def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """If a logit moved a little, so would the surprise and the factor before it: the product rule.

    Parameters
    ----------
    grad_output, logits, target, gamma, alpha, reduction
        As for `mlcourse.ops.focal_loss_backward`.

    Yields
    ------
    Step
        Three for each pixel.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.focal_loss_backward` returns.
    """
    logits, target = checked(
        ops.focal_loss_backward, grad_output, logits, target, gamma=gamma, alpha=alpha, reduction=reduction
    )
    p, rest = ops.sigmoid(logits), ops.sigmoid(-logits)  # from the forward pass; and 1 - p, to its last digit
    surprise = ops.binary_cross_entropy_with_logits(logits, target, reduction="none")  # likewise
    through_surprise, through_factor, grad_logits = (np.zeros(logits.shape) for _ in range(3))
    count = logits.size if reduction == "mean" else 1
    for n in np.ndindex(logits.shape):
        t = target[n]
        missing = t * rest[n] + (1 - t) * p[n]  # 1 - p_t, to its last digit
        pull = (1 - t) * p[n] - t * rest[n]  # p - t, to its last digit
        through_surprise[n] = missing**gamma * pull
        yield Step(
            f"Through the surprise, {pixel(n, logits.shape)}",
            "The cross-entropy pulls with p - t. The factor turns that pull down as it does the surprise."
            if gamma
            else "The cross-entropy pulls with p - t. With gamma 0 the factor is 1 and leaves the pull as it is.",
            symbols=r"f\, \frac{\partial s}{\partial x} = (1 - p_\text{t})^{\gamma}\, (p - t)",
            numbers=f"{_power(missing, gamma)} × ({near_one(p[n], rest[n])} - {number(t)})"
            f" = {number(through_surprise[n])}",
            read={"p": n, "target": n, "gamma": ()},
            wrote={"through_surprise": n},
        )
        slope = (1 - 2 * t) * p[n] * rest[n]  # of 1 - p_t
        power = missing ** (gamma - 1) if gamma > 0 and missing > 0 else 0
        through_factor[n] = gamma * power * slope * surprise[n]
        yield Step(
            f"Through the factor, {pixel(n, logits.shape)}",
            _through_factor_says(through_factor[n], t, gamma),
            symbols=r"s\, \frac{\partial f}{\partial x} = "
            r"\gamma\, (1 - p_\text{t})^{\gamma - 1}\, (1 - 2t)\, p\, (1 - p)\, s",
            numbers=_through_factor_text(p[n], rest[n], missing, t, gamma, surprise[n]) + number(through_factor[n]),
            read={"p": n, "target": n, "gamma": (), "surprise": n},
            wrote={"through_factor": n},
        )
        above = grad_output[n] if reduction == "none" else grad_output  # 1 if the loss is the end
        weight = 1 if alpha is None else alpha * t + (1 - alpha) * (1 - t)
        grad_logits[n] = above * weight * (through_surprise[n] + through_factor[n]) / count
        yield Step(
            f"Gradient of {pixel(n, logits.shape)}",
            _gradient_says(through_surprise[n] + through_factor[n], pull, gamma)
            + _weight_says(t, alpha)
            + ("" if above == 1 else FROM_ABOVE)
            + direction(grad_logits[n], "logit"),
            symbols=slope_rule("x", _sum_rule(t, alpha), above, count),
            numbers=slope_numbers(
                ("" if alpha is None else f"{number(weight)} × ")
                + f"({number(through_surprise[n])} + {factor(through_factor[n])})",
                grad_logits[n],
                above,
                count,
            ),
            read={"through_surprise": n, "through_factor": n}
            | ({} if alpha is None else {"alpha": (), "target": n})
            | read_above(above, n, reduction),
            wrote={"grad_logits": n},
        )
    return grad_logits


def _factor_says(modulating_factor, missing, t, gamma, alpha):
    if gamma == 0:
        weighed = "" if alpha is None else ", weighed by alpha"
        return f"With gamma 0 the factor is 1 for every pixel: what remains is the cross-entropy{weighed}."
    if modulating_factor == 0:
        return "The truth was given as good as everything: the factor is 0, and the pixel does not count."
    if missing == 1:
        return "The truth was given as good as nothing: the factor is 1, and the pixel counts in full."
    counts = f"it counts {_times_less(modulating_factor)} in the cross-entropy."
    if t not in (0, 1) or missing == 0.5:
        return counts.capitalize()
    if missing > 0.5:
        return f"This pixel is wrong and keeps more of its weight than one that is right: {counts}"
    return f"This pixel is right already: {counts}"


def _times_less(modulating_factor):
    if modulating_factor < 1e-6:
        return "less than a millionth of what it does"
    times = number(float(f"{1 / modulating_factor:.3g}"))
    return "almost as much as" if times == "1" else f"{times} times less than"


def _weight_says(t, alpha):
    if alpha is None:
        return ""
    if t == 1:
        return " alpha weighs it, because the truth is 1."
    if t == 0:
        return " 1 - alpha weighs it, because the truth is 0."
    return " alpha and 1 - alpha weigh it, by the shares of 1 and 0."


def _weight_rule(t, alpha):
    if alpha is None:
        return ""
    return {1: r"\alpha\, ", 0: r"(1 - \alpha)\, "}.get(t, r"(\alpha\, t + (1 - \alpha)(1 - t))\, ")


def _sum_rule(t, alpha):
    parts = r"f\, \frac{\partial s}{\partial x} + s\, \frac{\partial f}{\partial x}"
    return rf"{_weight_rule(t, alpha)}\left( {parts} \right)"


def _power(base, exponent):
    return f"{number(base)}^{factor(exponent)}"


def _through_factor_says(through_factor, t, gamma):
    if gamma == 0:
        return DOES_NOT_MOVE
    if t == 0.5:
        return "With a target of one half p_t is one half wherever the logit stands: nothing comes through the factor."
    says = "Moving the logit also moves the factor, and the surprise stands behind it."
    if t not in (0, 1):
        return says
    if through_factor == 0:
        return says + " Here the slope of the factor is too small to be written."
    return says + " This pull goes the same way: towards the truth the surprise falls, and so does the factor."


def _through_factor_text(p, rest, missing, t, gamma, surprise):
    if gamma == 0 or missing == 0:
        return ""
    slope = f"{factor(1 - 2 * t)} × {number(p)} × {number(rest)}"
    return f"{number(gamma)} × {_power(missing, gamma - 1)} × {slope} × {number(surprise)} = "


def _gradient_says(both, pull, gamma):
    if gamma == 0:
        return "The factor does not move, so this is the gradient of the cross-entropy."
    return f"Both ways together pull with {number(both)}; the cross-entropy would pull with {number(pull)}."
