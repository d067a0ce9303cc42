"""The only file that knows both NumPy and torch; everything else is written once for all array libraries."""

import array_api_compat
import numpy as np


def namespace(**arrays):
    """Return the library that the named arrays come from, after checking that they fit together.

    Parameters
    ----------
    **arrays : array
        Arrays by the name an error message should call them.

    Returns
    -------
    module
        An array-API namespace (NumPy, torch through array-api-compat, array-api-strict, ...).

    Raises
    ------
    TypeError
        If an argument is no array, if two arrays come from different libraries, devices or have
        different dtypes, or if a dtype is not real floating.
    """
    for name, a in arrays.items():
        if a is None:
            raise TypeError(
                f"{name} is None; expected a NumPy array or a torch tensor. "
                "If a function of yours made it, does that function end with `return`?"
            )
        if not array_api_compat.is_array_api_obj(a):
            several = isinstance(a, tuple) and all(array_api_compat.is_array_api_obj(one) for one in a)
            raise TypeError(
                f"{name} is a {type(a).__name__}; expected a NumPy array or a torch tensor. "
                + (
                    f"It holds {len(a)} arrays, as a function returns them that has several results: take one, {name}[0]."
                    if several
                    else f"Wrap it: np.asarray({name}, dtype=float)."
                )
            )
    first, a = next(iter(arrays.items()))
    try:
        xp = array_api_compat.array_namespace(*arrays.values())
    except TypeError as error:
        came = ", ".join(f"{name}: {type(other).__module__}.{type(other).__name__}" for name, other in arrays.items())
        raise TypeError(
            f"The arrays come from different libraries ({came}); expected all from one. "
            "Convert: torch.asarray(a) for a NumPy array, t.detach().cpu().numpy() for a torch tensor t."
        ) from error
    for name, other in arrays.items():
        if xp.isdtype(other.dtype, "complex floating"):
            raise TypeError(f"{name} has dtype {other.dtype}; expected real numbers. Take its magnitude: abs({name}).")
        if not xp.isdtype(other.dtype, "real floating"):
            raise TypeError(
                f"{name} has dtype {other.dtype}; expected floating-point numbers, since gradients are fractions. "
                f"Write {name} * 1.0, or name a dtype such as float64."
            )
        if other.dtype != a.dtype:
            raise TypeError(
                f"{name} has dtype {other.dtype} but {first} has {a.dtype}; expected the same. "
                f"Convert one: {name}.astype({first}.dtype) in NumPy, {name}.to({first}.dtype) in torch."
            )
        if array_api_compat.device(other) != array_api_compat.device(a):
            raise TypeError(
                f"{name} lies on {array_api_compat.device(other)} but {first} on {array_api_compat.device(a)}. "
                f"Move one of them: {name}.to({first}.device)."
            )
    return xp


def pad(x, padding):
    """Put zeros around the last two axes.

    Parameters
    ----------
    x : array, shape (..., H, W)
    padding : ((int, int), (int, int))
        ``((top, bottom), (left, right))`` in pixels.

    Returns
    -------
    array, shape (..., top + H + bottom, left + W + right)
        ``x`` itself where nothing is added. Gradients flow through.
    """
    xp = array_api_compat.array_namespace(x)
    for axis, (before, after) in zip((x.ndim - 2, x.ndim - 1), padding, strict=True):
        rows = [zeros(xp, (*x.shape[:axis], count, *x.shape[axis + 1 :]), like=x) for count in (before, after)]
        x = xp.concat([rows[0], x, rows[1]], axis=axis) if before or after else x
    return x


def zeros(xp, shape, like):
    """Zeros of the given shape with the dtype and device of ``like``."""
    return xp.zeros(shape, dtype=like.dtype, device=array_api_compat.device(like))


def detached(a):
    """The same numbers, cut off from autograd: kept for later, they would keep the calculation they came from."""
    return a.detach() if array_api_compat.is_torch_array(a) else a


def to_numpy(a):
    """Return a NumPy copy of an array of any library, from any device, detached from autograd.

    Parameters
    ----------
    a : array or number

    Returns
    -------
    numpy.ndarray
    """
    if array_api_compat.is_torch_array(a):
        return a.detach().cpu().resolve_conj().resolve_neg().numpy().copy()  # a view may have its sign still to come
    if array_api_compat.is_array_api_obj(a) and not isinstance(a, np.ndarray | np.generic):
        return np.array(np.from_dlpack(a))
    return np.array(a)


def like(a, reference):
    """Return the NumPy array ``a`` in the library and on the device of ``reference``, with ``a``'s dtype."""
    xp = array_api_compat.array_namespace(reference)
    # Two steps: torch cannot make a single number of NumPy's into a tensor on another device, and copy it, in one.
    return array_api_compat.to_device(xp.asarray(a, copy=True), array_api_compat.device(reference))
