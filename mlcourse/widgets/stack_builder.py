"""Build a stack of layers, and see its shapes, its costs, its feature maps and what each unit sees."""

import html
import threading

import numpy as np
import traitlets

from mlcourse.ops import Conv, MaxPool, Stack
from mlcourse.ops._arrays import to_numpy
from mlcourse.widgets import front
from mlcourse.widgets.course_widget import CourseWidget
from mlcourse.widgets.feature_maps import affordable, pack_maps, random_parameters
from mlcourse.widgets.layer_entries import entries_of, layer_of
from mlcourse.widgets.stack_limits import LONGEST_SIDE, MOST_LAYERS, MOST_NUMBERS, possible_part


class StackBuilder(CourseWidget):
    """Layers to add, take away, move and change, with all that follows from them.

    Shapes, parameters, multiply-adds and receptive fields are calculated in the page, equal to those of
    `mlcourse.ops.Stack`, so they are there without a kernel too. Feature maps come from Python, with random weights: a
    layer keeps its own while others change. A layer that is not possible says why, in the words of `Stack`.

    Parameters
    ----------
    layers : list of Layer, or Stack
        What the student begins with; it may be impossible, as something to mend.
    shape : (int, int, int), optional
        (C, H, W) of one image; left out, that of ``image`` or of the `Stack`, or (1, 32, 32).
    image : array, shape (H, W) or (C, H, W), optional
        What the layers are shown at work on; without it there are no feature maps.
    key : str
        Under which the layers are kept beside the notebook; without it they are gone with the kernel.
    seed : int
        For the weights.
    label : str
        What it is called.

    Attributes
    ----------
    layers : list of Layer
        As they are now; may be set.
    stack : Stack
        What the layers are now; asking raises ValueError or TypeError, with the reason, while that is impossible.
    shape : (int, int, int)
    outputs : list of numpy.ndarray
        The image and what each layer made of it last, without the axis of images; empty without an image.
    error : str
        What went wrong in Python at the last change.

    Raises
    ------
    TypeError, ValueError
        If ``layers`` are no layers, or the image does not fit.

    Examples
    --------
    >>> builder = StackBuilder([Conv(3, 3, padding="same"), MaxPool(2)])
    >>> builder.stack.rows[-1].shape
    (3, 16, 16)
    >>> builder.layers = [*builder.layers, Conv(5, 3, padding="same")]
    >>> builder.stack.parameter_count
    170
    """

    code = front.code("stack_builder.js")
    entries = traitlets.List(traitlets.Dict()).tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)  # what the code says
    image_shape = traitlets.List(traitlets.Int()).tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)  # counted up by the page at each change
    answered = traitlets.Int(0).tag(sync=True)  # the `asked` that the maps are of
    made = traitlets.Int(0).tag(sync=True)  # counted up with each answer: what the page listens to
    drawn = traitlets.List(traitlets.Dict()).tag(sync=True)  # the entries that the maps are of
    maps = traitlets.List(traitlets.Dict()).tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)

    def __init__(self, layers, shape=None, *, image=None, key="", seed=0, label="Stack of layers"):
        if isinstance(layers, Stack):
            layers, shape = layers.layers, shape or layers.image
        elif not isinstance(layers, list | tuple):
            raise TypeError(f"layers is {layers!r}; expected a list of layers: [Conv(8, 3), MaxPool(2)], or a Stack.")
        self._image = None if image is None else _checked_image(image)
        self.shape = _checked_shape(shape, self._image)
        self._key, self._seed, self.outputs = key, seed, []
        self._one_at_a_time = threading.RLock()  # widgets may be served in a thread of their own, beside the cells
        entries = _few(entries_of(layers))
        super().__init__(
            label=label,
            entries=entries,
            initial={"entries": entries, "shape": list(self.shape)},
            image_shape=list(self.shape),
        )
        if key:
            self._bring_back()
        self._draw()
        self.observe(self._follow, ["entries", "asked"])
        if key:
            self.tell_answers()

    @property
    def layers(self):  # noqa: D102 - told in the class
        return [layer_of(entry) for entry in self.entries]

    @layers.setter
    def layers(self, new):
        self.entries = _few(entries_of(new))

    @property
    def stack(self):  # noqa: D102 - told in the class
        stack, error = possible_part(self.layers, self.shape)
        if error is not None:
            raise error
        return stack

    def _bring_back(self):
        kept = self.answers.get(self._key)
        if not isinstance(kept, dict) or kept.get("of") != self.initial:
            return  # who changed the layers in the code wants to see those
        try:
            possible_part([layer_of(entry) for entry in kept["entries"]], self.shape)
            self.entries = kept["entries"]
        except (traitlets.TraitError, AttributeError, KeyError, TypeError):
            self.error = "The layers that were kept no longer fit; here are those of the code."

    def _follow(self, _change=None):
        """Follow the page, or a change in Python. An observer's error appears nowhere, so it is shown."""
        with self._one_at_a_time, self.hold_sync():
            if (self.entries, self.asked) == (self._followed, self.answered):
                return  # `entries` and `asked` come together, and each of them calls
            self.error = ""
            try:
                self._draw()
            except (Exception, KeyboardInterrupt) as error:
                self.error = f"{type(error).__name__}: {error} The feature maps are still those of before."
            self._followed, self.answered = self.entries, self.asked
            self.made += 1
            if self._key:
                self.answers.put(self._key, {"of": self.initial, "entries": self.entries})
                self.tell_answers()

    def _draw(self):
        """Run the image through the layers that are possible."""
        entries = self._followed = self.entries
        if self._image is None:
            return
        stack = affordable(possible_part([layer_of(entry) for entry in entries], self.shape)[0])
        parameters = random_parameters(stack, [entry["id"] for entry in entries], self._seed)
        outputs = stack.forward(self._image[None], parameters)
        maps, data = pack_maps(outputs)
        with self.hold_sync():
            self.drawn, self.maps, self.data = entries, maps, data
        self.outputs = [output[0] for output in outputs]

    def as_html(self):  # noqa: D102 - told in the base class
        stack, error = possible_part(self.layers, self.shape)
        why = "" if error is None else f"<p>{html.escape(str(error))}</p>"
        return f"<p><strong>{html.escape(self.label)}</strong></p>{stack._repr_html_()}{why}"

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures: the lecture's stack at work on a bright disc and a ring."""
        rows, columns = np.mgrid[:32, :32]
        ring = np.abs(np.hypot(rows - 19, columns - 20) - 8) < 1.5
        disc = np.hypot(rows - 9, columns - 8) < 5
        noise = np.random.default_rng(0).normal(0, 0.05, (32, 32))
        layers = [Conv(4, 3, padding="same"), MaxPool(2), Conv(6, 3, padding="same")]
        return cls(layers, image=disc + 0.6 * ring + noise, label="Three layers")


