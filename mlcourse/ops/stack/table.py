"""A `Stack` as a table: one row for the image and one for each layer."""

from dataclasses import dataclass
from html import escape
from math import prod

from mlcourse.ops.geometry import whole
from mlcourse.ops.stack.plan import Layer, Plan

HEADINGS = ("", "layer", "output", "parameters", "multiply-adds", "receptive field", "jump")
TEXTS = 3  # so many columns are text, to the left; the others are numbers, to the right


@dataclass(frozen=True, repr=False)
class Row:
    """A layer in its place in a `Stack`; row 0 is the image.

    Attributes
    ----------
    number : int
    layer : Layer or str
    plan : Plan
    size : (int, int)
        Maps (H, W) that the units lie on; after `Flatten` the last there were.
    fields : (Field, Field)
        What the units see, (vertical, horizontal), on an image without end.
    """

    number: int
    layer: Layer | str
    plan: Plan
    size: tuple
    fields: tuple

    @property
    def shape(self):
        """Output of one image: (C, H, W), or (features,) after `Flatten`."""
        return self.plan.output

    @property
    def parameter_count(self):
        """How many numbers training changes: weights and biases. Running statistics are not learnt."""
        return sum(prod(shape) for shape in self.plan.learnt.values())

    @property
    def multiply_adds(self):
        """How many products of a learnt weight with a number are added up for one image; see `Stack`."""
        return self.plan.multiply_adds

    @property
    def receptive_field(self):
        """Pixels (vertical, horizontal) of the image from the first to the last that a unit away from the edge sees."""
        return tuple(field.size for field in self.fields)

    @property
    def jump(self):
        """Pixels (vertical, horizontal) of the image from what a unit sees to what its neighbour sees, on average.

        None where units no longer lie beside each other, after `Flatten`.
        """
        return tuple(field.jump for field in self.fields) if len(self.shape) == 3 else None

    @property
    def arrays(self):
        """Shapes of all arrays that the layer runs with, by name."""
        return self.plan.learnt | self.plan.kept

    def place(self, unit):
        """Row and column on its map of the unit that `Stack.sees` is asked about."""
        flat = len(self.shape) == 1
        limits = self.shape if flat else self.size
        if len(unit) != len(limits):
            asked = "the place of a unit in the row of numbers" if flat else "row and column of a unit"
            raise TypeError(
                f"sees was asked about unit {unit} of layer {self.number}, {self.layer}, which gives {self.shape}; "
                f"expected {asked}: sees({self.number}, {'k' if flat else 'i, j'})."
            )
        unit = tuple(whole("unit", place, least=0) for place in unit)
        for place, limit in zip(unit, limits, strict=True):
            if place >= limit:
                raise ValueError(
                    f"unit is {unit}, but layer {self.number}, {self.layer}, gives {self.shape}; expected numbers from 0, "
                    f"below {limits}."
                )
        return divmod(unit[0] % prod(self.size), self.size[1]) if flat else unit

    def check(self, arrays):
        """Refuse the parameters of another layer."""
        if not isinstance(arrays, dict):
            came = f"no dict but a {type(arrays).__name__}"
        elif (shapes := {name: tuple(getattr(a, "shape", ())) for name, a in arrays.items()}) != self.arrays:
            came = f"of shape {shapes}"
        else:
            return
        raise ValueError(
            f"The parameters of layer {self.number}, {self.layer}, are {came}; expected {self.arrays}. "
            "Were they drawn for another stack? Take them from this one: stack.parameters(0, like=x)."
        )

    def __repr__(self):
        return text([self.cells()])

    def cells(self):
        """Texts for the columns of a table."""
        pair = [("({}, {})".format(*pair) if pair else "–") for pair in (self.receptive_field, self.jump)]
        counts = [f"{count:,}" for count in (self.parameter_count, self.multiply_adds)]
        return [str(self.number), str(self.layer), str(self.shape), *counts, *pair]


def text(rows):
    """The table for a terminal, from rows of texts under ``HEADINGS``."""
    lines = [HEADINGS, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = ["  ".join(map(str.ljust, cells[:TEXTS], widths[:TEXTS])) for cells in lines]
    right = ["  ".join(map(str.rjust, cells[TEXTS:], widths[TEXTS:])) for cells in lines]
    return "\n".join(f"{texts}  {numbers}".rstrip() for texts, numbers in zip(left, right, strict=True))


def html(rows):
    """The table for a notebook, from rows of texts under ``HEADINGS``."""

    def line(cells, kind):
        parts = []
        for column, cell in enumerate(cells):
            tag = kind if cell else "td"  # an empty heading would be read aloud as one
            side = "left" if column < TEXTS else "right"
            parts.append(f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>')
        return f"<tr>{''.join(parts)}</tr>"

    body = "".join(line(cells, "td") for cells in rows)
    return f"<table><thead>{line(HEADINGS, 'th')}</thead><tbody>{body}</tbody></table>"
