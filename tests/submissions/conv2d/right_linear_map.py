# A mathematician: a convolution is a matrix, one row for each output; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    F, C, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    H, W = xp.shape[2:]
    starts_v = range(0, H - (kh - 1) * dilation[0], stride[0])
    starts_h = range(0, W - (kw - 1) * dilation[1], stride[1])
    rows = []
    for f in range(F):
        for u in starts_v:
            for v in starts_h:
                row = np.zeros((C, H, W))
                row[np.ix_(range(C), u + dilation[0] * np.arange(kh), v + dilation[1] * np.arange(kw))] = w[f]
                rows.append(row.ravel())
    M = np.array(rows)
    constant = 0.0 if b is None else np.repeat(b, len(starts_v) * len(starts_h))
    return (xp.reshape(len(x), -1) @ M.T + constant).reshape(len(x), F, len(starts_v), len(starts_h))
