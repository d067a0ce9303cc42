"""Which pixels of the image a unit depends on, along one axis: rows and columns are asked separately.

Where every layer gathers (convolution, pooling), with the reach of its kernel in units of the layer before::

    receptive field = receptive field before + (reach - 1) * jump before
    jump            = jump before * stride

(A. Araujo, W. Norris, J. Sim, "Computing receptive fields of convolutional neural networks", Distill, 2019). Where a
layer scatters (transposed convolution, upsampling), neighbours may see unequally much, and one step to the side may
move by a pixel or by none. Both repeat after a period, so one period is all there is to know.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, inf


@dataclass(frozen=True)
class Gather:
    """Unit i meets the units ``i * stride - before + p * dilation`` of the layer before, p = 0 ... kernel - 1."""

    kernel: int = 1
    stride: int = 1
    before: int = 0
    dilation: int = 1

    @property
    def advance(self):
        """So many units further on, what is met lies so many units of the layer before further on."""
        return 1, self.stride

    def met(self, i):
        """Units of the layer before, also beyond its ends."""
        return [i * self.stride - self.before + p * self.dilation for p in range(self.kernel)]


@dataclass(frozen=True)
class Scatter:
    """Unit m of the layer before feeds the units ``m * stride - before + p * dilation``: `Gather` backwards."""

    kernel: int = 1
    stride: int = 1
    before: int = 0
    dilation: int = 1

    @property
    def advance(self):
        """So many units further on, what is met lies so many units of the layer before further on."""
        return self.stride, 1

    def met(self, i):
        """Units of the layer before, also beyond its ends; none where no stamp reaches."""
        stamps = [i + self.before - p * self.dilation for p in range(self.kernel)]
        return [a // self.stride for a in stamps if a % self.stride == 0]


def gathering(lies):
    """How a convolution or a window with this `Geometry` gathers, (vertical, horizontal)."""
    return _along_each_axis(Gather, lies)


def scattering(lies):
    """How the transposed convolution with this `Geometry` scatters, (vertical, horizontal)."""
    return _along_each_axis(Scatter, lies)


def _along_each_axis(way, lies):
    before = [first for first, _ in lies.padding]
    return tuple(
        way(k, s, top, d) for k, s, top, d in zip(lies.kernel, lies.stride, before, lies.dilation, strict=True)
    )


@dataclass(frozen=True)
class Field:
    """What the units of a layer see, on an image without end.

    Attributes
    ----------
    first, last : tuple of int
        First and last pixel that unit 0, 1, ... of one period sees; inf and -inf where it sees none.
    shift : int
        Pixels by which the next period lies further on.
    """

    first: tuple = (0,)
    last: tuple = (0,)
    shift: int = 1

    @property
    def size(self):
        """Pixels from the first to the last, both counted, of the unit that sees farthest."""
        return max(0, *(last - first + 1 for first, last in zip(self.first, self.last, strict=True)))

    @property
    def jump(self):
        """Pixels from a unit's field to its neighbour's, on average over a period: an int, or a Fraction."""
        jump = Fraction(self.shift, len(self.first))
        return jump.numerator if jump.denominator == 1 else jump

    def of(self, i):
        """First and last pixel that unit i sees."""
        turn, phase = divmod(i, len(self.first))
        return self.first[phase] + turn * self.shift, self.last[phase] + turn * self.shift

    def through(self, way):
        """What is seen after one layer more, which meets this one by ``way``."""
        period, (units, moves) = len(self.first), way.advance
        turns = period // gcd(period, moves)  # until the layer before is at the start of a period again
        seen = [[self.of(m) for m in way.met(i)] for i in range(units * turns)]
        first = tuple(min((first for first, _ in fields), default=inf) for fields in seen)
        last = tuple(max((last for _, last in fields), default=-inf) for fields in seen)
        return Field(first, last, turns * moves // period * self.shift)
