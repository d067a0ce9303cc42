# Knows as_strided: the windows as a view, then tensordot; right, and y is no contiguous array.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    xp = np.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2])
    a, c, r, s = xp.strides
    kh, kw = w.shape[2:]
    oh = 1 + (xp.shape[2] - 1 - dilation[0] * (kh - 1)) // stride[0]
    ow = 1 + (xp.shape[3] - 1 - dilation[1] * (kw - 1)) // stride[1]
    shape = (*xp.shape[:2], oh, ow, kh, kw)
    steps = (a, c, r * stride[0], s * stride[1], r * dilation[0], s * dilation[1])
    patches = np.lib.stride_tricks.as_strided(xp, shape, steps, writeable=False)
    y = np.tensordot(patches, w, axes=([1, 4, 5], [1, 2, 3]))  # N oh ow F
    if b is not None:
        y = y + b
    return np.moveaxis(y, -1, 1)
