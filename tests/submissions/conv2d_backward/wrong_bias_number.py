# Adds grad_output up to a single number for grad_b, in NumPy; in torch gives every filter that number.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp, gw = np.zeros_like(xp), np.zeros_like(w)
    for n, o, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gw[o] += grad_output[n, o, i, j] * xp[at]
        gxp[at] += grad_output[n, o, i, j] * w[o]
    gx = gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return gx, gw, np.sum(grad_output)


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    gw = torch.einsum("nol,nkl->ok", g, cols).view(w.shape)
    return gx, gw, g.sum().repeat(w.shape[0])
