"""How a verdict on a hidden input is worded: with nothing in it that the student's function could have put there.

A class is named, an array shaped and a signature written by the student's code, while it holds the hidden input. So only words
of ours and names of the exercise's stay.
"""

import builtins
import re

WHERE = ", on a hidden input."


def worded(kind, says, hint):
    """Reword what needs no comparison of numbers.

    Parameters
    ----------
    kind, says, hint : str
        As for an input that may be shown.

    Returns
    -------
    says, hint : str
    """
    name = re.match(r"Your network's answer|\S*", says).group()  # an answer's, where the sentence begins with it
    if kind == "raised":
        error = says.partition(":")[0].rpartition(" ")[2]
        known = isinstance(vars(builtins).get(error), type) and issubclass(vars(builtins)[error], BaseException)
        return f"Your function stopped with {error if known else 'an error of another library or your own'}{WHERE}", ""
    if kind == "shape":
        wrong = "Your function returns another number of things than is asked for"
        return (wrong if name == "Your" else f"{name} has the wrong shape") + WHERE, hint
    if kind == "dtype":
        return f"{name} is of another type than is expected{WHERE}", hint
    if kind == "not_finite" and "digits" in says:
        return f"{name} is a number far larger than there can be{WHERE}", hint
    if kind == "changed_input":
        return f"Your function changed its input{WHERE}", hint
    if kind == "library":
        return f"Your function calls a library for what you are asked to write yourself{WHERE}", hint
    return says, hint
