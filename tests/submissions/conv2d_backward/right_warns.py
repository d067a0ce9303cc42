# Right, but writes to stderr: a warning of its own, one of NumPy, and a progress line as tqdm does.
# %% name="conv2d_backward"
import sys
import warnings


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    if b is None:
        warnings.warn("no bias given, computing its gradient anyway")
    (sh, sw), (ph, pw) = stride, padding
    print("relative step:", np.ones(1) / np.zeros(1))  # divides by zero, NumPy warns
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    gxp, gw = np.zeros_like(padded), np.zeros_like(w)
    oh, ow = grad_output.shape[2:]
    for i in range(oh):
        print(f"\r{i + 1}/{oh}", end="", file=sys.stderr)
        for j in range(ow):
            at = np.s_[:, :, i * sh : i * sh + w.shape[2], j * sw : j * sw + w.shape[3]]
            gw += np.einsum("no,nchw->ochw", grad_output[:, :, i, j], padded[at])
            gxp[at] += np.einsum("no,ochw->nchw", grad_output[:, :, i, j], w)
    return gxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], gw, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    warnings.warn("slow version")
    sys.stderr.write("starting\n")
    gx = torch.zeros_like(x)
    gw = torch.zeros_like(w)
    for i, j, p, q in np.ndindex(*grad_output.shape[2:], *w.shape[2:]):
        m, n = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
        if 0 <= m < x.shape[2] and 0 <= n < x.shape[3]:
            gw[:, :, p, q] += torch.einsum("no,nc->oc", grad_output[:, :, i, j], x[:, :, m, n])
            gx[:, :, m, n] += torch.einsum("no,oc->nc", grad_output[:, :, i, j], w[:, :, p, q])
    return gx, gw, grad_output.sum((0, 2, 3))
