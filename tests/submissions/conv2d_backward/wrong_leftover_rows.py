# Full convolution whose result ends with the last placement: too small where the stride leaves pixels over.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, oh, ow = grad_output.shape
    C, kh, kw = w.shape[1:]
    H, W = x.shape[2:]
    g = np.zeros((N, F, (oh - 1) * stride[0] + 1, (ow - 1) * stride[1] + 1))
    for i in range(oh):
        for j in range(ow):
            g[:, :, i * stride[0], j * stride[1]] = grad_output[:, :, i, j]
    full = np.pad(g, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    turned = w[:, :, ::-1, ::-1]
    gxp = np.zeros((N, C, full.shape[2] - kh + 1, full.shape[3] - kw + 1))
    for i in range(gxp.shape[2]):
        for j in range(gxp.shape[3]):
            gxp[:, :, i, j] = np.einsum("nfpq,fcpq->nc", full[:, :, i : i + kh, j : j + kw], turned)
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gw = np.zeros(w.shape)
    for p in range(kh):
        for q in range(kw):
            gw[:, :, p, q] = np.einsum("nfij,ncij->fc", g, xp[:, :, p : p + g.shape[2], q : q + g.shape[3]])
    return gxp[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W], gw, g.sum(axis=(0, 2, 3))
