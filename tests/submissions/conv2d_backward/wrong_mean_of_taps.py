# One weight at a time, with .mean() for grad_w and for grad_b: over the images too, so channels names the bias alone.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    sv, sh = stride
    pv, ph = padding
    oh, ow = grad_output.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (pv, pv), (ph, ph)))
    gxp = np.zeros_like(xp)
    gw = np.zeros_like(w)
    for o, c, p, q in np.ndindex(*w.shape):
        rows = slice(p, p + sv * (oh - 1) + 1, sv)
        cols = slice(q, q + sh * (ow - 1) + 1, sh)
        gw[o, c, p, q] = (grad_output[:, o] * xp[:, c, rows, cols]).mean()
        gxp[:, c, rows, cols] += grad_output[:, o] * w[o, c, p, q]
    gb = grad_output.mean(axis=(0, 2, 3))
    return gxp[:, :, pv : pv + x.shape[2], ph : ph + x.shape[3]], gw, gb
