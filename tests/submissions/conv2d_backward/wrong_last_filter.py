# Makes grad_x anew for each filter, so the last one stays; both cells.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    top, left = padding
    xp = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_w = np.zeros_like(w)
    grad_b = []
    for o, kernel in enumerate(w):
        grad_xp = np.zeros_like(xp)
        for n, image in enumerate(xp):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    at = np.s_[:, i * stride[0] : i * stride[0] + kh, j * stride[1] : j * stride[1] + kw]
                    grad_w[o] += grad_output[n, o, i, j] * image[at]
                    grad_xp[n][at] += grad_output[n, o, i, j] * kernel
        grad_b.append(grad_output[:, o].sum())
    return grad_xp[:, :, top : top + x.shape[2], left : left + x.shape[3]], grad_w, np.array(grad_b)


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    size = {"output_size": x.shape[2:], "kernel_size": w.shape[2:], "padding": padding, "stride": stride}
    grad_w = torch.zeros_like(w)
    for o in range(w.shape[0]):
        g = grad_output[:, o].flatten(1)  # N, L
        grad_w[o] = torch.einsum("nl,nkl->k", g, cols).view(w.shape[1:])
        grad_x = torch.nn.functional.fold(w[o].flatten()[:, None] * g[:, None, :], **size)
    return grad_x, grad_w, grad_output.sum((0, 2, 3))
