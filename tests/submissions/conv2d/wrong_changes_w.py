# Centres the kernel first, so that a flat image gives 0, and does it in place.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    rh, rw = dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1
    oh = (H + 2 * padding[0] - rh) // stride[0] + 1
    ow = (W + 2 * padding[1] - rw) // stride[1] + 1
    w -= w.mean()
    y = np.zeros((N, F, oh, ow))
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    a, c = i * stride[0], j * stride[1]
                    patch = xp[n, :, a : a + rh : dilation[0], c : c + rw : dilation[1]]
                    y[n, f, i, j] = np.sum(patch * w[f])
                    if b is not None:
                        y[n, f, i, j] += b[f]
    return y
