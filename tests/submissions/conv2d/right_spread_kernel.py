# Puts zeros between the weights and then has no dilation any more; right, row by row with np.correlate.
# %% name="conv2d"
def spread(w, dilation):
    """algorithme à trous"""
    F, C, kh, kw = w.shape
    big = np.zeros((F, C, dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1))
    big[:, :, :: dilation[0], :: dilation[1]] = w
    return big


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    w = spread(w, dilation)
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    oh, ow = xp.shape[2] - w.shape[2] + 1, xp.shape[3] - w.shape[3] + 1
    y = np.zeros((len(x), len(w), oh, ow))
    for n, f, i, c, p in np.ndindex(len(x), len(w), oh, w.shape[1], w.shape[2]):
        y[n, f, i] += np.correlate(xp[n, c, i + p], w[f, c, p], mode="valid")
    y = y[:, :, :: stride[0], :: stride[1]]
    return y if b is None else y + b.reshape(-1, 1, 1)
