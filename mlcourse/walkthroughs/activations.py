"""Activations told: the curve each number goes through by itself, and its slope on the way back."""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number
from mlcourse.walkthroughs._wording import within


def relu(x):
    """What is negative becomes 0, all else stays.

    Parameters
    ----------
    x
        As for `mlcourse.ops.relu`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.relu` returns.
    """
    y = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        y[cell] = 0 if x[cell] <= 0 else x[cell]
        yield Step(
            f"Output{_which(cell, x)}",
            "A negative number becomes 0." if x[cell] < 0 else "What is not negative stays as it is.",
            symbols=r"y = \max(0,\, x)",
            numbers=f"max(0, {number(x[cell])}) = {number(y[cell])}",
            read={"x": cell},
            wrote={"y": cell},
        )
    return y


def relu_backward(grad_output, x):
    """Where the number passed, its gradient passes; where it became 0, nothing does.

    Parameters
    ----------
    grad_output, x
        As for `mlcourse.ops.relu_backward`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.relu_backward` returns.
    """
    grad_x = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        passed = not x[cell] <= 0
        grad_x[cell] = grad_output[cell] if passed else 0
        yield Step(
            f"Gradient{_which(cell, x)}",
            "This number passed unchanged: the curve's slope is 1 here, and its gradient passes unchanged too."
            if passed
            else "This number became 0, and so would one a little smaller: the slope is 0, the gradient stops."
            + (" (At 0 itself the curve has a corner; by custom the slope is 0.)" if x[cell] == 0 else ""),
            symbols=rf"\frac{{\partial L}}{{\partial x}} = g \cdot {_slope_of_relu(passed)}",
            numbers=f"{factor(grad_output[cell])} × {int(passed)} = {number(grad_x[cell])}",
            read={"grad_output": cell, "x": cell},
            wrote={"grad_x": cell},
        )
    return grad_x


def sigmoid(x):
    """Any number becomes one between 0 and 1.

    Parameters
    ----------
    x
        As for `mlcourse.ops.sigmoid`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.sigmoid` returns.
    """
    y = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        z = np.exp(-abs(x[cell]))  # at most 1
        y[cell] = (z if x[cell] < 0 else 1) / (1 + z)
        yield Step(
            f"Output{_which(cell, x)}",
            "A negative number comes out below one half. The fraction is multiplied by a power of e above and below, "
            "so that no power grows too large for the machine."
            if x[cell] < 0
            else "0 comes out as one half, a large number almost as 1.",
            symbols=r"y = \frac{1}{1 + e^{-x}}" + (r" = \frac{e^{x}}{e^{x} + 1}" if x[cell] < 0 else ""),
            numbers=f"{_sigmoid_of(x[cell])} = {number(y[cell])}",
            read={"x": cell},
            wrote={"y": cell},
        )
    return y


def sigmoid_backward(grad_output, x):
    """Each gradient is multiplied by the curve's slope, which is at most 1/4.

    Parameters
    ----------
    grad_output, x
        As for `mlcourse.ops.sigmoid_backward`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.sigmoid_backward` returns.
    """
    y, rest = ops.sigmoid(x), ops.sigmoid(-x)  # kept from the forward pass; and 1 - y, to its last digit
    grad_x = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        grad_x[cell] = grad_output[cell] * y[cell] * rest[cell]
        yield Step(
            f"Gradient{_which(cell, x)}",
            "The slope of the curve is known from its output y. It is at most 1/4, and almost 0 at both ends: "
            "there the gradient vanishes.",
            symbols=r"\frac{\partial L}{\partial x} = g\, y\, (1 - y)",
            numbers=f"{factor(grad_output[cell])} × {number(y[cell])} × {number(rest[cell])} = {number(grad_x[cell])}",
            read={"grad_output": cell, "y": cell},
            wrote={"grad_x": cell},
        )
    return grad_x


def tanh(x):
    """Any number becomes one between -1 and 1, and 0 stays 0.

    Parameters
    ----------
    x
        As for `mlcourse.ops.tanh`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.tanh` returns.
    """
    y = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        y[cell] = np.tanh(x[cell])
        yield Step(
            f"Output{_which(cell, x)}",
            "Near 0 the number hardly changes; far away it comes out almost as -1 or 1.",
            symbols=r"y = \tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
            numbers=f"tanh({number(x[cell])}) = {number(y[cell])}",
            read={"x": cell},
            wrote={"y": cell},
        )
    return y


def tanh_backward(grad_output, x):
    """Each gradient is multiplied by the curve's slope, which is at most 1.

    Parameters
    ----------
    grad_output, x
        As for `mlcourse.ops.tanh_backward`.

    Yields
    ------
    Step
        One for each number.

    Returns
    -------
    numpy.ndarray
        What `mlcourse.ops.tanh_backward` returns.
    """
    y = ops.tanh(x)  # kept from the forward pass
    grad_x = np.zeros(x.shape)
    for cell in np.ndindex(x.shape):
        grad_x[cell] = grad_output[cell] * (1 - y[cell] ** 2)
        yield Step(
            f"Gradient{_which(cell, x)}",
            "The slope of the curve is known from its output y. It is 1 at 0, and almost 0 at both ends: "
            "there the gradient vanishes.",
            symbols=r"\frac{\partial L}{\partial x} = g\, (1 - y^2)",
            numbers=f"{factor(grad_output[cell])} × (1 - {factor(y[cell])}²) = {number(grad_x[cell])}",
            read={"grad_output": cell, "y": cell},
            wrote={"grad_x": cell},
        )
    return grad_x


def _which(cell, x):
    """Which number is meant: by row and column, channel and image, where the axes are those of images."""
    if x.ndim == 4:
        n, c, i, j = cell
        return f" ({i}, {j})" + within(x.shape, n, c)
    return f" ({', '.join(map(str, cell))})" if cell else ""


def _slope_of_relu(passed):
    return r"1 \quad \text{where} \quad x > 0" if passed else r"0 \quad \text{where} \quad x \le 0"


def _sigmoid_of(x):
    return f"exp({number(x)}) / (exp({number(x)}) + 1)" if x < 0 else f"1 / (1 + exp({number(-x)}))"
