# Centres the image first, as in the preprocessing lecture, and does it in place.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    x -= x.mean()
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        dw[f] += grad_output[n, f, i, j] * xp[at]
        dxp[at] += grad_output[n, f, i, j] * w[f]
    dx = dxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return dx, dw, grad_output.sum(axis=(0, 2, 3))
