# grad_b = grad_output.mean(...), from a memory of batch norm; both cells.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    sh, sw = stride
    ph, pw = padding
    out_h, out_w = grad_output.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            met = xp[:, :, p : p + sh * (out_h - 1) + 1 : sh, q : q + sw * (out_w - 1) + 1 : sw]
            dw[:, :, p, q] = np.einsum("nfij,ncij->fc", grad_output, met)
            back = np.einsum("nfij,fc->ncij", grad_output, w[:, :, p, q])
            dxp[:, :, p : p + sh * (out_h - 1) + 1 : sh, q : q + sw * (out_w - 1) + 1 : sw] += back
    db = np.mean(grad_output, axis=(0, 2, 3))
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, db


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    dx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return dx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), grad_output.mean(dim=(0, 2, 3))
