"""`mlcourse.ops.conv2d` and its backward pass for NumPy alone and for speed; `conv.py` is the one to read.

All images stand in memory one after the other, so what a weight meets is one unbroken piece (with a stride of 2, even and
odd lines are sorted apart first). Placements that hang over the right edge into the next line are computed and left out.
"""

import threading

import numpy as np

from mlcourse.ops.conv import SETTINGS, _checked
from mlcourse.ops.geometry import check_grad_output

_kept = threading.local()


def conv2d(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Do what `mlcourse.ops.conv2d` does, for NumPy arrays.

    Parameters
    ----------
    x, w, b, stride, padding, dilation, groups : as there
    """
    _, lies = _checked(x, w, b, stride, padding, dilation, groups)
    flat = _Flat(lies, x.shape)
    y = flat.placements(np.matmul(_by_group(w, groups), flat.pieces(x, groups)).reshape(len(w), flat.length))
    return y if b is None else y + b[:, None, None]


def conv2d_backward(grad_output, x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Do what `mlcourse.ops.conv2d_backward` does, for NumPy arrays.

    Parameters
    ----------
    grad_output, x, w, b, stride, padding, dilation, groups : as there
    """
    _, lies = _checked(x, w, b, stride, padding, dilation, groups, grad_output=grad_output)
    check_grad_output(grad_output, (len(x), len(w), *lies.output), "conv2d", SETTINGS)
    flat = _Flat(lies, x.shape)
    g = np.zeros((len(w), flat.length), x.dtype)
    flat.placements(g)[...] = grad_output
    g, pieces = _by_group(g, groups), flat.pieces(x, groups)
    grad_w = np.matmul(pieces, g.transpose(0, 2, 1)).transpose(0, 2, 1).reshape(w.shape)  # the larger one first
    np.matmul(_by_group(w, groups).transpose(0, 2, 1), g, out=pieces)  # each pixel's share of the gradient, by weight
    return flat.put_back(pieces), grad_w, grad_output.sum(axis=(0, 2, 3))


def _by_group(a, groups):
    return a.reshape(groups, len(a) // groups, int(np.prod(a.shape[1:])))


class _Flat:
    """All pixels in memory: by channel, by phase (every stride-th line and column), then image after image."""

    def __init__(self, lies, shape):
        self.lies, (images, channels, *_), (vertical, horizontal) = lies, shape, lies.stride
        height, width = -(-lies.padded[0] // vertical), -(-lies.padded[1] // horizontal)  # of a phase
        self.phases = channels, vertical, horizontal, images, height, width
        self.whole = images, channels, height * vertical, width * horizontal
        self.length = images and (images - 1) * height * width + (lies.output[0] - 1) * width + lies.output[1]
        self.starts = []  # phase of each weight, and its piece
        for p, q in lies.taps:
            (down, m), (across, k) = divmod(lies.dilation[0] * p, vertical), divmod(lies.dilation[1] * q, horizontal)
            self.starts.append((m, k, slice(down * width + across, down * width + across + self.length)))

    def pieces(self, x, groups):
        """What each weight meets, as (groups, C/groups * kH * kW, length)."""
        channels, vertical, horizontal, images, height, width = self.phases
        padded = np.zeros(self.whole, x.dtype)
        padded[:, :, *self.lies.inside()] = x
        pixels = padded.reshape(images, channels, height, vertical, width, horizontal).transpose(1, 3, 5, 0, 2, 4)
        pixels = pixels.reshape(channels, vertical, horizontal, images * height * width)
        pieces = _buffer((channels, len(self.starts), self.length), x.dtype)
        for tap, piece in enumerate(self.starts):
            pieces[:, tap] = pixels[:, *piece]
        return pieces.reshape(groups, channels // groups * len(self.starts), self.length)

    def put_back(self, pieces):
        """Add each weight's piece to the pixels it came from: the opposite of `pieces`."""
        channels, vertical, horizontal, images, height, width = self.phases
        pixels = np.zeros((channels, vertical, horizontal, images * height * width), pieces.dtype)
        pieces = pieces.reshape(channels, len(self.starts), self.length)
        for tap, piece in enumerate(self.starts):
            pixels[:, *piece] += pieces[:, tap]
        padded, phases = np.empty(self.whole, pixels.dtype), pixels.reshape(self.phases)
        for m, k in np.ndindex(vertical, horizontal):  # four times as fast as transposing all at once
            padded[:, :, m::vertical, k::horizontal] = phases[:, m, k].swapaxes(0, 1)
        return padded[:, :, *self.lies.inside()]

    def placements(self, y):
        """Those that lie inside, as a view (N, C_out, oH, oW) of pieces (C_out, length)."""
        (images, height, width), (filter_step, step) = self.phases[3:], y.strides
        strides = (height * width * step, filter_step, width * step, step)
        return np.lib.stride_tricks.as_strided(y, (images, len(y), *self.lies.output), strides)


def _buffer(shape, dtype):
    """The memory of the last call where it suffices: to get it afresh takes as long as to fill it."""
    size = int(np.prod(shape)) * dtype.itemsize
    if not hasattr(_kept, "buffer") or _kept.buffer.nbytes < size:
        _kept.buffer = np.empty(size, np.uint8)
    return _kept.buffer[:size].view(dtype).reshape(shape)
