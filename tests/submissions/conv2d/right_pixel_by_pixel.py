# Asks of each pixel which outputs it feeds, with ifs at the borders; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    sh, sw = stride
    ph, pw = padding
    dh, dw = dilation
    oh = (H + 2 * ph - (dh * (kh - 1) + 1)) // sh + 1
    ow = (W + 2 * pw - (dw * (kw - 1) + 1)) // sw + 1
    y = np.zeros((N, F, oh, ow))
    for m in range(H):
        for k in range(W):
            for p in range(kh):
                for q in range(kw):
                    # does weight (p, q) lie on this pixel for some output?
                    i, rest_i = divmod(m + ph - p * dh, sh)
                    j, rest_j = divmod(k + pw - q * dw, sw)
                    if rest_i == 0 and rest_j == 0 and 0 <= i < oh and 0 <= j < ow:
                        y[:, :, i, j] += x[:, :, m, k] @ w[:, :, p, q].T
    if b is not None:
        for f in range(F):
            y[:, f] += b[f]
    return y
