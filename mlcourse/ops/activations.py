"""Activations: the curve each number goes through by itself. Without one, two layers are no more than one.

A gradient on its way back is multiplied by the curve's slope. Sigmoid's is at most 1/4, so ten of them in a row
leave less than a millionth; tanh's is at most 1; ReLU's is 1 wherever it lets anything through.
"""

from mlcourse.ops._arrays import namespace


def relu(x):
    """Rectified linear unit, max(0, x): what is negative becomes 0, all else stays.

    V. Nair, G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.

    Parameters
    ----------
    x : array
        Of any shape.

    Returns
    -------
    array
        Of the shape of ``x``. What is not a number (NaN) stays so, as in torch.

    Raises
    ------
    TypeError
        If ``x`` is no array of floating-point numbers.

    Examples
    --------
    >>> import numpy as np
    >>> relu(np.array([-2.0, 0, 3])).tolist()
    [0.0, 0.0, 3.0]
    """
    xp = namespace(x=x)
    # Asked this way round, since NaN <= 0 is false; and not `maximum`, which torch gives the slope 1/2 at 0.
    return xp.where(x <= 0, xp.zeros_like(x), x)


def relu_backward(grad_output, x):
    """Gradient of `relu`: what arrives where x > 0, nothing elsewhere.

    At 0 itself the curve has a corner, and any slope from 0 to 1 could be defended; it is 0 here, as in torch.

    Parameters
    ----------
    grad_output : array
        Gradient of the loss with respect to the output of ``relu``, of the shape of ``x``.
    x : array
        What ``relu`` was called with.

    Returns
    -------
    array
        Of the shape of ``x``.

    Raises
    ------
    TypeError, ValueError
        As ``relu``; also if the two arrays do not fit together.
    """
    xp = _checked(grad_output, x)
    return xp.where(x <= 0, xp.zeros_like(grad_output), grad_output)


def sigmoid(x):
    """Logistic function, 1 / (1 + exp(-x)): any number to one between 0 and 1.

    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating errors",
    Nature 323, 1986, where it is the activation of every unit.

    Parameters
    ----------
    x : array
        Of any shape.

    Returns
    -------
    array
        Of the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is no array of floating-point numbers.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid(np.array([-1000.0, 0, 1000])).tolist()
    [0.0, 0.5, 1.0]
    """
    xp = namespace(x=x)
    # exp(1000) is too large for any float, exp(-1000) is merely 0. So for positive x it is 1 / (1 + exp(-x)), for negative
    # x the same fraction times exp(x) above and below. `minimum` says that without a branch, and at 0 torch gives it
    # half the slope of each side, which is right here.
    above = xp.exp(xp.minimum(x, xp.zeros_like(x)))
    return above / (1 + xp.exp(xp.minimum(x, -x)))


def sigmoid_backward(grad_output, x):
    """Gradient of `sigmoid`: what arrives, times sigmoid(x) (1 - sigmoid(x)).

    1 - sigmoid(x) is written sigmoid(-x), the same number: near 1 the difference would lose its digits.

    Parameters
    ----------
    grad_output : array
        Gradient of the loss with respect to the output of ``sigmoid``, of the shape of ``x``.
    x : array
        What ``sigmoid`` was called with.

    Returns
    -------
    array
        Of the shape of ``x``.

    Raises
    ------
    TypeError, ValueError
        As ``sigmoid``; also if the two arrays do not fit together.
    """
    _checked(grad_output, x)
    return grad_output * sigmoid(x) * sigmoid(-x)


def tanh(x):
    """Hyperbolic tangent: any number to one between -1 and 1, 2 sigmoid(2x) - 1.

    Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, "Efficient BackProp", in Neural Networks: Tricks of the Trade, 1998,
    say why a curve through 0 learns faster than sigmoid.

    Parameters
    ----------
    x : array
        Of any shape.

    Returns
    -------
    array
        Of the shape of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is no array of floating-point numbers.

    Examples
    --------
    >>> import numpy as np
    >>> tanh(np.array([-1000.0, 0, 1000])).tolist()
    [-1.0, 0.0, 1.0]
    """
    return namespace(x=x).tanh(x)


def tanh_backward(grad_output, x):
    """Gradient of `tanh`: what arrives, times 1 - tanh(x)^2.

    Parameters
    ----------
    grad_output : array
        Gradient of the loss with respect to the output of ``tanh``, of the shape of ``x``.
    x : array
        What ``tanh`` was called with.

    Returns
    -------
    array
        Of the shape of ``x``.

    Raises
    ------
    TypeError, ValueError
        As ``tanh``; also if the two arrays do not fit together.
    """
    xp = _checked(grad_output, x)
    return grad_output * (1 - xp.tanh(x) ** 2)


def _checked(grad_output, x):
    xp = namespace(x=x, grad_output=grad_output)
    if grad_output.shape != x.shape:
        raise ValueError(
            f"grad_output has shape {tuple(grad_output.shape)}; expected {tuple(x.shape)}, the shape of x: "
            "an activation gives one number for each it gets. Was the forward pass called with this x?"
        )
    return xp
