# "Networks use float32": right numbers in another dtype, for grad_b alone; in torch float64 for all three.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp, gw, gb = np.zeros_like(xp), np.zeros_like(w), np.zeros(w.shape[0], dtype=np.float32)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gw[f] += grad_output[n, f, i, j] * xp[at]
        gxp[at] += grad_output[n, f, i, j] * w[f]
        gb[f] += grad_output[n, f, i, j]
    return gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], gw, gb


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_output, x, w = grad_output.double(), x.double(), w.double()  # more exact
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), g.sum((0, 2))
