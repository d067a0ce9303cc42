# Found mlcourse.ops and calls it.
# %% name="conv2d"
from mlcourse import ops


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    y = ops.conv2d(x, w, b, stride=stride, padding=padding, dilation=dilation)
    return y
