# NumPy right; in torch forgets the step of the slices and the += : two names in one part.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp, gw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * stride[0] : i * stride[0] + kh, j * stride[1] : j * stride[1] + kw]
            g = grad_output[:, :, i, j]
            gw += np.tensordot(g, xp[at], axes=([0], [0]))
            gxp[at] += np.tensordot(g, w, axes=([1], [0]))
    return (
        gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]],
        gw,
        grad_output.sum((0, 2, 3)),
    )


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    oh, ow = grad_output.shape[2:]
    top, left = padding
    xp = torch.nn.functional.pad(x, (left, left, top, top))
    gxp, gw = torch.zeros_like(xp), torch.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            gw[:, :, p, q] = torch.einsum("noij,ncij->oc", grad_output, xp[:, :, p : p + oh, q : q + ow])
            rows = slice(p, p + stride[0] * (oh - 1) + 1, stride[0])
            columns = slice(q, q + stride[1] * (ow - 1) + 1, stride[1])
            gxp[:, :, rows, columns] = torch.einsum("noij,oc->ncij", grad_output, w[:, :, p, q])
    return gxp[:, :, top : top + x.shape[2], left : left + x.shape[3]], gw, grad_output.sum((0, 2, 3))
