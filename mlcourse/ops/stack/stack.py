"""A stack of layers: what comes out of each, what it costs, what its units see; and a run through it."""

from itertools import pairwise
from math import sqrt

import numpy as np

from mlcourse.ops._arrays import namespace
from mlcourse.ops.geometry import whole
from mlcourse.ops.stack.plan import Layer, Plan
from mlcourse.ops.stack.receptive_field import Field
from mlcourse.ops.stack.table import Row, html, text


class Stack:
    """Layers one after the other, each working on what the one before gives. Nothing is calculated until `forward`.

    Layers are counted from 1, since the image is number 0: in ``rows``, in what `parameters` and `forward` give, and
    in messages. Print a stack, or end a cell with it, to see it as a table.

    Parameters
    ----------
    layers : list of Layer
        `Conv`, `ConvTranspose`, `MaxPool`, `AvgPool`, `Upsample`, `Activation`, `BatchNorm`, `Flatten`, `Dense`.
    image : (int, int, int)
        Shape (C, H, W) of one image.

    Attributes
    ----------
    layers, image : tuple
    rows : tuple of Row
        ``number``, ``layer``, ``shape``, ``parameter_count``, ``multiply_adds``, ``receptive_field`` and ``jump`` of the
        image and of each layer.

    Raises
    ------
    TypeError, ValueError
        If a layer is impossible where it stands. The message names it and says what came to it.

    Notes
    -----
    *Multiply-adds* are counted for one image, as by K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image
    recognition", CVPR 2016: the products of convolutions, transposed convolutions and dense layers, also those with
    the zeros of padding and those that are cut off. Biases, activations, normalisation, pooling and upsampling are left
    out: a few operations a unit, where a filter takes hundreds.

    *Receptive field* and *jump* follow A. Araujo, W. Norris, J. Sim, "Computing receptive fields of convolutional
    neural networks", Distill, 2019. They are measured in pixels of the image, as if it had no end; `sees` says what is
    left at its edges. Between the first and the last pixel some may be passed over, by a dilation for one. After
    upsampling a jump may be a fraction: with 1/2, every second unit moves on by a pixel. There units see unequally
    much, and the receptive field is that of those that see most. Batch normalisation counts as seeing one unit, which
    is so when it does not train.

    Examples
    --------
    >>> from mlcourse.ops import Conv, MaxPool
    >>> stack = Stack([Conv(3, 3, padding="same"), MaxPool(2), Conv(5, 3, padding="same")], image=(1, 32, 32))
    >>> print(stack)
       layer                       output       parameters  multiply-adds  receptive field    jump
    0  image                       (1, 32, 32)           0              0           (1, 1)  (1, 1)
    1  Conv(3, 3, padding='same')  (3, 32, 32)          30         27,648           (3, 3)  (1, 1)
    2  MaxPool(2)                  (3, 16, 16)           0              0           (4, 4)  (2, 2)
    3  Conv(5, 3, padding='same')  (5, 16, 16)         140         34,560           (8, 8)  (2, 2)
       together                                        170         62,208
    >>> rows, columns = stack.sees(3, 0, 5)
    >>> rows.tolist(), columns.tolist()
    ([0, 1, 2, 3, 4], [7, 8, 9, 10, 11, 12, 13, 14])
    """

    def __init__(self, layers, image):
        self.layers, self.image = _checked_layers(layers), _checked_image(image)
        rows = [Row(0, "image", Plan(self.image, None), self.image[1:], (Field(), Field()))]
        for layer in self.layers:
            rows.append(self._with(layer, rows[-1]))
        self.rows = tuple(rows)

    def sees(self, layer, *unit):
        """Which pixels of the image a unit depends on, cut off at the edges, since padding is no image.

        Parameters
        ----------
        layer : int
            Number of the layer, as in the table; 0 is the image.
        *unit : int
            Row and column of the unit on its map. After `Flatten`, its place in the row of numbers.

        Returns
        -------
        rows, columns : numpy.ndarray of int
            It sees every pixel that lies in one of the rows and one of the columns: ``x[..., *np.ix_(rows, columns)]``.
            Empty where it sees none: on padding alone, or where no stamp of a transposed convolution reaches.

        Raises
        ------
        TypeError, ValueError
            If there is no such layer or unit.
        """
        number = whole("layer", layer, least=0)
        if number >= len(self.rows):
            raise ValueError(
                f"layer is {layer}; expected a number from 0, the image, to {len(self.rows) - 1}, the last."
            )
        seen = [{place} for place in self.rows[number].place(unit)]
        for above, below in pairwise(reversed(self.rows[: number + 1])):
            seen = [
                {m for i in units for m in way.met(i) if 0 <= m < n}
                for units, way, n in zip(seen, above.plan.meets, below.size, strict=True)
            ]
        return tuple(np.array(sorted(pixels), dtype=int) for pixels in seen)

    def parameters(self, rng, *, like=None):
        """Draw parameters to start training with.

        Weights come from a normal distribution of variance 2 / fan-in, where the fan-in is how many products a unit
        adds up (in a transposed convolution on average): then numbers keep their size through layers with ReLU.
        K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers: surpassing human-level performance on ImageNet
        classification", ICCV 2015. Biases are 0; batch normalisation starts with mean 0 and spread 1.

        Parameters
        ----------
        rng : int or numpy.random.Generator
        like : array, optional
            Whose library, dtype and device the arrays get. Left out, they are NumPy's, in float64.

        Returns
        -------
        list of dict of str to array
            For the image nothing, then for each layer: ``w`` and ``b``; of batch normalisation ``weight``, ``bias``,
            ``running_mean`` and ``running_var``.

        Raises
        ------
        TypeError
            If ``like`` is no array of floating-point numbers.
        """
        rng = np.random.default_rng(rng)
        drawn = [{name: _start(rng, name, shape, row) for name, shape in row.arrays.items()} for row in self.rows]
        if like is None:
            return drawn
        xp = namespace(like=like)
        kind = {"dtype": like.dtype, "device": like.device}
        return [{name: xp.asarray(a, **kind) for name, a in arrays.items()} for arrays in drawn]

    def forward(self, x, parameters, *, training=False):
        """Run images through all layers.

        Parameters
        ----------
        x : array, shape (N, C, H, W)
        parameters : list of dict of str to array
            As `parameters` gives them, from the library of ``x``.
        training : bool
            Whether batch normalisation uses the statistics of these images instead of the running ones, which stay as
            they are.

        Returns
        -------
        list of array
            ``x``, then what each layer gives: number k is what layer k gives.

        Raises
        ------
        TypeError, ValueError
            If arrays do not fit the stack or each other.
        """
        namespace(x=x)
        if tuple(x.shape[1:]) != self.image or x.ndim != 4:
            hint = " Add the first axis: x[None]." if tuple(x.shape) == self.image else ""
            if x.ndim == 4:
                hint = f" For other images make another stack: Stack(stack.layers, image={tuple(x.shape[1:])})."
            raise ValueError(f"x has shape {tuple(x.shape)}; expected (N, {', '.join(map(str, self.image))}).{hint}")
        if not isinstance(parameters, list | tuple) or len(parameters) != len(self.rows):
            many = f" of length {len(parameters)}" if hasattr(parameters, "__len__") else ""
            raise ValueError(
                f"parameters is a {type(parameters).__name__}{many}; expected a list of {len(self.rows)}, one entry for "
                "the image and one for each layer. Take them from the stack: stack.parameters(0, like=x)."
            )
        outputs = [x]
        for row, arrays in zip(self.rows[1:], parameters[1:], strict=True):
            row.check(arrays)
            try:
                outputs.append(row.plan.run(outputs[-1], training, **arrays))
            except (TypeError, ValueError) as error:
                raise _kind(error)(f"Layer {row.number}, {row.layer}, does not run. {error}") from None
        return outputs

    @property
    def parameter_count(self):
        """How many numbers training changes, in all layers together."""
        return sum(row.parameter_count for row in self.rows)

    @property
    def multiply_adds(self):
        """Products of a learnt weight with a number, for one image and all layers together."""
        return sum(row.multiply_adds for row in self.rows)

    def __str__(self):
        return text(self._table())

    __repr__ = __str__

    def _repr_html_(self):
        return html(self._table())

    def _table(self):
        total = ("", "together", "", f"{self.parameter_count:,}", f"{self.multiply_adds:,}", "", "")
        return [*(row.cells() for row in self.rows), total]

    def _with(self, layer, below):
        """The row of one layer more."""
        number = below.number + 1
        try:
            plan = layer.plan(below.shape, below.size)
        except (TypeError, ValueError) as error:
            source = f"layer {below.number}, {below.layer}" if below.number else "the image"
            raise _kind(error)(
                f"Layer {number}, {layer}, is impossible here: {below.shape} comes in, from {source}. {error}"
                f"{self._shrunk(layer, below)}{self._channels_last()}"
            ) from None
        fields = tuple(field.through(way) for field, way in zip(below.fields, plan.meets, strict=True))
        size = plan.output[1:] if len(plan.output) == 3 else below.size
        return Row(number, layer, plan, size, fields)

    def _shrunk(self, layer, below):
        """A hint where the layer would be possible if those before it had left the image its size."""
        if len(below.shape) != 3 or all(now >= before for now, before in zip(below.size, self.image[1:], strict=True)):
            return ""
        try:
            layer.plan((below.shape[0], *self.image[1:]), self.image[1:])
        except (TypeError, ValueError):
            return ""
        return (
            " On {} x {} pixels, the size of the image, it would be possible: the layers before it shrink the image too "
            "much. Leave one of them out, give one a smaller stride, or begin with a larger image."
        ).format(*self.image[1:])

    def _channels_last(self):
        """A hint where the image looks as if it were written in Keras's order."""
        channels, rows, columns = self.image
        if columns > 4 or min(channels, rows) <= 4:
            return ""
        return (
            f" The image is {self.image}, {channels} channels of {rows} x {columns} pixels. Channels come first here, "
            f"unlike in Keras. Is it ({columns}, {channels}, {rows})?"
        )


