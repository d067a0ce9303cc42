# Takes x for (width, height) where it reads and for (height, width) where it counts.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    H, W = x.shape[2:]
    kh, kw = w.shape[2:]
    y = np.zeros((x.shape[0], w.shape[0], H - kh + 1, W - kw + 1))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            for p in range(kh):
                for q in range(kw):
                    y[:, :, i, j] += x[:, :, j + q, i + p] @ w[:, :, p, q].T
    return y
