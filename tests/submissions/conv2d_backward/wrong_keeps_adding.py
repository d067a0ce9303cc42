# Made the zeros outside the function, so each call adds to the last one's: right the first time only.
# %% name="conv2d_backward"
sums = {}


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_w = sums.setdefault(w.shape, np.zeros_like(w))
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp = np.zeros_like(xp)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        grad_w[f] += grad_output[n, f, i, j] * xp[at]
        gxp[at] += grad_output[n, f, i, j] * w[f]
    gx = gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return gx, grad_w, grad_output.sum(axis=(0, 2, 3))
