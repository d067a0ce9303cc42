"""Numbers as text that reads well aloud, and rules as MathML that needs no script and no network."""

from functools import lru_cache

import numpy as np

TIMES = " × "


def number(value):
    """Write a number as a student would: at most six digits, no trailing zeros.

    Parameters
    ----------
    value : number or array of one element

    Returns
    -------
    str
        Such as ``"-14.8"``, ``"1e-09"``, ``"nan"``.
    """
    value = float(np.asarray(value).reshape(()) if np.ndim(value) == 0 else np.asarray(value).item())
    text = f"{value:.6g}"
    return "0" if text == "-0" else text


def factor(value):
    """Write a number inside a product: a negative one in brackets."""
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def terms(a, b, *, most=9):
    """Write a sum of products: ``3 × 0.1 + 1 × 0 + ...``.

    Parameters
    ----------
    a, b : array
        Of the same size; taken in C order.
    most : int
        How many products to write before "... (n more)".

    Returns
    -------
    str
    """
    a, b = np.ravel(a), np.ravel(b)
    if a.size != b.size:
        raise ValueError(f"terms needs as many left as right factors; {a.size} and {b.size} came.")
    shown = a.size if a.size <= most else most - 1
    text = " + ".join(factor(u) + TIMES + factor(v) for u, v in zip(a[:shown], b[:shown], strict=True))
    return text if shown == a.size else f"{text} + ... ({a.size - shown} more)"


@lru_cache(maxsize=512)
def mathml(latex):
    r"""Turn a rule into MathML.

    Parameters
    ----------
    latex : str
        One displayed formula. ``&`` (aligned environments) and ``\mathrel`` are refused: the converter draws them
        wrongly without saying so.

    Returns
    -------
    str
        A ``<math display="block">`` element, or "" for "".

    Raises
    ------
    ValueError
        For what is refused, and for what cannot be parsed.
    """
    if not latex:
        return ""
    for forbidden in ("&", r"\mathrel"):
        if forbidden in latex:
            raise ValueError(f"{forbidden!r} in the rule {latex!r} would be drawn wrongly; write it without.")
    from latex2mathml.converter import convert

    try:
        return convert(latex, display="block")
    except Exception as error:  # the converter's errors have no common base
        raise ValueError(f"The rule {latex!r} could not be read: {type(error).__name__} {error}") from error
