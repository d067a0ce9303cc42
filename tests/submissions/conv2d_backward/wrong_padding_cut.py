# Takes the first H rows and W columns of the padded gradient: shifted by the padding.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    kh, kw = w.shape[2:]
    pad_h, pad_w = padding
    xp = np.pad(x, ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w)))
    dx = np.zeros_like(xp)
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[0])
    for n in range(N):
        for f in range(w.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    h = i * stride[0]
                    v = j * stride[1]
                    dw[f] += xp[n, :, h : h + kh, v : v + kw] * grad_output[n, f, i, j]
                    dx[n, :, h : h + kh, v : v + kw] += w[f] * grad_output[n, f, i, j]
                    db[f] += grad_output[n, f, i, j]
    return dx[:, :, :H, :W], dw, db
