"""What losses of overlap have in common: soft counts over an image, and a fraction of two of them."""

from array_api_compat import array_namespace

from mlcourse.ops._reduction import check_mask, check_range, for_each_value, matched


def checked(p, target, batch, reduction, **amounts):
    """The library, the target as numbers, and the axes that are counted over."""
    xp, target = matched(reduction, p=p, target=target)
    if p.ndim < 3:
        raise ValueError(
            f"p has shape {tuple(p.shape)}; expected (N, C, H, W). Give a single image two more axes: p[None, None]."
        )
    if 0 in p.shape:
        raise ValueError(f"p has shape {tuple(p.shape)}; expected at least one image, channel and pixel.")
    check_range(xp, "For logits, take the sigmoid first.", p=p)
    check_mask(xp, target)
    for name, amount in amounts.items():
        if not 0 <= amount < float("inf"):
            raise ValueError(f"{name} is {amount!r}; expected a number of at least 0.")
    axes = tuple(axis for axis in range(p.ndim) if axis > 1 or (batch and axis == 0))
    return xp, target, axes


def quotient(xp, above, below):
    """1 where there is nothing below: nothing was to be found, and nothing was."""
    empty = below == 0
    return xp.where(empty, xp.ones_like(below), above / xp.where(empty, xp.ones_like(below), below))


def quotient_slope(xp, above, below, above_slope, below_slope):
    """How `quotient` follows each probability, by the quotient rule."""
    empty = below == 0
    slope = above_slope - quotient(xp, above, below) * below_slope
    return xp.where(empty, xp.zeros_like(slope), slope / xp.where(empty, xp.ones_like(below), below))


def one_each(values, axes):
    """Without the axes that were counted over."""
    xp = array_namespace(values)
    return xp.reshape(values, tuple(n for axis, n in enumerate(values.shape) if axis not in axes))


def for_each_score(xp, grad_output, p, axes, value_axes, reduction):
    """The gradient that arrives at each score, with an axis of length 1 for each that was counted over."""
    kept = [axis for axis in value_axes if axis not in axes]
    arriving = for_each_value(grad_output, [p.shape[axis] for axis in kept], reduction, p)
    if reduction != "none":
        return arriving
    return xp.reshape(arriving, tuple(n if axis in kept else 1 for axis, n in enumerate(p.shape)))
