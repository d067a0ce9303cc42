# Scatters each output back, and turns the kernel because "the backward pass uses the flipped kernel"; both cells.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    w_flipped = w[:, :, ::-1, ::-1]
    ph, pw = padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    for n, o, i, j in np.ndindex(*grad_output.shape):
        h, v = i * stride[0], j * stride[1]
        g = grad_output[n, o, i, j]
        dw[o] += g * xp[n, :, h : h + w.shape[2], v : v + w.shape[3]]
        dxp[n, :, h : h + w.shape[2], v : v + w.shape[3]] += g * w_flipped[o]
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, grad_output.sum((0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    w_flipped = torch.flip(w, (2, 3))
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    dw = torch.einsum("nol,nkl->ok", g, cols).reshape(w.shape)
    dcols = torch.einsum("nol,ok->nkl", g, w_flipped.reshape(len(w), -1))
    dx = torch.nn.functional.fold(dcols, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return dx, dw, g.sum((0, 2))
