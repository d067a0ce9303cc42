# Runs through the kernel from its end, as the formula with i - p has it.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    reach_h, reach_w = (kh - 1) * dilation[0], (kw - 1) * dilation[1]
    xp = np.zeros((N, C, H + 2 * padding[0], W + 2 * padding[1]))
    xp[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x
    out_h = (xp.shape[2] - reach_h - 1) // stride[0] + 1
    out_w = (xp.shape[3] - reach_w - 1) // stride[1] + 1
    y = np.zeros((N, F, out_h, out_w))
    for n, f, i, j, c, p, q in np.ndindex(N, F, out_h, out_w, C, kh, kw):
        row = i * stride[0] + reach_h - p * dilation[0]
        col = j * stride[1] + reach_w - q * dilation[1]
        y[n, f, i, j] += xp[n, c, row, col] * w[f, c, p, q]
    if b is not None:
        y += b.reshape(1, F, 1, 1)
    return y
