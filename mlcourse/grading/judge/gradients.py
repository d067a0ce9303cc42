"""Gradients through a function of the student's: the judge's autograd asks the student's for its part."""

import sys

import numpy as np

from mlcourse.grading.wire.bounds import Refused

MOST = 1000  # graphs kept; older ones are given up
NO_TENSOR = {float, int, bool, str, type(None), np.ndarray}  # torch takes a microsecond to say so of each


def tensors(value):
    """Yield the tensors in tuples, lists and dicts, in their order.

    Parameters
    ----------
    value : object
    """
    torch = sys.modules.get("torch")
    if torch is None or type(value) in NO_TENSOR:
        return
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            if type(part) not in NO_TENSOR:
                yield from tensors(part)
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))


class Graphs:
    """On the student's side: results from which gradients may still be asked, and what they were calculated from."""

    def __init__(self):
        self.kept, self.count = {}, 0

    def keep(self, value, args, options):
        """Keep a result that autograd can go back from; return its number, or None."""
        made = [t for t in tensors(value) if t.requires_grad and t.grad_fn is not None]
        if not made:
            return None
        given = [t for t in tensors([args, options]) if t.requires_grad]
        self.count += 1
        self.kept[self.count] = made, given
        self.kept.pop(self.count - MOST, None)
        return self.count

    def backward(self, number, gradients):
        """Send gradients back through a result; return those of its tensor arguments, in their order."""
        torch = sys.modules["torch"]
        made, given = self.kept[number]
        pairs = [(t, g) for t, g in zip(made, gradients, strict=True) if g is not None]
        for t in given:
            t.grad = None
        torch.autograd.backward([t for t, _ in pairs], [g for _, g in pairs], retain_graph=True)
        return [t.grad for t in given]


def tied(peer, number, value, args, options):
    """On the judge's side: tie a result to the judge's own tensors it was calculated from.

    Parameters
    ----------
    peer : AskingPeer
    number : int
        As `Graphs.keep` gave it.
    value : object
        What arrived.
    args, options
        What was given.
    """
    torch = sys.modules["torch"]
    given = [t for t in tensors([args, options]) if t.requires_grad]
    made = [t for t in tensors(value) if t.requires_grad]
    if type(number) is not int or not made:
        raise Refused("tells of gradients of nothing")

    class Asked(torch.autograd.Function):
        @staticmethod
        def forward(ctx, handle, *inputs):
            return tuple(t.detach().clone() for t in made)

        @staticmethod
        def backward(ctx, *gradients):
            found = peer.ask("gradient", None, number, list(gradients))
            if type(found) is not list or len(found) != len(given):
                raise Refused("has gradients of something else")
            for t, g in zip(given, found, strict=True):
                if g is not None and (not isinstance(g, torch.Tensor) or g.shape != t.shape):
                    raise Refused("has a gradient of another shape")
            return None, *found

    # The parameters of a student's network are over there: without a tensor of ours there must be one to begin with.
    handle = torch.zeros((), requires_grad=True)
    results = iter(Asked.apply(handle, *given))
    return _replaced(value, results, torch)


def _replaced(value, results, torch):
    if isinstance(value, torch.Tensor):
        return next(results) if value.requires_grad else value
    if type(value) in (tuple, list):
        return type(value)(_replaced(part, results, torch) for part in value)
    if type(value) is dict:
        return {key: _replaced(part, results, torch) for key, part in value.items()}
    return value
