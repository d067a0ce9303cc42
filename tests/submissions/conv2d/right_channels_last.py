# Thinks channels last, as in Keras, and imports * from numpy; while loops; gives a transposed view; right.
# %% name="conv2d"
from numpy import *


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    image = pad(x.transpose(0, 2, 3, 1), ((0, 0), (padding[0], padding[0]), (padding[1], padding[1]), (0, 0)))
    kernel = w.transpose(2, 3, 1, 0)  # as Keras keeps it
    tall, wide = dilation[0] * (kernel.shape[0] - 1) + 1, dilation[1] * (kernel.shape[1] - 1) + 1
    lines = []
    top = 0
    while top + tall <= image.shape[1]:
        line = []
        left = 0
        while left + wide <= image.shape[2]:
            met = image[:, top : top + tall : dilation[0], left : left + wide : dilation[1], :]
            line += [tensordot(met, kernel, 3)]
            left += stride[1]
        lines += [line]
        top += stride[0]
    y = array(lines)  # oh ow N F
    if b is not None:
        y = y + b
    return y.T.swapaxes(0, 1).swapaxes(2, 3)
