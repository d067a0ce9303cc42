# Comes from image processing: the kernel's middle lies on the pixel, ifs hide what sticks out.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    oh = (H + 2 * padding[0] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    ow = (W + 2 * padding[1] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    y = np.zeros((N, F, oh, ow))
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    if b is not None:
                        y[n, f, i, j] = b[f]
                    for c in range(C):
                        for p in range(kh):
                            for q in range(kw):
                                yy = i * stride[0] - padding[0] + (p - kh // 2) * dilation[0]
                                xx = j * stride[1] - padding[1] + (q - kw // 2) * dilation[1]
                                if 0 <= yy < H and 0 <= xx < W:
                                    y[n, f, i, j] += x[n, c, yy, xx] * w[f, c, p, q]
    return y
