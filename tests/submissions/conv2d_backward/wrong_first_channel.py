# Wrote x[n, 0] in the first part and broadcasting kept quiet about it later.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp = np.zeros_like(xp)
    gw = np.zeros_like(w)
    gb = np.zeros(w.shape[0])
    for n in range(grad_output.shape[0]):
        for f in range(grad_output.shape[1]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    r, c = i * stride[0], j * stride[1]
                    gw[f] += grad_output[n, f, i, j] * xp[n, 0, r : r + kh, c : c + kw]
                    gxp[n, :, r : r + kh, c : c + kw] += grad_output[n, f, i, j] * w[f]
                    gb[f] += grad_output[n, f, i, j]
    return gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], gw, gb
