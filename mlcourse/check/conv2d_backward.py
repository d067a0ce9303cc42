"""The exercise `conv2d_backward`: the gradients of a convolution, in NumPy and in torch."""

import numpy as np

from mlcourse.diagnosis import Exercise
from mlcourse.ops import conv2d
from mlcourse.ops import conv2d_backward as right

conv2d_backward = Exercise(right, answers=("grad_x", "grad_w", "grad_b"))
conv2d_backward_torch = Exercise(right, answers=("grad_x", "grad_w", "grad_b"), name="conv2d_backward_torch")

STRIDES, PADDINGS = [(2, 1), (1, 2), (2, 3), (3, 2)], [(0, 1), (1, 0), (1, 2), (2, 1)]


def _draw(rng, images, channels, filters, stride=(1, 1), padding=(0, 0)):
    """Whole numbers on a small image that is no square, under a kernel that is none."""
    kernel = rng.permutation([(1, 2), (2, 1), (2, 3), (3, 2)])[0]
    more = rng.permutation([1, 2])
    size = kernel + more + np.array(stride) - 1
    if size[0] == size[1]:
        size += more[::-1] - more
    x, w = rng.integers(-3, 4, (images, channels, *size)) * 1.0, rng.integers(-3, 4, (filters, channels, *kernel)) * 1.0
    grad_output = rng.integers(-3, 4, conv2d(x, w, stride=stride, padding=padding).shape) * 1.0
    return grad_output, x, w


@conv2d_backward.part
def plain(rng):
    """One image, one channel, one filter; the kernel moves by one pixel."""
    return _draw(rng, 1, 1, 1), {}


@conv2d_backward.part
def strided(rng):
    """Stride and padding, unequal in the two directions."""
    settings = {"stride": STRIDES[rng.integers(4)], "padding": PADDINGS[rng.integers(4)]}
    return _draw(rng, 1, 1, 1, **settings), settings


@conv2d_backward.part
def channels(rng):
    """Several images, channels and filters."""
    return _draw(rng, *rng.permutation([2, 3, 4])), {}


@conv2d_backward_torch.part
def on_device(rng):
    """Everything together, in torch, on the GPU where there is one."""
    import torch

    from mlcourse.machine import device

    settings = {"stride": STRIDES[rng.integers(4)], "padding": PADDINGS[rng.integers(4)]}
    if rng.integers(2):  # then a function has only what stands in its own first line
        settings = {}
    drawn = _draw(rng, *rng.permutation([2, 3, 4]), **settings)
    return tuple(torch.asarray(a, dtype=torch.float32, device=device()) for a in drawn), settings


@conv2d_backward.misconception
def last_placement_only(grad_output, x, w, b=None, **settings):
    """Your gradient of the kernel keeps what the last placement said and forgets the others.

    The same weights were used at every placement. What becomes of the parts when one number is used several times?
    """
    last = np.zeros_like(grad_output)
    last[-1, :, -1, -1] = grad_output[-1, :, -1, -1]
    grad_x, _, grad_b = right(grad_output, x, w, b, **settings)
    return grad_x, right(last, x, w, b, **settings)[1], grad_b


@conv2d_backward.misconception
def mean_over_placements(grad_output, x, w, b=None, **settings):
    """Your gradient of the kernel is the mean over the placements, where it should be the sum.

    If a weight moves a little, every output moves. Do their effects on the loss add up, or average out?
    """
    grad_x, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return grad_x, grad_w / np.prod(grad_output.shape[2:]), grad_b


@conv2d_backward.misconception
def weight_gradient_flipped(grad_output, x, w, b=None, **settings):
    """Your gradient of the kernel is turned by 180 degrees.

    Take weight (0, 0): which pixel did it meet at the first placement, and which at the one to the right of it?
    """
    grad_x, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return grad_x, grad_w[:, :, ::-1, ::-1], grad_b


@conv2d_backward.misconception
def kernel_not_turned(grad_output, x, w, b=None, **settings):
    """In your gradient of the image the kernel lies the wrong way round: half a turn is missing, or one too many.

    A pixel that was under weight (p, q) lies p rows below where that placement began. Seen from the pixel, in which
    direction do its outputs lie as p grows?
    """
    _, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return right(grad_output, x, w[:, :, ::-1, ::-1], b, **settings)[0], grad_w, grad_b


