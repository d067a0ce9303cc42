"""What losses have in common: two arrays that must fit, and many values that become one."""

import array_api_compat

from mlcourse.ops._arrays import namespace, to_numpy


def matched(reduction, **pair):
    """Check a prediction and a target of the same shape.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
    **pair : array
        The prediction and the target, by the names an error message should call them.

    Returns
    -------
    xp : module
        The library they come from.
    target : array
        As it came, or as floating-point numbers if it was a mask of whole numbers or of booleans.

    Raises
    ------
    TypeError, ValueError
        If the two do not fit together, or the reduction is unknown.
    """
    (name, prediction), (other, target) = pair.items()
    target = as_numbers(target, prediction)
    xp = namespace(**{name: prediction, other: target})
    check_reduction(reduction)
    if prediction.shape != target.shape:
        same_size = _size(prediction.shape) == _size(target.shape)
        hint = f" Reshape one: {name}.reshape({other}.shape)." if same_size else ""
        raise ValueError(
            f"{name} has shape {tuple(prediction.shape)}, {other} {tuple(target.shape)}; expected the same.{hint}"
        )
    return xp, target


def as_numbers(mask, reference):
    """Return a mask of whole numbers or booleans with the dtype of ``reference``; anything else as it came."""
    if array_api_compat.is_array_api_obj(mask) and array_api_compat.is_array_api_obj(reference):
        xp = array_api_compat.array_namespace(mask)
        if xp.isdtype(mask.dtype, ("bool", "integral")) and xp is array_api_compat.array_namespace(reference):
            return xp.astype(mask, reference.dtype)
    return mask


def check_range(xp, hint, **arrays):
    """Refuse an array in which something lies outside 0 to 1, or is no number; ``hint`` says what it may be."""
    for name, a in arrays.items():
        if _size(a.shape) == 0:
            continue
        low, high = xp.min(a), xp.max(a)
        if not (low >= 0 and high <= 1):
            wrong = float(to_numpy(low if not low >= 0 else high))  # torch warns where a gradient hangs on it
            raise ValueError(f"{name} contains {wrong:g}; expected numbers from 0 to 1. {hint}")


def check_mask(xp, target):
    """Refuse a target in which something lies outside 0 to 1."""
    check_range(xp, "A mask of 0 and 255 is divided by 255, or compared: mask > 0.", target=target)


def check_reduction(reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction is {reduction!r}; expected "mean", "sum" or "none".')


def reduced(xp, values, reduction):
    """Return the mean or the sum of all values, of shape (), or the values themselves."""
    if reduction == "none":
        return values
    return xp.mean(values) if reduction == "mean" else xp.sum(values)


def for_each_value(grad_output, shape, reduction, like):
    """Return the gradient that arrives at each of a loss's values, before they were reduced.

    Parameters
    ----------
    grad_output : array or number
        Gradient of what comes after: of shape () (1.0 when nothing does), or ``shape`` for "none".
    shape : tuple of int
        Of the values.
    reduction : {"mean", "sum", "none"}
    like : array
        The prediction, whose library and dtype a ``grad_output`` must share.

    Returns
    -------
    array or number
        Of shape () or ``shape``.

    Raises
    ------
    TypeError, ValueError
        If ``grad_output`` has another shape than the loss, or does not fit the prediction.
    """
    expected = tuple(shape) if reduction == "none" else ()
    came = tuple(getattr(grad_output, "shape", ()))
    if came != expected:
        hint = "ones of that shape" if reduction == "none" else "1.0"
        raise ValueError(
            f'grad_output has shape {came}; expected {expected}, that of the loss with reduction="{reduction}". '
            f"Give {hint} if nothing comes after the loss."
        )
    if type(grad_output) not in (int, float):
        namespace(prediction=like, grad_output=grad_output)
    return grad_output * (1 / max(_size(shape), 1)) if reduction == "mean" else grad_output


def _size(shape):
    size = 1
    for n in shape:
        size *= n
    return size
