# Takes padding for (horizontal, vertical): the padded image has another shape than in the forward pass.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    left, top = padding
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n, f, i, j in np.ndindex(grad_output.shape):
        r, c = i * stride[0], j * stride[1]
        dw[f] += grad_output[n, f, i, j] * xp[n, :, r : r + kh, c : c + kw]
        dxp[n, :, r : r + kh, c : c + kw] += grad_output[n, f, i, j] * w[f]
    return dxp[:, :, top : top + x.shape[2], left : left + x.shape[3]], dw, grad_output.sum((0, 2, 3))
