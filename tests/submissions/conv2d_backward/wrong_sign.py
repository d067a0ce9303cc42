# Thinks of gradient descent and subtracts: all three gradients point downhill.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (ph, pw) = stride, padding
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    gx, gw, gb = np.zeros_like(xp), np.zeros_like(w), np.zeros(w.shape[0])
    for n in range(xp.shape[0]):
        for o in range(w.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    g = grad_output[n, o, i, j]
                    gw[o] -= g * xp[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    gx[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw] -= g * w[o]
                    gb[o] -= g
    return gx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], gw, gb


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = -grad_output.flatten(2)
    gw = torch.einsum("nol,nkl->ok", g, cols).view(w.shape)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, gw, -grad_output.sum((0, 2, 3))
