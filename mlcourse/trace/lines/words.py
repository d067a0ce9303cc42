"""What the steps of a followed function say: where they stand, what an error means, why a story was cut."""

CAUGHT = " The error is caught, and the code goes on."
CALLED = "It works on copies: what happens to arrays here does not reach yours."
RESULT = "This is what the function returns."
NO_RESULT = "The function came to its end without a `return`, so its result is None."
MEANINGS = [  # error, what stands in Python's message, what it means; the first that fits
    (NotImplementedError, "", "There is no code here yet."),
    (RecursionError, "", "The function calls itself and never comes to an end."),
    (IndexError, "out of bounds", "It asks for a cell that is not there."),
    (IndexError, "too many indices", "It gives more indices than the array has axes."),
    (ValueError, "broadcast", "Two arrays do not fit on each other: their shapes differ."),
    (ValueError, "mismatch in its core dimension", "The inner sizes of a matrix product differ."),
    (ValueError, "not aligned", "The inner sizes of a matrix product differ."),
    (ValueError, "sequence", "A whole array does not fit into one cell."),
    (NameError, "", "It uses a name that has no value yet."),
    (TypeError, "NoneType", "Something in it is None. Did a function without `return` make it?"),
    (TypeError, "positional argument", "A function was called with other arguments than it takes."),
    (TypeError, "keyword", "A function was called with other arguments than it takes."),
    (ZeroDivisionError, "", "It divides by zero."),
]


def where(statement, function, here):
    """Say which line, and what its loops have counted to: ``Line 7, i = 0, j = 1``.

    Parameters
    ----------
    statement : Statement
    function : str
        The helper that it stands in, or "".
    here : dict
        What the names mean.

    Returns
    -------
    str
    """
    counted = [(name, here.get(name)) for name in dict.fromkeys(statement.counters)]
    told = [f"{name} = {value}" for name, value in counted if _is_count(value)]
    return ", ".join([f"Line {statement.line}" + f" of {function}" * bool(function), *told])


def _is_count(value):
    return type(value) is int or (type(value) is tuple and all(type(part) is int for part in value))


def of_error(error, where):
    """Title and sentence of a step on which Python stopped.

    Parameters
    ----------
    error : BaseException
    where : str
        Such as ``"Line 7, i = 0"``, or "".

    Returns
    -------
    title, says : str
    """
    message = str(error)
    meanings = [means for kind, part, means in MEANINGS if isinstance(error, kind) and part in message]
    python = f"Python says: {message}" if message else "Python gives no message."
    title = type(error).__name__ + (f" in {where[0].lower()}{where[1:]}" if where else "")
    return title, " ".join([*meanings[:1], python])


def too_many(steps):
    """Title and sentence of a story that is cut after so many steps."""
    return f"Cut after {steps} steps", (
        "What came after them ran on without being told; this is how it left the arrays. "
        "Take a smaller example, or give `limit` a larger number."
    )


def too_large(steps):
    """Title and sentence of a story that is cut because its arrays are large."""
    return f"Cut after {steps} steps", (
        "The arrays are large. What came after ran on without being told; this is how it left them. "
        "Take a smaller example."
    )


def too_long(seconds):
    """Title and sentence of a function that was stopped."""
    return f"Stopped after {seconds:g} seconds", (
        "The function had not come to its end. Is there a loop that never ends? Look at what it waits for. "
        "If it only needs longer, give `seconds` a larger number."
    )
