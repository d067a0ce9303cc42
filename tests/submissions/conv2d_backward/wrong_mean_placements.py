# Divides grad_w by the number of outputs "so that it does not depend on the image size".
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, oH, oW = grad_output.shape
    C, kH, kW = w.shape[1:]
    pad_v, pad_h = padding
    xp = np.pad(x, ((0, 0), (0, 0), (pad_v, pad_v), (pad_h, pad_h)))
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(F)
    for n in range(N):
        for f in range(F):
            db[f] += grad_output[n, f].sum()
            for c in range(C):
                for i in range(oH):
                    for j in range(oW):
                        for p in range(kH):
                            for q in range(kW):
                                dw[f, c, p, q] += (
                                    grad_output[n, f, i, j] * xp[n, c, i * stride[0] + p, j * stride[1] + q] / (oH * oW)
                                )
                                dxp[n, c, i * stride[0] + p, j * stride[1] + q] += (
                                    grad_output[n, f, i, j] * w[f, c, p, q]
                                )
    return dxp[:, :, pad_v : pad_v + x.shape[2], pad_h : pad_h + x.shape[3]], dw, db
