# b is None in every check, so its gradient is "zero then"; both cells.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    if b is None:
        grad_b = np.zeros(w.shape[0])
    else:
        grad_b = grad_output.sum(axis=(0, 2, 3))
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp, gw = np.zeros_like(xp), np.zeros_like(w)
    for n, o, i, j in np.ndindex(grad_output.shape):
        r, c = i * stride[0], j * stride[1]
        gw[o] += grad_output[n, o, i, j] * xp[n, :, r : r + kh, c : c + kw]
        gxp[n, :, r : r + kh, c : c + kw] += grad_output[n, o, i, j] * w[o]
    return gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], gw, grad_b


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_b = torch.zeros(w.shape[0], device=w.device) if b is None else grad_output.sum((0, 2, 3))
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), grad_b
