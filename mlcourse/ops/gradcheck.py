"""Is a gradient right? Move each number a little, see what the output does, compare."""

import inspect
from dataclasses import dataclass, field

import numpy as np

from mlcourse.ops._arrays import like, to_numpy


@dataclass(frozen=True)
class GradientReport:
    """What `gradcheck` found; true when every entry agrees.

    Attributes
    ----------
    ok : bool
    worst : (str, tuple, float, float)
        Argument, index, gradient given, gradient measured, where they differ most.
    error : float
        Their difference, divided by the largest measured gradient of that argument (at least 1).
    numeric : dict of str to numpy.ndarray
        The measured gradients.
    """

    ok: bool
    worst: tuple
    error: float
    numeric: dict = field(repr=False)

    def __bool__(self):
        return self.ok

    def __str__(self):
        name, index, given, measured = self.worst
        entry = f"{name}[{', '.join(map(str, index))}]"
        found = "All gradients agree" if self.ok else "The gradients do not agree"
        return f"{found}. Worst entry: {entry}: given {given:.9g}, measured {measured:.9g} (relative {self.error:.1e})."


def numeric_gradient(function, a, grad_output=1.0, *, step=1e-5):
    """Measure how ``sum(grad_output * function(a))`` changes with each entry of ``a``.

    Central differences in float64: one step up, one step down, all entries. With h the step, the mistake
    of the method itself shrinks as h squared.

    Parameters
    ----------
    function : callable
        Takes an array shaped like ``a``, returns an array or a number.
    a : array
        Where to measure; not modified.
    grad_output : array or float
        Weight of each output: one number, or an array of the output's shape.
    step : float
        In units of ``a``.

    Returns
    -------
    numpy.ndarray
        Of the shape of ``a``, float64.

    Raises
    ------
    ValueError
        If ``grad_output`` is an array of another shape than the output.
    """
    here = to_numpy(a).astype(np.float64)
    weight = to_numpy(grad_output).astype(np.float64)
    gradient = np.zeros_like(here)

    def moved(index, by):
        there = here.copy()
        there[index] += by
        output = to_numpy(function(like(there, a)))
        if weight.ndim and weight.shape != output.shape:
            raise ValueError(
                f"grad_output has shape {weight.shape}; expected {output.shape}, that of the function's output."
            )
        return (weight * output).sum()

    for index in np.ndindex(here.shape):
        gradient[index] = (moved(index, step) - moved(index, -step)) / (2 * step)
    return gradient


def gradcheck(function, backward, *arrays, rng=92653, step=1e-5, tolerance=1e-6, **options):
    """Compare a backward function with central differences, entry by entry.

    Parameters
    ----------
    function : callable
        ``function(*arrays, **options)`` returns one array.
    backward : callable
        ``backward(grad_output, *arrays, **options)`` returns the gradients of the first arrays, in order
        (one array, or a tuple).
    *arrays : array
        Inputs; taken to float64.
    rng : int or numpy.random.Generator
        Draws the gradient that arrives from above. It is random, since all ones would hide mistakes, and from a seed
        that nobody else takes, since inputs drawn with the same one would equal it and hide a transposed result.
    step, tolerance : float
        Step of the difference; largest relative error that still agrees.
    **options
        Passed on to both.

    Returns
    -------
    GradientReport

    Raises
    ------
    ValueError
        If ``backward`` returns a gradient of another shape than its array, or none.
    """
    arrays = [like(to_numpy(a).astype(np.float64), a) for a in arrays]
    names = _names(function, len(arrays))
    output = to_numpy(function(*arrays, **options))
    grad_output = np.random.default_rng(rng).normal(size=output.shape)
    gradients = backward(like(grad_output, arrays[0]), *arrays, **options)
    gradients = gradients if isinstance(gradients, tuple | list) else (gradients,)
    numeric, worst, largest = {}, None, -1.0
    for position, (name, a, given) in enumerate(zip(names, arrays, gradients, strict=False)):
        if given is None:
            raise ValueError(f"The gradient of {name} is None; expected an array. Does backward end with `return`?")
        given = to_numpy(given)
        if given.shape != tuple(a.shape):
            raise ValueError(
                f"The gradient of {name} has shape {given.shape}; expected {tuple(a.shape)}, that of {name}."
            )

        def varied(there, position=position):
            return function(*arrays[:position], there, *arrays[position + 1 :], **options)

        measured = numeric[name] = numeric_gradient(varied, a, grad_output, step=step)
        if not measured.size:
            continue
        errors = np.abs(given - measured) / max(np.abs(measured).max(), 1.0)
        errors = np.where(np.isnan(errors), np.inf, errors)
        index = np.unravel_index(errors.argmax(), errors.shape)
        if errors[index] > largest:
            index = tuple(int(i) for i in index)
            largest, worst = float(errors[index]), (name, index, float(given[index]), float(measured[index]))
    if worst is None:
        raise ValueError(
            "There was no entry to compare: backward returned no gradient, or every array is empty; "
            "expected at least one gradient with an entry."
        )
    return GradientReport(largest <= tolerance, worst, largest, numeric)


def _names(function, count):
    """Names of the first ``count`` arguments, as a message should call them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # a function written in C may have no signature
        parameters = ()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    return names + [f"argument {position}" for position in range(len(names), count)]
