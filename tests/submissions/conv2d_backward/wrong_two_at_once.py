# Two mistakes at once: grad_w is flipped, grad_x is overwritten where placements overlap.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[0])
    for n in range(grad_output.shape[0]):
        for f in range(grad_output.shape[1]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    r = i * stride[0]
                    c = j * stride[1]
                    dw[f] += grad_output[n, f, i, j] * xp[n, :, r : r + kh, c : c + kw]
                    dxp[n, :, r : r + kh, c : c + kw] = grad_output[n, f, i, j] * w[f]
                    db[f] = db[f] + grad_output[n, f, i, j]
    dw = np.flip(dw, axis=(2, 3))  # because of convolution
    return dxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], dw, db
