# sys.exit() at the top of the cell, "to run only the rest later": the function is never defined.
# %% name="conv2d_backward"
import sys

sys.exit()


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    (top, left), (H, W) = padding, x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    gxp, gw, gb = np.zeros_like(xp), np.zeros_like(w), np.zeros(w.shape[0])
    for n, f, i, j in np.ndindex(grad_output.shape):
        g = grad_output[n, f, i, j]
        at = np.s_[n, :, i * stride[0] : i * stride[0] + kh, j * stride[1] : j * stride[1] + kw]
        gw[f] += g * xp[at]
        gxp[at] += g * w[f]
        gb[f] += g
    return gxp[:, :, top : top + H, left : left + W], gw, gb


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), g.sum((0, 2))
