# "Gradients are averaged over the batch": divides kernel and bias by N; both cells.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    batch_size = x.shape[0]
    kh, kw = w.shape[2:]
    a, z = padding
    xp = np.pad(x, ((0, 0), (0, 0), (a, a), (z, z)))
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[0])
    for n in range(batch_size):
        for f in range(w.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    y, t = i * stride[0], j * stride[1]
                    dw[f] += grad_output[n, f, i, j] * xp[n, :, y : y + kh, t : t + kw]
                    dxp[n, :, y : y + kh, t : t + kw] += grad_output[n, f, i, j] * w[f]
                    db[f] += grad_output[n, f, i, j]
    dw /= batch_size
    db /= batch_size
    return dxp[:, :, a : a + x.shape[2], z : z + x.shape[3]], dw, db


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    dw = (g @ cols.mT).mean(0).reshape(w.shape)
    dx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return dx, dw, g.sum(2).mean(0)
