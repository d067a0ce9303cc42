"""Dice told pixel by pixel: three counts that grow, a fraction of them, and two slopes for a whole image."""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number, plus
from mlcourse.walkthroughs._overlap import counts_text, pixel_says, pixels, place, score_says, score_text, which
from mlcourse.walkthroughs._reduction import (
    FROM_ABOVE,
    checked,
    direction,
    is_hard,
    read_above,
    slope_numbers,
    slope_rule,
    whole_numbers,
    whole_rule,
)
from mlcourse.walkthroughs._wording import near_one


def dice_score(p, target, *, smooth=1.0, batch=False, reduction="mean"):
    """How much do both masks share, of all that each of them has? One score an image and channel; then their mean.

    Parameters
    ----------
    p, target, smooth, batch, reduction
        As for `mlcourse.ops.dice_score`.

    Yields
    ------
    Step
        One for each pixel, one for each score, one for their mean.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.dice_score` returns.
    """
    p, target = checked(ops.dice_score, p, target, smooth=smooth, batch=batch, reduction=reduction)
    score = yield from _scores(p, target, smooth, batch)
    dice = {"none": score, "sum": score.sum(), "mean": score.mean()}[reduction]
    yield Step(
        "Dice score",
        _whole_says(score, batch, reduction, "scores"),
        symbols=whole_rule(r"\text{Dice}", "D", score.size, reduction),
        numbers=whole_numbers(score, dice, reduction),
        read={"score": np.s_[...]},
        wrote={"dice": np.s_[...]},
    )
    return dice


def dice_loss(p, target, *, smooth=1.0, batch=False, reduction="mean"):
    """What is each score short of 1? Take the mean.

    Parameters
    ----------
    p, target, smooth, batch, reduction
        As for `mlcourse.ops.dice_loss`.

    Yields
    ------
    Step
        One for each pixel, two for each score, one for the loss.

    Returns
    -------
    float or numpy.ndarray
        What `mlcourse.ops.dice_loss` returns.
    """
    p, target = checked(ops.dice_loss, p, target, smooth=smooth, batch=batch, reduction=reduction)
    score = yield from _scores(p, target, smooth, batch)
    missing = np.zeros(score.shape)
    for counted in np.ndindex(score.shape):
        missing[counted] = 1 - score[counted]
        yield Step(
            f"What is missing{which(p.shape, counted)}",
            _missing_says(missing[counted]),
            symbols=r"\ell = 1 - D",
            numbers=f"1 - {near_one(score[counted], missing[counted])} = {number(missing[counted])}",
            read={"score": counted},
            wrote={"missing": counted},
        )
    loss = {"none": missing, "sum": missing.sum(), "mean": missing.mean()}[reduction]
    yield Step(
        "Loss",
        _whole_says(missing, batch, reduction, "losses"),
        symbols=whole_rule("L", r"\ell", missing.size, reduction),
        numbers=whole_numbers(missing, loss, reduction),
        read={"missing": np.s_[...]},
        wrote={"loss": np.s_[...]},
    )
    return loss


def _scores(p, target, smooth, batch):
    shape = p.shape[1:2] if batch else p.shape[:2]  # (C,) or (N, C)
    shared, predicted, true, score = (np.zeros(shape) for _ in range(4))
    for counted in np.ndindex(shape):
        for pixel in pixels(p.shape, counted):
            x, t = p[pixel], target[pixel]
            so_far = shared[counted], predicted[counted], true[counted]
            shared[counted], predicted[counted], true[counted] = so_far[0] + x * t, so_far[1] + x, so_far[2] + t
            yield Step(
                f"Pixel {place(p.shape, pixel)}",
                pixel_says(x, t),
                symbols=r"S \leftarrow S + p\, t, \;\; P \leftarrow P + p, \;\; T \leftarrow T + t",
                numbers=counts_text(so_far, x, t, (shared[counted], predicted[counted], true[counted])),
                read={"p": pixel, "target": pixel},
                wrote={"shared": counted, "predicted": counted, "true": counted},
            )
        above, below = 2 * shared[counted] + smooth, predicted[counted] + true[counted] + smooth
        score[counted] = above / below if below > 0 else 1
        yield Step(
            f"Score{which(p.shape, counted)}",
            score_says(shared[counted], predicted[counted], true[counted], smooth)
            + (" All images were counted together, as if they were one." if batch and len(p) > 1 else ""),
            symbols=r"D = \frac{2\, S + \text{smooth}}{P + T + \text{smooth}}",
            numbers=score_text(shared[counted], predicted[counted], true[counted], smooth, score[counted]),
            read={"shared": counted, "predicted": counted, "true": counted, "smooth": ()},
            wrote={"score": counted},
        )
    return score


