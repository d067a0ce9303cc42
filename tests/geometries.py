"""Settings of a convolution for all tests: never square, never the same in both directions, seeded.

A mistake such as the height where the width belongs gives right results on square images; see it here.
"""

from dataclasses import dataclass, field
from math import ceil

import numpy as np

# Relative to the largest value. Rounding differs by up to 4.8e-7 (float32) and 1.0e-15 (float64) between libraries
# and from torch's own convolution; a factor of 4 and 100 is left for other processors and longer sums.
TOLERANCE = {"float32": 2e-6, "float64": 1e-13}
DTYPES = tuple(TOLERANCE)
SEEDS = range(16)


@dataclass(frozen=True, eq=False)  # equal only to itself, so that it can be a key
class Setting:
    """Shapes and options of one convolution; ``options`` goes to ``conv2d`` as it is."""

    name: str
    x_shape: tuple
    w_shape: tuple
    options: dict = field(default_factory=dict)

    def __str__(self):
        return self.name

    @property
    def groups(self):
        return self.options.get("groups", 1)

    @property
    def stride(self):
        return both(self.options.get("stride", 1))

    @property
    def dilation(self):
        return both(self.options.get("dilation", 1))

    @property
    def sides(self):
        """Zeros added, ((top, bottom), (left, right)); "same" by the rule TensorFlow prints in its manual."""
        padding = self.options.get("padding", 0)
        if padding == "valid":
            return (0, 0), (0, 0)
        if padding == "same":
            totals = [
                max(((k - 1) * d + 1) - (s if n % s == 0 else n % s), 0)
                for n, k, s, d in zip(self.x_shape[2:], self.w_shape[2:], self.stride, self.dilation, strict=True)
            ]
            return tuple((total // 2, ceil(total / 2)) for total in totals)
        return tuple(both(around) for around in both(padding))

    @property
    def output_shape(self):
        """Counted: every start from which the kernel does not hang over the end."""
        sizes = []
        for n, k, s, d, around in zip(
            self.x_shape[2:], self.w_shape[2:], self.stride, self.dilation, self.sides, strict=True
        ):
            end = n + sum(around)
            sizes.append(sum(1 for start in range(0, end, s) if start + (k - 1) * d < end))
        return self.x_shape[0], self.w_shape[0], *sizes

    def arrays(self, dtype="float64", seed=0):
        """Random NumPy arrays grad_output, x, w, b."""
        rng = np.random.default_rng(seed)
        shapes = self.output_shape, self.x_shape, self.w_shape, self.w_shape[:1]
        return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


def both(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def drawn(seed):
    """A random setting whose height differs from its width in everything: image, kernel, stride, padding, dilation."""
    rng = np.random.default_rng(seed)

    def two(low, high):
        first, second = rng.choice(np.arange(low, high), 2, replace=False)
        return int(first), int(second)

    kernel, stride, dilation = two(1, 5), two(1, 4), two(1, 4)
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = [r + more for r, more in zip(reach, two(0, 5), strict=True)]
    if size[0] == size[1]:
        size[1] += 1
    groups = int(rng.choice([1, 1, 1, 2, 3]))
    channels, filters = (int(n) * groups for n in two(1, 3))
    sides = rng.permutation(4)
    forms = two(0, 3), "same", "valid", ((int(sides[0]), int(sides[1])), (int(sides[2]), int(sides[3])))
    padding = forms[rng.choice(4, p=[0.4, 0.2, 0.1, 0.3])]
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    if groups > 1:
        options["groups"] = groups
    images = int(rng.integers(1, 4))
    return Setting(f"drawn_{seed}", (images, channels, *size), (filters, channels // groups, *kernel), options)


CHOSEN = (
    Setting("plain", (1, 1, 4, 6), (1, 1, 2, 3)),
    Setting("no_image", (0, 2, 4, 5), (3, 2, 2, 3), {"padding": (1, 0), "stride": (2, 1)}),
    Setting("one_pixel", (1, 1, 1, 1), (1, 1, 1, 1)),
    Setting("one_pixel_one_image_of_many_channels", (1, 5, 1, 1), (2, 5, 1, 1)),
    Setting("one_pixel_in_zeros", (2, 1, 1, 1), (2, 1, 3, 2), {"padding": ((1, 2), (3, 0))}),
    Setting("kernel_as_large_as_the_image", (2, 2, 3, 5), (3, 2, 3, 5)),
    Setting("kernel_larger_than_the_image", (2, 2, 3, 5), (3, 2, 6, 7), {"padding": ((3, 1), (0, 4))}),
    Setting("stride_larger_than_the_kernel", (2, 2, 8, 6), (3, 2, 2, 1), {"stride": (3, 4)}),
    Setting("stride_leaves_pixels_over", (1, 2, 6, 9), (2, 2, 3, 2), {"stride": (2, 3)}),
    Setting("same_even_kernel", (2, 2, 5, 7), (3, 2, 2, 4), {"padding": "same"}),
    Setting("same_with_stride", (2, 2, 7, 8), (3, 2, 2, 3), {"padding": "same", "stride": (2, 3)}),
    Setting("same_dilated", (2, 2, 9, 6), (2, 2, 3, 2), {"padding": "same", "dilation": (2, 3), "stride": (1, 2)}),
    Setting("sides", (2, 2, 4, 6), (3, 2, 3, 2), {"padding": ((0, 2), (3, 1)), "stride": (1, 2)}),
    Setting("depthwise", (2, 3, 5, 6), (3, 1, 2, 3), {"groups": 3, "padding": (1, 2)}),
    Setting("grouped", (2, 4, 5, 7), (6, 2, 3, 2), {"groups": 2, "stride": (2, 1), "dilation": (1, 2)}),
)
RANDOM = tuple(drawn(seed) for seed in SEEDS)
SETTINGS = CHOSEN + RANDOM
UNGROUPED = tuple(setting for setting in SETTINGS if setting.groups == 1)  # walkthroughs have no groups
# For differences entry by entry.
SMALL = tuple(setting for setting in SETTINGS if np.prod(setting.x_shape) + np.prod(setting.w_shape) < 200)