def _kind(error):
    return TypeError if isinstance(error, TypeError) else ValueError


def _checked_layers(layers):
    if not isinstance(layers, list | tuple):
        raise TypeError(f"layers is {layers!r}; expected a list of layers: Stack([Conv(8, 3), MaxPool(2)], image=...).")
    for number, layer in enumerate(layers, start=1):
        if isinstance(layer, type) and issubclass(layer, Layer):
            raise TypeError(
                f"Layer {number} is the class {layer.__name__}; expected one made of it: {layer.__name__}(...)."
            )
        if not isinstance(layer, Layer):
            raise TypeError(
                f"Layer {number} is {layer!r}; expected a layer of mlcourse.ops: Conv, ConvTranspose, MaxPool, AvgPool, "
                "Upsample, Activation, BatchNorm, Flatten or Dense."
            )
    return tuple(layers)


def _checked_image(image):
    if not isinstance(image, list | tuple):
        hint = " Leave the number of images out: image=x.shape[1:]." if hasattr(image, "shape") else ""
        raise TypeError(f"image is a {type(image).__name__}; expected the shape (C, H, W) of one image.{hint}")
    if len(image) != 3:
        hints = {
            2: f" Of a grey image: (1, {', '.join(map(str, image))}).",
            4: f" Leave the number of images out: {tuple(image[1:])}.",
        }
        raise ValueError(
            f"image is {tuple(image)}; expected the shape (C, H, W) of one image.{hints.get(len(image), '')}"
        )
    return tuple(whole("image", number, least=1) for number in image)


def _start(rng, name, shape, row):
    if name == "w":
        return rng.normal(0, sqrt(2 / row.plan.fan_in), shape)
    return np.ones(shape) if name in ("weight", "running_var") else np.zeros(shape)