def dice_loss_backward(grad_output, p, target, *, smooth=1.0, batch=False, reduction="mean"):
    """Two numbers for a whole image: one for the pixels of the object, one for those of the background.

    Parameters
    ----------
    grad_output, p, target, smooth, batch, reduction
        As for `mlcourse.ops.dice_loss_backward`.

    Yields
    ------
    Step
        Three for each score, and one for each pixel.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.dice_loss_backward` returns.
    """
    p, target = checked(ops.dice_loss_backward, grad_output, p, target, smooth=smooth, batch=batch, reduction=reduction)
    score = ops.dice_score(p, target, smooth=smooth, batch=batch, reduction="none")  # from the forward pass
    below, for_object, for_background = (np.zeros(score.shape) for _ in range(3))
    grad_p = np.zeros(p.shape)
    count = score.size if reduction == "mean" else 1
    for counted in np.ndindex(score.shape):
        here = np.s_[:, counted[0]] if batch else counted
        below[counted] = p[here].sum() + target[here].sum() + smooth
        yield Step(
            f"Below the fraction{which(p.shape, counted)}",
            "What stood below the fraction in the forward pass: all that was predicted, all that is true, and smooth.",
            symbols=r"B = \sum_n p_n + \sum_n t_n + \text{smooth}",
            numbers=f"({plus(p[here].ravel())}) + ({plus(target[here].ravel())}) + {number(smooth)}"
            f" = {number(below[counted])}",
            read={"p": here, "target": here, "smooth": ()},
            wrote={"below": counted},
        )
        above = grad_output[counted] if reduction == "none" else grad_output  # 1 if the loss is the end
        for_object[counted] = above * (score[counted] - 2) / below[counted] / count if below[counted] > 0 else 0
        yield Step(
            f"Pixels of the object{which(p.shape, counted)}",
            _object_says(for_object[counted], below[counted], above) + _none_of(1, target[here]),
            symbols="a = " + slope_rule("p", r"\frac{D - 2}{B}", above, count) + _where(1),
            numbers=_slope_text(f"({number(score[counted])} - 2)", for_object[counted], below[counted], above, count),
            read={"score": counted, "below": counted} | read_above(above, counted, reduction),
            wrote={"for_object": counted},
        )
        for_background[counted] = above * score[counted] / below[counted] / count if below[counted] > 0 else 0
        yield Step(
            f"Pixels of the background{which(p.shape, counted)}",
            _background_says(for_background[counted], score[counted], below[counted], above)
            + _none_of(0, target[here]),
            symbols="b = " + slope_rule("p", r"\frac{D}{B}", above, count) + _where(0),
            numbers=_slope_text(number(score[counted]), for_background[counted], below[counted], above, count),
            read={"score": counted, "below": counted} | read_above(above, counted, reduction),
            wrote={"for_background": counted},
        )
        for pixel in pixels(p.shape, counted):
            grad_p[pixel] = target[pixel] * for_object[counted] + (1 - target[pixel]) * for_background[counted]
            yield Step(
                f"Gradient of pixel {place(p.shape, pixel)}",
                _gradient_says(target[pixel]),
                symbols=r"\frac{\partial L}{\partial p} = t\, a + (1 - t)\, b",
                numbers=_gradient_text(target[pixel], for_object[counted], for_background[counted], grad_p[pixel]),
                read={"target": pixel, "for_object": counted, "for_background": counted},
                wrote={"grad_p": pixel},
            )
    return grad_p


def _missing_says(missing):
    if missing == 0:
        return "The score is 1: nothing is missing."
    return "A loss falls as things get better, so it is what the score is short of 1."


def _whole_says(values, batch, reduction, what):
    if reduction == "none":
        return f"Each {'channel' if batch else 'image and channel'} keeps its own: nothing is added up."
    if values.size == 1:
        return "There is one, so this is it."
    return f"The {reduction} of {values.size} {what}. Each counts the same, however large its object."


def _where(t):
    return rf"\quad \text{{where}} \quad t = {t}"


def _object_says(slope, below, above):
    if below == 0:
        return "Both masks are empty and smooth is 0: the score is 1 by agreement, and there is no slope."
    return (
        "More of p at a pixel of the object counts twice above the fraction and once below, so the score rises; "
        "the smaller the masks, the faster." + ("" if above == 1 else FROM_ABOVE) + direction(slope, "p")
    )


def _background_says(slope, score, below, above):
    if below == 0:
        return "There is no slope here either."
    return (
        "More of p at a pixel of the background counts only below the fraction"
        + (", so the score falls." if score else ", but the score is 0 already and cannot fall.")
        + ("" if above == 1 else FROM_ABOVE)
        + direction(slope, "p")
    )


def _none_of(kind, target):
    """Whether the mask has such pixels at all; and, the second time, that these are all the numbers there are."""
    if not is_hard(target):
        return ""
    says = "" if (target == kind).any() else " This mask has no such pixel."
    return says + (" The mask is hard: each of its pixels gets one of these two numbers." if kind == 0 else "")


def _slope_text(slope, gradient, below, above, count):
    return slope_numbers(f"{slope} / {number(below)}", gradient, above, count) if below > 0 else number(gradient)


def _gradient_says(t):
    if t not in (0, 1):
        return "This target is a share: it gets that share of the object's number and the rest of the background's."
    return (
        f"A pixel of the {'object' if t else 'background'}: it gets the number of all such pixels, whatever its own p."
    )


def _gradient_text(t, for_object, for_background, gradient):
    if t in (0, 1):
        return number(gradient)
    return f"{number(t)} × {factor(for_object)} + (1 - {number(t)}) × {factor(for_background)} = {number(gradient)}"
