# Starts grad_w and grad_b from zeros inside the loop over images.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    (sh, sw), (ph, pw) = stride, padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    grad_xp = np.zeros_like(xp)
    for n in range(len(x)):
        grad_w = np.zeros_like(w)
        grad_b = np.zeros(len(w))
        for o in range(len(w)):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    g = grad_output[n, o, i, j]
                    rows = slice(i * sh, i * sh + w.shape[2])
                    cols = slice(j * sw, j * sw + w.shape[3])
                    grad_w[o] += g * xp[n, :, rows, cols]
                    grad_xp[n, :, rows, cols] += g * w[o]
                    grad_b[o] += g
    return grad_xp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], grad_w, grad_b
