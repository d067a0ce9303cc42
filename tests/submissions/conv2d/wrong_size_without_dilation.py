# The output has the size that it would have without dilation, and the kernel runs over the edge.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    oh = (xp.shape[2] - w.shape[2]) // stride[0] + 1
    ow = (xp.shape[3] - w.shape[3]) // stride[1] + 1
    y = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for n, f, i, j, c, p, q in np.ndindex(*y.shape, *w.shape[1:]):
        y[n, f, i, j] += xp[n, c, i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]] * w[f, c, p, q]
    return y if b is None else y + b[:, None, None]
