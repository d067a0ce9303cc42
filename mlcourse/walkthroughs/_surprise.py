"""What is said of p_t, the probability that the truth was given, of its surprise, and of the loss that it makes."""

import numpy as np

from mlcourse.ops.cross_entropy import LEAST_LOG
from mlcourse.trace import Step, factor, number
from mlcourse.walkthroughs._reduction import is_hard
from mlcourse.walkthroughs._wording import near_one, percent, pixel

COIN = f"log 2, {np.log(2):.3f}"
IS_CUT = np.exp(LEAST_LOG)


def cut_log(p):
    """Return the natural logarithm, and -100 where it would be less.

    Parameters
    ----------
    p : float

    Returns
    -------
    float
    """
    return np.log(p) if p > IS_CUT else LEAST_LOG


def cut_log_text(p, rest):
    """Write that logarithm: ``log(0.3)``, ``max(log(0), -100)``.

    Parameters
    ----------
    p, rest : float
        The probability, and 1 - p to its last digit.

    Returns
    -------
    str
    """
    inside = f"log({near_one(p, rest).removeprefix('(').removesuffix(')')})"
    return inside if p > IS_CUT else f"max({inside}, {number(LEAST_LOG)})"


def side(p_t):
    """Say on which side of one half a pixel is.

    Parameters
    ----------
    p_t : float

    Returns
    -------
    str
    """
    if p_t in (0, 1):
        return " All there is: certain, and right." if p_t else " Nothing at all: certain, and wrong."
    if p_t == 0.5:
        return " Exactly half: this pixel is on neither side."
    return (
        f" {'More' if p_t > 0.5 else 'Less'} than half: this pixel is on the {'right' if p_t > 0.5 else 'wrong'} side."
    )


def cost(p_t):
    """Say what a pixel costs, beside the toss of a coin.

    Parameters
    ----------
    p_t : float

    Returns
    -------
    str
    """
    if p_t > 0.5:
        return f" On the right side a pixel costs less than {COIN}."
    if p_t == 0.5:
        return f" One half costs {COIN}, as the toss of a coin does."
    return f" On the wrong side a pixel costs more than {COIN}, and ever more the nearer p_t comes to 0."


def told_p_t(n, logits, target, p_t):
    """Tell what the truth was given, from a logit.

    Parameters
    ----------
    n : tuple of int
        The pixel.
    logits, target, p_t : numpy.ndarray
        As the walkthrough calls them.

    Returns
    -------
    Step
    """
    x, t = logits[n], target[n]
    says = "The sigmoid makes a probability of the logit. "
    if t == 1:
        says += "The truth is 1, so that is what it was given."
        rule, numbers = r"\sigma(x)", f"sigmoid({number(x)})"
    elif t == 0:
        says += "The truth is 0, so it was given the rest: the sigmoid of -x."
        rule, numbers = r"1 - \sigma(x) = \sigma(-x)", f"sigmoid({number(-x)})"
    else:
        says += (
            "This target is a share, partly 1 and partly 0: p_t takes from both what they were given, by their shares."
        )
        rule = r"t\, \sigma(x) + (1 - t)\, \sigma(-x)"
        numbers = f"{number(t)} × sigmoid({number(x)}) + (1 - {number(t)}) × sigmoid({number(-x)})"
    if p_t[n] in (0, 1):
        says += " It is rounded to 1: certain, and right." if p_t[n] else " It is rounded to 0: certain, and wrong."
    elif t in (0, 1):
        says += side(p_t[n])
    return Step(
        f"p_t of {pixel(n, logits.shape)}",
        says,
        symbols=rf"p_\text{{t}} = {rule}",
        numbers=f"{numbers} = {number(p_t[n])}",
        read={"logits": n, "target": n},
        wrote={"p_t": n},
    )


def told_surprise(n, logits, target, p_t, surprise):
    """Tell the cross-entropy of a pixel, from its logit.

    Parameters
    ----------
    n : tuple of int
        The pixel.
    logits, target, p_t, surprise : numpy.ndarray
        As the walkthrough calls them.

    Returns
    -------
    Step
    """
    x, t = logits[n], target[n]
    if t in (0, 1):
        says = (
            "Minus the logarithm of p_t, made from the logit itself: the sigmoid's exponential and the logarithm "
            "undo each other." + _digits(x, p_t[n], surprise[n])
        )
        z = x if t else -x  # how far on the right side
        at, away = ("x", "-x") if t else ("-x", "x")
        rule = r"-\log\, \sigma(x)" if t else r"-\log\,(1 - \sigma(x))"
        rule += rf" = \log\,(1 + e^{{{away}}})" + (rf" = {away} + \log\,(1 + e^{{{at}}})" if z < 0 else "")
        numbers = (f"{number(-z)} + " if z < 0 else "") + f"log(1 + exp({number(-abs(x))}))"
    else:
        says = (
            "This target is a share, partly 1 and partly 0: the surprises of both, by their shares, made from the "
            "logit itself."
        )
        rule = r"\max(x,\, 0) - x\,t + \log\,(1 + e^{-|x|})"
        numbers = f"max({number(x)}, 0) - {factor(x)} × {number(t)} + log(1 + exp({number(-abs(x))}))"
    return Step(
        f"Surprise of {pixel(n, logits.shape)}",
        says,
        symbols=f"s = {rule}",
        numbers=f"{numbers} = {number(surprise[n])}",
        read={"logits": n, "target": n} | ({"p_t": n} if t in (0, 1) else {}),
        wrote={"surprise": n},
    )


def _digits(x, p_t, surprise):
    """What would be lost if the logarithm were taken of p_t."""
    if p_t == 0:
        return (
            f" The logarithm of the rounded p_t would be infinite; the cost is the size of the logit, {number(abs(x))}."
        )
    if p_t == 1:
        return " The logarithm of the rounded p_t would be 0" + (
            "; the true cost is small, and kept." if surprise else ", and the true cost is too small to be written."
        )
    return cost(p_t)


def loss_says(values, p_t, target, reduction, surprise=None):
    """Say how the pixels' values become one, and how much of it comes from the wrong side.

    Parameters
    ----------
    values, p_t, target : numpy.ndarray
    reduction : {"mean", "sum", "none"}
    surprise : numpy.ndarray, optional
        The cross-entropy of the pixels, where the values are something else; to compare with.

    Returns
    -------
    str
    """
    if reduction == "none":
        return "Each pixel keeps its own: nothing is added up."
    if values.size == 1:
        return "There is one pixel, so this is the loss."
    says = f"The {reduction} over all {values.size} pixels."
    if reduction == "sum":
        says += " Unlike a mean it grows with their number."
    wrong = p_t < 0.5
    if not (is_hard(target) and wrong.any() and not wrong.all() and values.sum()):
        return says
    one = wrong.sum() == 1
    part = percent(values[wrong].sum() / values.sum())
    says += f" {wrong.sum()} of them {'is' if one else 'are'} on the wrong side and {'makes' if one else 'make'} up "
    says += f"{part} of the sum"
    if surprise is not None and (before := percent(surprise[wrong].sum() / surprise.sum())) != part:
        says += f"; in the cross-entropy {'it' if one else 'they'} would make up {before}"
    return says + "."
