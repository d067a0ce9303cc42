"""The exercise `conv2d`: a convolution forward, with stride, padding, dilation, channels and bias."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops import conv2d as right

conv2d = Exercise(right, answers=("y",))

STRIDES = DILATIONS = [(2, 1), (1, 2), (2, 3), (3, 2)]
PADDINGS = [(0, 1), (1, 0), (1, 2), (2, 1)]


def _draw(rng, images, channels, filters, *, kernels=((2, 3), (3, 2)), stride=(1, 1), dilation=(1, 1)):
    """Whole numbers on a small image that is no square, under a kernel that is none; at least two placements each way."""
    kernel = rng.permutation(kernels)[0]
    more = rng.permutation([1, 2])
    size = (kernel - 1) * dilation + np.array(stride) + more
    if size[0] == size[1]:
        size += more[::-1] - more
    shapes = (images, channels, *size), (filters, channels, *kernel), (filters,)
    return tuple(rng.integers(-3, 4, shape) * 1.0 for shape in shapes)


@conv2d.part
def plain(rng):
    """One image, one channel, one filter, no bias; the kernel moves by one pixel."""
    x, w, _ = _draw(rng, 1, 1, 1, kernels=((1, 2), (2, 1), (2, 3), (3, 2)))
    return (x, w), {}


@conv2d.part
def strided(rng):
    """Stride and padding, unequal in the two directions."""
    stride, padding = STRIDES[rng.integers(4)], PADDINGS[rng.integers(4)]
    x, w, _ = _draw(rng, 1, 1, 1, stride=stride)
    return (x, w), {"stride": stride, "padding": padding}


@conv2d.part
def dilated(rng):
    """Dilation, unequal in the two directions."""
    dilation = DILATIONS[rng.integers(4)]
    x, w, _ = _draw(rng, 1, 1, 1, dilation=dilation)
    return (x, w), {"dilation": dilation}


@conv2d.part
def channels(rng):
    """Several images, channels and filters, and a bias."""
    return _draw(rng, *rng.permutation([2, 3, 4])), {}


@conv2d.part
def together(rng):
    """Everything together."""
    settings = {"stride": STRIDES[rng.integers(4)], "dilation": DILATIONS[rng.integers(4)]}
    drawn = _draw(rng, *rng.permutation([2, 3, 4]), **settings)
    return drawn, settings | {"padding": PADDINGS[rng.integers(4)]}


@conv2d.misconception
def kernel_flipped(x, w, b=None, **settings):
    """Your kernel is turned by 180 degrees before it is laid on the image.

    In mathematics a convolution turns its kernel; in a network it does not. Which weight lies on the first pixel of the
    image at the first placement?
    """
    return right(x, w[:, :, ::-1, ::-1], b, **settings)


@conv2d.misconception
def kernel_centred(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your kernel lies with its middle where its top left corner belongs.

    Output (0, 0) is made with the whole kernel in the corner of the image (of the padded image, where there is padding).
    Which of its weights lies on the very first pixel?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    up, back = (d * (k // 2) for d, k in zip(dilation, w.shape[2:], strict=True))
    shifted = np.pad(x, ((0, 0), (0, 0), (up, 0), (back, 0)))
    return right(shifted, w, b, stride=stride, padding=padding, dilation=dilation)[:, :, :rows, :columns]


@conv2d.misconception
def last_product_only(x, w, b=None, **settings):
    """Your output keeps the last product of each placement and loses the others.

    Under the kernel there are as many products as weights. Does your loop add each one to what is there, or put it in
    its place?
    """
    last = np.zeros_like(w)
    last[:, -1, -1, -1] = w[:, -1, -1, -1]
    return right(x, last, b, **settings)


@conv2d.misconception
def mean_not_sum(x, w, b=None, **settings):
    """Your output is the mean of the products, where it should be their sum.

    Lay a kernel of four ones on an image of ones, multiply and add up. What comes out?
    """
    return right(x, w / w[0].size, b, **settings)


@conv2d.misconception
def stride_ignored(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your kernel moves by one pixel at a time, whatever the stride is.

    With a stride of 2, which row of the image does the second row of outputs begin at?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    return right(x, w, b, padding=padding, dilation=dilation)[:, :, :rows, :columns]


@conv2d.misconception
def stride_swapped(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your stride is used the wrong way round: the vertical one for columns, the horizontal one for rows.

    The stride comes as (vertical, horizontal). Which of the two moves the kernel down the rows?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    wide = np.pad(x, ((0, 0), (0, 0), (0, rows * stride[1]), (0, columns * stride[0])))
    return right(wide, w, b, stride=stride[::-1], padding=padding, dilation=dilation)[:, :, :rows, :columns]


@conv2d.misconception
def stride_spreads_the_kernel(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your stride moves the weights apart as well: it should move the kernel as a whole.

    The stride says where a placement begins. Once the kernel lies there, how far from its first weight is the second?
    """
    apart = [d * s for d, s in zip(dilation, stride, strict=True)]
    down, across = ((a - d) * (k - 1) for a, d, k in zip(apart, dilation, w.shape[2:], strict=True))
    wide = np.pad(x, ((0, 0), (0, 0), (0, down), (0, across)))
    return right(wide, w, b, stride=stride, padding=padding, dilation=apart)


