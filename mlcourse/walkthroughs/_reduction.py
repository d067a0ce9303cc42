"""What the walkthroughs of losses have in common: inputs as numbers, many values that become one, and the way back."""

import numpy as np

from mlcourse.trace import factor, number, plus

FROM_ABOVE = " What arrives from above multiplies it."


def checked(operation, *given, **settings):
    """Refuse what the operation refuses, in its words, and make numbers of a mask of whole numbers or booleans.

    Parameters
    ----------
    operation : callable
        Of `mlcourse.ops`.
    *given, **settings
        What it is called with; the last two are the prediction and the target.

    Returns
    -------
    prediction, target : numpy.ndarray of float64
    """
    operation(*given, **settings)
    return tuple(np.asarray(a, dtype=float) for a in given[-2:])


def is_hard(target):
    """Whether a target is 0 or 1 and no share between.

    Parameters
    ----------
    target : number or array

    Returns
    -------
    bool
    """
    return bool(np.all((target == 0) | (target == 1)))


def whole_rule(whole, part, count, reduction):
    r"""Write how many values become one: ``L = \frac{1}{6} \sum_n s_n``.

    Parameters
    ----------
    whole, part : str
        What the two are called in the rule.
    count : int
        Of the values.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    str
    """
    if count == 1:
        return f"{whole} = {part}"
    if reduction == "none":
        return f"{whole}_n = {part}_n"
    mean = rf"\frac{{1}}{{{count}}} " if reduction == "mean" else ""
    return rf"{whole} = {mean}\sum_n {part}_n"


def whole_numbers(values, whole, reduction, write=factor):
    """Write how these values became one: ``(1.20397 + 0.105361) / 2 = 0.654667``.

    Parameters
    ----------
    values : numpy.ndarray
    whole : number
        Their mean or sum; not looked at for "none".
    reduction : {"mean", "sum", "none"}
    write : callable
        Makes one value's text.

    Returns
    -------
    str
        For "none" a list; for a single value that stands for itself, the value.
    """
    if reduction == "none":
        return plus(values.ravel(), number, sign=", ")
    text = plus(values.ravel(), write)
    if values.size == 1 and write is factor:
        return number(whole)
    return f"{f'({text}) / {values.size}' if reduction == 'mean' and values.size > 1 else text} = {number(whole)}"


def read_above(above, cell, reduction):
    """Name the cell of ``grad_output`` that was read, or nothing where the loss is the end.

    Parameters
    ----------
    above : number
        The gradient that arrives.
    cell : tuple of int
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    dict
        For the ``read`` of a step.
    """
    return {} if above == 1 else {"grad_output": cell if reduction == "none" else ()}


def slope_rule(what, slope, above, count):
    r"""Write a gradient: ``\frac{\partial L}{\partial x} = \frac{1}{6}\, (\sigma(x) - t)``.

    Parameters
    ----------
    what, slope : str
        The input, and how its own value of the loss follows it.
    above : number
        The gradient that arrives: g, where it is not 1.
    count : int
        Of how many values the mean was taken.

    Returns
    -------
    str
    """
    arriving = "" if above == 1 else r"g \cdot "
    share = rf"\frac{{1}}{{{count}}}\, " if count > 1 else ""
    return rf"\frac{{\partial L}}{{\partial {what}}} = {arriving}{share}{slope}"


def slope_numbers(slope, gradient, above, count):
    """Write a gradient in numbers: ``(0.3 - 1) / 6 = -0.116667``.

    Parameters
    ----------
    slope : str
        Fit to be multiplied and divided.
    gradient : number
    above : number
        The gradient that arrives.
    count : int
        Of how many values the mean was taken.

    Returns
    -------
    str
    """
    arriving = "" if above == 1 else f"{factor(above)} × "
    return f"{arriving}{slope}{f' / {count}' if count > 1 else ''} = {number(gradient)}"


def direction(gradient, what):
    """Say which way the loss falls; nothing where it does not.

    Parameters
    ----------
    gradient : number
    what : str
        Of what it is the gradient.

    Returns
    -------
    str
    """
    if gradient == 0:
        return ""
    sign, other = ("Negative", "larger") if gradient < 0 else ("Positive", "smaller")
    return f" {sign}: a {other} {what} would lower the loss."
