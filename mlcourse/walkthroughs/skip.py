"""A skip connection told one pixel at a time: what came from below, what came across, and what is left of the two."""

import numpy as np

from mlcourse import ops
from mlcourse.trace import Step, factor, number
from mlcourse.walkthroughs._wording import at, within

KEPT = (
    " The numbers of both stay, each in a channel of its own, so the next convolution has a weight for each and can "
    "listen to one and not to the other."
)
MERGED = (
    "The number seen on the way down and the one that came from below become one. Nobody after this can tell who brought "
    "what: the next convolution has one weight for both, as after a concatenation whose two halves have the same weights."
)
SHORT_WAY = " Along the skip it reaches the encoder without the detour through all that lies below."


def skip_connection(below, skipped, *, join="concatenate"):
    """Each output: a copy of one of the two, in a channel of its own, or the sum of both.

    Parameters
    ----------
    below, skipped, join
        As for `mlcourse.ops.skip_connection`.

    Yields
    ------
    Step
        One for each output.

    Returns
    -------
    numpy.ndarray, shape (N, C_skipped + C_below, H, W), or (N, C, H, W) for "add"
        What `mlcourse.ops.skip_connection` returns.
    """
    y = np.zeros(ops.skip_connection(below, skipped, join=join).shape)
    first = skipped.shape[1]  # where the channels of below begin, if they have their own
    for n, c, i, j in np.ndindex(y.shape):
        if join == "add":
            y[n, c, i, j] = skipped[n, c, i, j] + below[n, c, i, j]
            yield Step(
                f"Output ({i}, {j})" + within(y.shape, n, c),
                MERGED,
                symbols=_sum_rule(skipped),
                numbers=f"{factor(skipped[n, c, i, j])} + {factor(below[n, c, i, j])} = {number(y[n, c, i, j])}",
                read={"skipped": np.s_[n, c, i, j], "below": np.s_[n, c, i, j]},
                wrote={"y": np.s_[n, c, i, j]},
            )
        elif c < first:
            y[n, c, i, j] = skipped[n, c, i, j]
            yield Step(
                f"Output ({i}, {j})" + within(y.shape, n, c),
                "A copy of what was seen here on the way down, before it was pooled: it still knows where edges lie."
                + KEPT,
                symbols=f"y{_joined(skipped)} = " + _of("skipped", skipped),
                numbers=f"{number(y[n, c, i, j])}   (channel {c} of skipped)",
                read={"skipped": np.s_[n, c, i, j]},
                wrote={"y": np.s_[n, c, i, j]},
            )
        else:
            y[n, c, i, j] = below[n, c - first, i, j]
            yield Step(
                f"Output ({i}, {j})" + within(y.shape, n, c),
                "A copy of what came from below: it is coarser, but has seen more of the image around." + KEPT,
                symbols=f"y{_joined(below, first)} = " + _of("below", below),
                numbers=f"{number(y[n, c, i, j])}   (channel {c} - {first} = {c - first} of below)",
                read={"below": np.s_[n, c - first, i, j]},
                wrote={"y": np.s_[n, c, i, j]},
            )
    return y


def skip_connection_backward(grad_output, below, skipped, *, join="concatenate"):
    """Each gradient: back to the one whose copy it belongs to, or, from a sum, to both.

    Parameters
    ----------
    grad_output, below, skipped, join
        As for `mlcourse.ops.skip_connection_backward`.

    Yields
    ------
    Step
        One for each output.

    Returns
    -------
    grad_below, grad_skipped : numpy.ndarray
        What `mlcourse.ops.skip_connection_backward` returns.
    """
    grad_below, grad_skipped = _zeros(grad_output, below, skipped, join)
    first = skipped.shape[1]  # where the channels of below begin, if they have their own
    for n, c, i, j in np.ndindex(grad_output.shape):
        if join == "add":
            grad_below[n, c, i, j] = grad_skipped[n, c, i, j] = grad_output[n, c, i, j]
            yield Step(
                f"Gradient of both at ({i}, {j})" + within(grad_output.shape, n, c),
                "Moving either of the two moves their sum by as much. So both get the whole gradient, unchanged."
                + SHORT_WAY,
                symbols=_both_slopes(skipped),
                numbers=number(grad_output[n, c, i, j]),
                read={"grad_output": np.s_[n, c, i, j]},
                wrote={"grad_below": np.s_[n, c, i, j], "grad_skipped": np.s_[n, c, i, j]},
            )
        elif c < first:
            grad_skipped[n, c, i, j] = grad_output[n, c, i, j]
            yield Step(
                f"Gradient of skipped at ({i}, {j})" + within(skipped.shape, n, c),
                "This channel was a copy of what was seen on the way down, so its gradient goes there." + SHORT_WAY,
                symbols=f"{_slope('skipped', skipped)} = g{_joined(skipped)}",
                numbers=f"{number(grad_skipped[n, c, i, j])}   (channel {c} of the output)",
                read={"grad_output": np.s_[n, c, i, j]},
                wrote={"grad_skipped": np.s_[n, c, i, j]},
            )
        else:
            grad_below[n, c - first, i, j] = grad_output[n, c, i, j]
            yield Step(
                f"Gradient of below at ({i}, {j})" + within(below.shape, n, c - first),
                "This channel was a copy of what came from below, so its gradient goes on down there.",
                symbols=f"{_slope('below', below)} = g{_joined(below, first)}",
                numbers=f"{number(grad_below[n, c - first, i, j])}   (channel {c - first} + {first} = {c} of the output)",
                read={"grad_output": np.s_[n, c, i, j]},
                wrote={"grad_below": np.s_[n, c - first, i, j]},
            )
    return grad_below, grad_skipped


def _zeros(grad_output, below, skipped, join):
    """Gradients of both, still 0; raises what `mlcourse.ops.skip_connection_backward` raises."""
    gradients = ops.skip_connection_backward(grad_output, below, skipped, join=join)
    return tuple(np.zeros(gradient.shape) for gradient in gradients)


def _letters(a):
    """Those of an index: n and c only where there are several images and channels."""
    return "n" * (len(a) > 1) + "c" * (a.shape[1] > 1) + "ij"


def _joined(a, first=0):
    """The index, in a concatenation, of what was ``a``, whose channels begin at ``first``."""
    channel = "+".join(["c"] * (a.shape[1] > 1) + [str(first)] * (first > 0 or a.shape[1] == 1))
    return f"_{{{','.join(['n'] * (len(a) > 1) + [channel, 'i', 'j'])}}}"


def _of(name, a):
    return rf"\text{{{name}}}{at(_letters(a))}"


def _slope(name, a):
    return rf"\frac{{\partial L}}{{\partial {_of(name, a)}}}"


def _sum_rule(skipped):
    return f"y{at(_letters(skipped))} = {_of('skipped', skipped)} + {_of('below', skipped)}"


def _both_slopes(skipped):
    return f"{_slope('skipped', skipped)} = {_slope('below', skipped)} = g{at(_letters(skipped))}"
