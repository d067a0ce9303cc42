# A loop over the taps and np.tensordot; right, in torch with matmul and no einsum.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    vertical, horizontal = stride
    top, left = padding
    rows, columns = grad_output.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_padded = 0 * padded
    grad_w = np.empty_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            met = padded[:, :, p:, q:][:, :, ::vertical, ::horizontal][:, :, :rows, :columns]
            grad_w[:, :, p, q] = np.tensordot(grad_output, met, axes=([0, 2, 3], [0, 2, 3]))
            fed = np.tensordot(grad_output, w[:, :, p, q], axes=([1], [0]))  # N, oH, oW, C
            view = grad_padded[:, :, p:, q:][:, :, ::vertical, ::horizontal][:, :, :rows, :columns]
            view += np.moveaxis(fed, -1, 1)
    grad_x = grad_padded[:, :, top:, left:][:, :, : x.shape[2], : x.shape[3]]
    return grad_x, grad_w, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, O, oh, ow = grad_output.shape
    C, kh, kw = w.shape[1:]
    H, W = x.shape[2:]
    sh, sw = stride
    ph, pw = padding
    xp = torch.zeros((N, C, H + 2 * ph, W + 2 * pw), device=x.device, dtype=x.dtype)
    xp[:, :, ph : ph + H, pw : pw + W] = x
    gxp = torch.zeros_like(xp)
    g = grad_output.permute(1, 0, 2, 3).reshape(O, -1)
    taps = []
    for p in range(kh):
        for q in range(kw):
            window = xp[:, :, p : p + sh * oh : sh, q : q + sw * ow : sw][:, :, :oh, :ow]
            taps.append(g @ window.permute(0, 2, 3, 1).reshape(-1, C))
            back = (g.T @ w[:, :, p, q]).reshape(N, oh, ow, C).permute(0, 3, 1, 2)
            gxp[:, :, p : p + sh * oh : sh, q : q + sw * ow : sw][:, :, :oh, :ow].add_(back)
    gw = torch.stack(taps, dim=-1).reshape(O, C, kh, kw)
    return gxp[:, :, ph : H + ph, pw : W + pw], gw, g.sum(1)