@conv2d.misconception
def padding_at_the_end(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your zeros all lie below and to the right of the image: the first placement begins in the image's own corner.

    Padding goes on every side. At the first placement, is the kernel's first weight on a pixel or on a zero?
    """
    padded = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding[0]), (0, 2 * padding[1])))
    return right(padded, w, b, stride=stride, dilation=dilation)


@conv2d.misconception
def padding_swapped(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your padding is used the wrong way round: the vertical one beside the image, the horizontal one above it.

    The padding comes as (vertical, horizontal). Which of the two adds rows?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (padding[1], 2 * padding[0]), (padding[0], 2 * padding[1])))
    return right(padded, w, b, stride=stride, dilation=dilation)[:, :, :rows, :columns]


@conv2d.misconception
def padding_repeats_the_edge(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your padding repeats the pixels at the edge, where it should be zeros.

    What does this exercise say that is put around the image? Look up what your way of padding fills in.
    """
    top, left = padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), mode="edge")
    return right(padded, w, b, stride=stride, dilation=dilation)


@conv2d.misconception
def dilation_ignored(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your weights meet pixels that lie side by side, whatever the dilation is.

    You made room for the wider kernel. How many pixels further down is the pixel that its second row meets?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    return right(x, w, b, stride=stride, padding=padding)[:, :, :rows, :columns]


@conv2d.misconception
def dilation_swapped(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your dilation is used the wrong way round: the vertical one for columns, the horizontal one for rows.

    The dilation comes as (vertical, horizontal). Which of the two moves the kernel's rows apart?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    down, across = (d * k for d, k in zip(dilation[::-1], w.shape[2:], strict=True))
    wide = np.pad(x, ((0, 0), (0, 0), (0, down), (0, across)))
    return right(wide, w, b, stride=stride, padding=padding, dilation=dilation[::-1])[:, :, :rows, :columns]


@conv2d.misconception
def dilation_counts_the_gap(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your weights meet pixels that lie one too far apart.

    Dilation is the distance from one weight's pixel to the next one's. How many pixels are left out where it is 1?
    """
    wide = np.pad(x, ((0, 0), (0, 0), (0, w.shape[2] - 1), (0, w.shape[3] - 1)))
    return right(wide, w, b, stride=stride, padding=padding, dilation=[d + 1 for d in dilation])


@conv2d.misconception
def dilation_moves_the_kernel(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Your dilation makes the kernel take longer steps: it should only move its weights apart.

    The stride alone says where a placement begins. With a stride of 1 and a dilation of 2, how far apart do two
    neighbouring placements begin?
    """
    rows, columns = right(x, w, b, stride=stride, padding=padding, dilation=dilation).shape[2:]
    steps = [s * d for s, d in zip(stride, dilation, strict=True)]
    wide = np.pad(x, ((0, 0), (0, 0), (0, rows * steps[0]), (0, columns * steps[1])))
    return right(wide, w, b, stride=steps, padding=padding, dilation=dilation)[:, :, :rows, :columns]


@conv2d.misconception
def first_channel_only(x, w, b=None, **settings):
    """Your output is made from the first channel alone.

    A filter has a slice for every channel of the image. Where do the others come in?
    """
    return right(x[:, :1], w[:, :1], b, **settings)


@conv2d.misconception
def last_channel_only(x, w, b=None, **settings):
    """Your output is made from the last channel alone.

    Each channel gives a picture of its own. Does the next one overwrite it, or is it added to what is there?
    """
    return right(x[:, -1:], w[:, -1:], b, **settings)


@conv2d.misconception
def one_slice_for_all_channels(x, w, b=None, **settings):
    """Your filters meet every channel with the same slice: that of the first channel.

    A filter has three axes. Which of them counts the channels, and do you move along it?
    """
    return right(x, np.repeat(w[:, :1], w.shape[1], axis=1), b, **settings)


@conv2d.misconception
def one_filter_for_all(x, w, b=None, **settings):
    """Your outputs are all made with the first filter.

    Every filter looks for something else and gives a picture of its own. Which index chooses the filter?
    """
    return right(x, np.repeat(w[:1], len(w), axis=0), b, **settings)


@conv2d.misconception
def first_image_for_all(x, w, b=None, **settings):
    """Your outputs are all made from the first image.

    The images are worked on one by one. Which index chooses the image?
    """
    return right(np.repeat(x[:1], len(x), axis=0), w, b, **settings)


@conv2d.misconception
def bias_forgotten(x, w, b=None, **settings):
    """Your output is without its bias.

    The sum of the products is not all. What is `b` there for?
    """
    return right(x, w, **settings)


@conv2d.misconception
def bias_for_each_channel(x, w, b=None, **settings):
    """Your bias is added once for each channel.

    There is one number a filter. How often does it belong into one output?
    """
    return right(x, w, b if b is None else b * w.shape[1], **settings)


@conv2d.misconception
def bias_for_each_product(x, w, b=None, **settings):
    """Your bias is added to every product.

    There is one number a filter, and every output takes it once. Inside which of your loops does it stand?
    """
    return right(x, w, b if b is None else b * w[0].size, **settings)
