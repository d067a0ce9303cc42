# im2col with index arrays and += on them: NumPy writes each pixel once, the last weight wins. In torch with = in the tap loop.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, oH, oW = grad_output.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))

    k = np.repeat(np.arange(C), HH * WW)[:, None]
    i = np.tile(np.repeat(np.arange(HH), WW), C)[:, None] + stride[0] * np.repeat(np.arange(oH), oW)
    j = np.tile(np.arange(WW), HH * C)[:, None] + stride[1] * np.tile(np.arange(oW), oH)

    g = grad_output.reshape(N, F, -1)
    cols = x_padded[:, k, i, j]
    dw = np.einsum("nfl,nkl->fk", g, cols).reshape(w.shape)
    dcols = np.einsum("nfl,fk->nkl", g, w.reshape(F, -1))
    dx = np.zeros_like(x_padded)
    dx[:, k, i, j] += dcols
    return dx[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W], dw, g.sum(axis=(0, 2))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    oh, ow = grad_output.shape[2:]
    xp = torch.nn.functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            rows = slice(p, p + stride[0] * (oh - 1) + 1, stride[0])
            cols = slice(q, q + stride[1] * (ow - 1) + 1, stride[1])
            dw[:, :, p, q] = torch.einsum("nfij,ncij->fc", grad_output, xp[:, :, rows, cols])
            dxp[:, :, rows, cols] = torch.einsum("nfij,fc->ncij", grad_output, w[:, :, p, q])
    dx = dxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return dx, dw, grad_output.sum((0, 2, 3))
