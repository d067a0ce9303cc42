"""Numbers as text that reads well aloud, and rules as MathML that needs no script and no network."""

import re
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
    text = f"{value if isinstance(value, float) else float(np.asarray(value).item()):.6g}"
    return "0" if text == "-0" else text


def factor(value):
    """Write a number inside a sum or product: a negative one in brackets.

    Parameters
    ----------
    value : number or array of one element

    Returns
    -------
    str
        Such as ``"3"``, ``"(-14.8)"``.
    """
    text = number(value)
    return f"({text})" if text.startswith("-") else text


def plus(parts, write=factor, *, most=9, sign=" + "):
    """Write a sum, cut off where it gets long: ``3 + (-1) + ... (7 more)``.

    Parameters
    ----------
    parts : sequence
    write : callable
        Makes one part's text.
    most : int
        How many parts stand there at most; of more, the last is "... (n more)".
    sign : str
        What stands between them; ", " makes a list of the sum.

    Returns
    -------
    str
    """
    cut = len(parts) > most
    shown = [write(part) for part in parts[: most - cut]]
    return sign.join(shown + [f"... ({len(parts) - len(shown)} more)"] * cut)


def terms(a, b, *, most=9):
    """Write a sum of products: ``3 × 0.1 + 1 × 0 + ... (7 more)``.

    Parameters
    ----------
    a, b : array
        Of the same size; taken in C order.
    most : int
        As in `plus`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the sizes differ.
    """
    a, b = np.ravel(a).tolist(), np.ravel(b).tolist()
    if len(a) != len(b):
        raise ValueError(f"terms needs as many left as right factors; {len(a)} and {len(b)} came.")
    return plus(list(zip(a, b, strict=True)), lambda pair: factor(pair[0]) + TIMES + factor(pair[1]), most=most)


@lru_cache(maxsize=512)
def mathml(latex, *, display="block"):
    r"""Turn a rule into MathML.

    Parameters
    ----------
    latex : str
        One formula. ``&`` outside of a matrix (aligned environments) and ``\mathrel`` are refused, and commands that the
        converter does not know: it draws them wrongly without saying so.
    display : {"block", "inline"}
        Whether it stands on a line of its own.

    Returns
    -------
    str
        A ``<math>`` element, or "" for "".

    Raises
    ------
    ValueError
        For what is refused, and for what cannot be parsed.
    """
    if not latex:
        return ""
    outside = re.sub(r"\\begin\{(\w*matrix)\}.*?\\end\{\1\}", "", latex, flags=re.DOTALL)
    for forbidden in ("&", r"\mathrel"):
        if forbidden in outside:
            raise ValueError(f"{forbidden!r} in the rule {latex!r} would be drawn wrongly; write it without.")
    brackets = re.sub(r"\\[\\{}]", "", latex)
    if brackets.count("{") != brackets.count("}"):
        raise ValueError(f"The rule {latex!r} does not close every brace that it opens, or closes one too many.")
    from latex2mathml.converter import convert

    try:
        drawn = convert(latex, display=display)
    except Exception as error:  # the converter's errors have no common base
        raise ValueError(f"The rule {latex!r} could not be read: {type(error).__name__} {error}") from error
    if unknown := re.search(r"\\[^<]*", drawn):
        raise ValueError(f"{unknown[0]} in the rule {latex!r} is not known to the converter.")
    return drawn
