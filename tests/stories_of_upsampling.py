"""Calls of the walkthroughs that make a small image large, and of those that join two, with random numbers."""

import numpy as np
from story import Story

from mlcourse import ops


def _upsamplings():
    """Unequal scales, of 1, even and odd, so that a centre also falls on a pixel; one row, one pixel, no image."""
    rng = np.random.default_rng(7)
    for what, shape, scale in (
        ("plain", (1, 1, 2, 3), 2),
        ("many", (2, 2, 2, 3), (3, 2)),
        ("one_row", (1, 2, 1, 3), (2, 3)),
        ("one_pixel", (2, 1, 1, 1), (2, 1)),
        ("across_only", (1, 1, 3, 2), (1, 4)),
        ("no_image", (0, 2, 2, 3), (2, 3)),
    ):
        x = rng.normal(size=shape)
        grad_output = rng.normal(size=ops.upsample2d(x, scale).shape)
        for mode in ("nearest", "bilinear"):
            yield Story("upsample2d", f"{what}-{mode}", (x, scale), {"mode": mode})
            yield Story("upsample2d_backward", f"{what}-{mode}", (grad_output, x, scale), {"mode": mode})


def _unpoolings():
    """Numbers go back to where they were pooled from; where windows overlap, several go to one pixel."""
    rng = np.random.default_rng(8)
    for what, shape, kernel_size, options in (
        ("plain", (1, 1, 4, 6), 2, {}),
        ("many", (2, 2, 4, 3), (2, 1), {}),
        ("odd_size", (1, 2, 5, 3), 2, {}),
        ("padded", (1, 1, 3, 5), (2, 3), {"padding": (1, 0)}),
        ("overlapping", (2, 1, 3, 5), (2, 3), {"stride": 1}),
        ("no_image", (0, 2, 4, 6), 2, {}),
    ):
        x, indices = ops.max_pool2d(rng.normal(size=shape), kernel_size, **options)
        size, grad_output = shape[2:], rng.normal(size=shape)
        yield Story("max_unpool2d", what, (x, indices, size), {})
        yield Story("max_unpool2d_backward", what, (grad_output, x, indices, size), {})


def _transposed():
    """Stamps side by side, apart and overlapping; cut on all sides and on one; room at the end, even for a stamp."""
    rng = np.random.default_rng(9)
    for what, x_shape, w_shape, options in (
        ("plain", (1, 1, 2, 3), (1, 1, 2, 3), {"stride": 2}),
        ("many", (2, 2, 2, 3), (2, 3, 3, 2), {"stride": (2, 1), "padding": (1, 0), "output_padding": (1, 0)}),
        ("apart", (1, 2, 2, 2), (2, 1, 1, 2), {"stride": (2, 3)}),
        ("sides", (2, 1, 2, 3), (1, 2, 2, 3), {"stride": (1, 2), "padding": ((0, 1), (2, 0))}),
        ("same", (1, 1, 3, 2), (1, 2, 2, 3), {"stride": (1, 2), "padding": "same"}),
        ("room_for_a_stamp", (1, 2, 2, 3), (2, 1, 3, 2), {"dilation": (1, 3), "stride": 2, "output_padding": (1, 2)}),
        ("no_image", (0, 2, 2, 3), (2, 1, 2, 2), {"padding": (1, 0)}),
    ):
        x, w, b = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[1])
        grad_output = rng.normal(size=ops.conv_transpose2d(x, w, **options).shape)
        for bias in (None,) if what == "plain" else (b,) if what == "no_image" else (b, None):
            name = what if bias is None else f"{what}-bias"
            yield Story("conv_transpose2d", name, (x, w, bias), options)
            yield Story("conv_transpose2d_backward", name, (grad_output, x, w, bias), options)


def _skips():
    """One channel and several of each, of different numbers where they need not be the same."""
    rng = np.random.default_rng(10)
    for what, images, skipped, below, size in (
        ("plain", 1, 1, 1, (2, 3)),
        ("many", 2, 2, 3, (1, 2)),
        ("one_beside_many", 1, 1, 3, (2, 1)),
        ("many_beside_one", 2, 3, 1, (1, 1)),
        ("no_image", 0, 2, 1, (2, 3)),
    ):
        for join in ("concatenate", "add"):
            channels = skipped + below if join == "concatenate" else skipped
            shapes = [(images, c, *size) for c in (channels, below if join == "concatenate" else skipped, skipped)]
            grad_output, *two = (rng.normal(size=shape) for shape in shapes)
            yield Story("skip_connection", f"{what}-{join}", tuple(two), {"join": join})
            yield Story("skip_connection_backward", f"{what}-{join}", (grad_output, *two), {"join": join})


UPSAMPLING = (*_upsamplings(), *_unpoolings(), *_transposed(), *_skips())