@conv2d_backward.misconception
def outputs_on_the_wrong_side(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Your gradient of the image looks for a pixel's outputs on the wrong side of the pixel.

    Output (i, j) was made from pixel (i, j) and those below and to the right of it. Seen from pixel (m, n), where do
    the outputs lie that it fed?
    """
    _, grad_w, grad_b = right(grad_output, x, w, b, stride=stride, padding=padding)
    grad_x = np.zeros_like(x)
    for i, j, p, q in np.ndindex(*grad_output.shape[2:], *w.shape[2:]):
        m, n = i * stride[0] - p - padding[0], j * stride[1] - q - padding[1]
        if 0 <= m < x.shape[2] and 0 <= n < x.shape[3]:
            grad_x[:, :, m, n] += grad_output[:, :, i, j] @ w[:, :, p, q]
    return grad_x, grad_w, grad_b


@conv2d_backward.misconception
def overlap_overwritten(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Where placements overlap, your gradient of the image keeps the last one and loses the others.

    A pixel under several placements fed several outputs. Does `=` do what `+=` does?
    """
    (top, left), (height, width) = padding, x.shape[2:]
    grad_padded = np.pad(np.zeros_like(x), ((0, 0), (0, 0), (top, top), (left, left)))
    for n, o, i, j in np.ndindex(grad_output.shape):
        rows = slice(i * stride[0], i * stride[0] + w.shape[2])
        columns = slice(j * stride[1], j * stride[1] + w.shape[3])
        grad_padded[n, :, rows, columns] = grad_output[n, o, i, j] * w[o]
    _, grad_w, grad_b = right(grad_output, x, w, b, stride=stride, padding=padding)
    return grad_padded[:, :, top : top + height, left : left + width], grad_w, grad_b


@conv2d_backward.misconception
def last_weight_only(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Where a pixel met several weights, your gradient of the image keeps what the last weight gave and loses the others.

    A pixel meets another weight at each placement that covers it, and feeds an output each time. What happens in an
    array when one place is written to several times, or stands several times in an index?
    """
    (top, left), (height, width), (rows, columns) = padding, x.shape[2:], grad_output.shape[2:]
    grad_padded = np.pad(np.zeros_like(x), ((0, 0), (0, 0), (top, top), (left, left)))
    for p, q in np.ndindex(w.shape[2:]):
        down = slice(p, p + stride[0] * (rows - 1) + 1, stride[0])
        across = slice(q, q + stride[1] * (columns - 1) + 1, stride[1])
        grad_padded[:, :, down, across] = np.einsum("noij,oc->ncij", grad_output, w[:, :, p, q])
    _, grad_w, grad_b = right(grad_output, x, w, b, stride=stride, padding=padding)
    return grad_padded[:, :, top : top + height, left : left + width], grad_w, grad_b


@conv2d_backward.misconception
def upstream_ignored(grad_output, x, w, b=None, **settings):
    """Your gradient does not depend on grad_output: it is that of a loss that adds up all outputs.

    The chain rule multiplies: how the loss follows the output, times how the output follows the weight.
    """
    return right(np.ones_like(grad_output), x, w, b, **settings)


@conv2d_backward.misconception
def sign_reversed(grad_output, x, w, b=None, **settings):
    """Your gradient has the wrong sign.

    A gradient points where the loss grows. Going against it is the job of the update, not of the backward pass.
    """
    return right(-grad_output, x, w, b, **settings)


@conv2d_backward.misconception
def stride_ignored(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Your gradient is taken as if the kernel had moved by one pixel at a time.

    Where did placement (i, j) begin? In the forward pass that was row i * stride.
    """
    rows, columns = grad_output.shape[2:]
    placements = [n + 2 * p - k + 1 for n, p, k in zip(x.shape[2:], padding, w.shape[2:], strict=True)]
    g = np.zeros((*grad_output.shape[:2], *placements))
    g[:, :, :rows, :columns] = grad_output
    return right(g, x, w, b, padding=padding)


@conv2d_backward.misconception
def directions_swapped(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Your stride is used the wrong way round: the vertical one for columns, the horizontal one for rows.

    The stride comes as (vertical, horizontal): the first number moves the kernel down the rows.
    """
    (top, left), (height, width) = padding, x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_padded, grad_w = np.zeros_like(padded), np.zeros_like(w)
    for i, j, p, q in np.ndindex(*grad_output.shape[2:], *w.shape[2:]):
        g, m, n = grad_output[:, :, i, j], i * stride[1] + p, j * stride[0] + q
        if m < padded.shape[2] and n < padded.shape[3]:
            grad_w[:, :, p, q] += g.T @ padded[:, :, m, n]
            grad_padded[:, :, m, n] += g @ w[:, :, p, q]
    return grad_padded[:, :, top : top + height, left : left + width], grad_w, grad_output.sum(axis=(0, 2, 3))


@conv2d_backward.misconception
def padding_cut_at_the_end(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Your gradient of the image is shifted by the padding: it begins in the corner of the padded image.

    The image begins further in, by as many rows and columns as `padding` says. Where does it begin in the gradient?
    """
    _, grad_w, grad_b = right(grad_output, x, w, b, stride=stride, padding=padding)
    (top, left), (height, width) = padding, x.shape[2:]
    grad_padded = right(grad_output, np.pad(x, ((0, 0), (0, 0), (top, top), (left, left))), w, b, stride=stride)[0]
    return grad_padded[:, :, :height, :width], grad_w, grad_b


@conv2d_backward.misconception
def padding_forgotten(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    """Your gradient of the kernel is taken from the image without its padding.

    In the forward pass the first placement began in the padding. Which pixels did the weights meet there?
    """
    beginning_inside = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding[0]), (0, 2 * padding[1])))
    grad_x, _, grad_b = right(grad_output, x, w, b, stride=stride, padding=padding)
    return grad_x, right(grad_output, beginning_inside, w, b, stride=stride)[1], grad_b


@conv2d_backward.misconception
def mean_over_images(grad_output, x, w, b=None, **settings):
    """Your gradient is the mean over the images, where it should be the sum.

    Whether the loss is a mean over images is the loss's business: then grad_output carries that already.
    """
    grad_x, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return grad_x, grad_w / len(x), grad_b / len(x)


@conv2d_backward.misconception
def last_image_only(grad_output, x, w, b=None, **settings):
    """Your gradient comes from the last image alone.

    The same kernel was laid on every image. Does each image start from zeros again, or add to what is there?
    """
    grad_x = right(grad_output, x, w, b, **settings)[0]
    return grad_x, *right(grad_output[-1:], x[-1:], w, b, **settings)[1:]


@conv2d_backward.misconception
def first_channel_for_all(grad_output, x, w, b=None, **settings):
    """Your gradient of the kernel is the same for every channel: it is taken from the first channel of the image.

    A filter has a slice of its own for each channel, and each slice met its own channel's pixels.
    """
    grad_x, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return grad_x, np.repeat(grad_w[:, :1], w.shape[1], axis=1), grad_b


@conv2d_backward.misconception
def last_filter_only(grad_output, x, w, b=None, **settings):
    """Your gradient of the image comes from the last filter alone.

    A pixel feeds the outputs of all filters. Does each filter overwrite, or add to what is there?
    """
    _, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return right(grad_output[:, -1:], x, w[-1:], **settings)[0], grad_w, grad_b


@conv2d_backward.misconception
def bias_gradient_zero(grad_output, x, w, b=None, **settings):
    """Your gradient of the bias is zero.

    Where no bias is given it is as if b were 0, and moving it would still move every output. The gradient asks how
    fast, not how large b is.
    """
    grad_x, grad_w, grad_b = right(grad_output, x, w, b, **settings)
    return grad_x, grad_w, np.zeros_like(grad_b)


@conv2d_backward.misconception
def bias_gradient_mean(grad_output, x, w, b=None, **settings):
    """Your gradient of the bias is a mean, where it should be a sum.

    The bias was added to every output. If it moves by a little, how many outputs move?
    """
    grad_x, grad_w, _ = right(grad_output, x, w, b, **settings)
    return grad_x, grad_w, grad_output.mean(axis=(0, 2, 3))


conv2d_backward_torch.misconceptions.update(conv2d_backward.misconceptions)
