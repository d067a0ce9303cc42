"""What goes beside questions and answers: seeds and replaced functions one way, what was printed and warned of the other."""

import builtins
import sys
import warnings

from mlcourse.grading.judge import errors

BUILT_IN = vars(builtins)
MIRRORED = ("input", "print", "open")  # what a test may replace for the student's functions


class Mirror:
    """What a test did here and the student's side must do as well, before it is asked anything more."""

    def __init__(self):
        self.seeds = []  # (library, seed)
        self.built_in = {name: BUILT_IN[name] for name in MIRRORED}  # as the other side has them

    def pending(self):
        """Yield operation, target and arguments of each request that tells it."""
        while self.seeds:
            yield "seed", None, self.seeds.pop(0)
        for name, known in self.built_in.items():
            value = BUILT_IN[name]
            if value is not known:
                self.built_in[name] = value
                is_python_s = getattr(value, "__module__", None) in ("builtins", "_io", "io")
                yield ("unbind", None, (name,)) if is_python_s else ("bind", None, (name, value))


def report(told):
    """Print, and warn, here what was printed and warned of there.

    Parameters
    ----------
    told : list or None
        Text, and pairs of a warning's class (as `errors.chain_of` tells it) and its text; from the other side, so anything.
    """
    if type(told) is not list or len(told) != 2:
        return
    if type(told[0]) is str and told[0]:
        sys.stdout.write(told[0])
    for one in told[1] if type(told[1]) is list else ():
        kind = errors.class_of(one[0]) if type(one) is list and len(one) == 2 and _is_chain(one[0]) else None
        if kind is not None and issubclass(kind, Warning):
            warnings.warn(str(one[1]), kind, stacklevel=2)


def _is_chain(told):
    pairs = told if type(told) is list and told else [None]
    return all(type(pair) is list and len(pair) == 2 and all(type(name) is str for name in pair) for pair in pairs)
