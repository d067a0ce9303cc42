# Right, but its prints for finding mistakes are still in; and it warns, to stderr.
# %% name="conv2d"
import sys
import warnings


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if b is None:
        warnings.warn("no bias given, taking 0")
    print("x", x.shape, "w", w.shape, "stride", stride, "padding", padding, "dilation", dilation)
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    print(x_pad)
    kh, kw = w.shape[2:]
    oh = int(np.floor((x_pad.shape[2] - dilation[0] * (kh - 1) - 1) / stride[0] + 1))
    ow = int(np.floor((x_pad.shape[3] - dilation[1] * (kw - 1) - 1) / stride[1] + 1))
    out = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            print(f"\r{n}/{x.shape[0]}", end="", file=sys.stderr)
            for i in range(oh):
                for j in range(ow):
                    for c in range(x.shape[1]):
                        for p in range(kh):
                            for q in range(kw):
                                r, s = i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]
                                out[n, f, i, j] += x_pad[n, c, r, s] * w[f, c, p, q]
                    print("n", n, "f", f, "i", i, "j", j, "->", out[n, f, i, j])
            out[n, f] += 0 if b is None else b[f]
    print("!!!!! DONE !!!!!")
    return out
