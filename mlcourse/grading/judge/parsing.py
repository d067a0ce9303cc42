"""Python's parser, for one thread at a time: that of Python 3.11 counts its depth in one place for all threads."""

import ast
import threading

_LOCK = threading.Lock()


def syntax_tree(text):
    """Return the syntax tree of a text; several threads may ask at once.

    Parameters
    ----------
    text : str

    Returns
    -------
    ast.Module

    Raises
    ------
    SyntaxError
        And whatever else `ast.parse` raises.
    """
    with _LOCK:
        return ast.parse(text)