def _few(entries):
    if len(entries) > MOST_LAYERS:
        raise ValueError(
            f"{len(entries)} layers came; expected at most {MOST_LAYERS}, which can still be looked through."
        )
    return entries


def _checked_image(image):
    array = to_numpy(image)
    if array.dtype.kind not in "biuf" or array.ndim not in (2, 3) or not np.isfinite(array).all():
        raise ValueError(
            f"image has shape {array.shape} and dtype {array.dtype}; expected finite numbers of shape (H, W) or (C, H, W). "
            "Of several images take one: image=x[0]."
        )
    return np.asarray(array if array.ndim == 3 else array[None], dtype=np.float32)


def _checked_shape(shape, image):
    if image is not None and shape is not None and tuple(shape) != image.shape:
        raise ValueError(
            f"shape is {tuple(shape)}, but the image has {image.shape}; leave shape out, it is the image's."
        )
    stack = Stack([], image=shape if shape is not None else (1, 32, 32) if image is None else image.shape)
    if max(stack.image[1:]) > LONGEST_SIDE or np.prod(stack.image) > MOST_NUMBERS:
        raise ValueError(
            f"The image is {stack.image}; expected at most {LONGEST_SIDE} rows and columns and {MOST_NUMBERS:,} numbers. "
            "Take a part of it, or every second pixel."
        )
    return stack.image
