# Divides grad_x by how often each pixel was covered; with a stride some never are, and 0 / 0 is NaN.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    total = np.zeros_like(xp)
    count = np.zeros_like(xp)
    dw = np.zeros_like(w)
    for n, f, i, j in np.ndindex(grad_output.shape):
        r, c = i * stride[0], j * stride[1]
        dw[f] += grad_output[n, f, i, j] * xp[n, :, r : r + kh, c : c + kw]
        total[n, :, r : r + kh, c : c + kw] += grad_output[n, f, i, j] * w[f]
        count[n, :, r : r + kh, c : c + kw] += 1
    dx = total / count
    dx = dx[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return dx, dw, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    # normalised, so that the gradient does not explode
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    size = {"output_size": x.shape[2:], "kernel_size": w.shape[2:], "padding": padding, "stride": stride}
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, **size)
    gx = gx / torch.sqrt(gx)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), g.sum((0, 2))
