# Calls itself for "the rest of the image" and never stops.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    rest = conv2d(x[:, :, 1:], w, b, stride=stride, padding=padding, dilation=dilation)
    first = (x[:, :, : w.shape[2], : w.shape[3]] * w).sum()
    return first + rest
