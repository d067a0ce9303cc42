# Loops over the weights and shifts the whole image under each; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    down = xp.shape[2] - dilation[0] * (kh - 1)
    right = xp.shape[3] - dilation[1] * (kw - 1)
    y = 0
    for p in range(kh):
        for q in range(kw):
            r, c = p * dilation[0], q * dilation[1]
            shifted = xp[:, :, r : r + down : stride[0], c : c + right : stride[1]]
            y = y + np.einsum("nchw,fc->nfhw", shifted, w[:, :, p, q])
    if b is not None:
        y += b[:, np.newaxis, np.newaxis]
    return y
