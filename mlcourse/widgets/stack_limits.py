"""What a `StackBuilder` builds: more than a lecture needs, and never so much that a slip of the finger stops the kernel."""

from math import prod

from mlcourse.ops import Stack

LARGEST = {"filters": 10_000, "units": 10_000, "groups": 10_000, "scale": 16}  # the same as in shared/stack/stack.js
LARGEST_OTHER = 1024
LONGEST_SIDE, MOST_NUMBERS, MOST_PARAMETERS = 1024, 100_000_000, 1_000_000_000
MOST_LAYERS = 40


def possible_part(layers, image):
    """Stack layers as far as that is possible, and say why not further.

    Parameters
    ----------
    layers : list of Layer
    image : (int, int, int)
        Shape (C, H, W).

    Returns
    -------
    stack : mlcourse.ops.Stack
        Of the layers before the first that is impossible, or too large.
    error : TypeError, ValueError or None
        About that layer, in the words of `Stack` where it is impossible.
    """
    stack = Stack([], image=image)
    for layer in layers:
        try:
            _check_settings(layer, len(stack.layers) + 1)
            _check_size(layer, stack.rows[-1])
            stack = Stack([*stack.layers, layer], image=image)
        except (TypeError, ValueError) as error:
            return stack, error
    return stack, None


def _check_settings(layer, number):
    for name, value in vars(layer).items():
        most = LARGEST.get(name, LARGEST_OTHER)
        if any(one > most for one in _numbers(value)):
            raise ValueError(
                f"Layer {number}, {layer}, is larger than this widget builds: {name} is {value!r}, "
                f"which may be up to {most:,}."
            )


def _check_size(layer, below):
    """Refuse what would be too large; what is impossible is left to `Stack`, which knows the words."""
    try:
        plan = layer.plan(below.shape, below.size)
    except (TypeError, ValueError):
        return
    learnt = sum(map(prod, plan.learnt.values()))
    if max(plan.output[1:], default=0) > LONGEST_SIDE or prod(plan.output) > MOST_NUMBERS or learnt > MOST_PARAMETERS:
        raise ValueError(
            f"Layer {below.number + 1}, {layer}, is larger than this widget builds: it would give {plan.output} and learn "
            f"{learnt:,} parameters. It takes up to {LONGEST_SIDE:,} rows or columns, {MOST_NUMBERS:,} numbers and "
            f"{MOST_PARAMETERS:,} parameters."
        )


def _numbers(value):
    if isinstance(value, tuple):
        return [number for one in value for number in _numbers(one)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []
