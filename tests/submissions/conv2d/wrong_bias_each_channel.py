# Adds the bias inside the loop over channels.
# %% name="conv2d"
def one_channel(a, k, oh, ow, stride, dilation):
    out = np.zeros((oh, ow))
    for i, j, p, q in np.ndindex(oh, ow, *k.shape):
        out[i, j] += a[i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]] * k[p, q]
    return out


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    b = np.zeros(len(w)) if b is None else b
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    oh = (xp.shape[2] - dilation[0] * (w.shape[2] - 1) - 1) // stride[0] + 1
    ow = (xp.shape[3] - dilation[1] * (w.shape[3] - 1) - 1) // stride[1] + 1
    y = np.zeros((len(x), len(w), oh, ow))
    for n in range(len(x)):
        for f in range(len(w)):
            for c in range(w.shape[1]):
                y[n, f] += one_channel(xp[n, c], w[f, c], oh, ow, stride, dilation) + b[f]
    return y
