# Asks of each pixel which outputs it fed, with the sign the wrong way round: m + p instead of m - p.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    N, F, oh, ow = grad_output.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    dw = np.zeros((F, C, kh, kw))
    for f, c, p, q, i, j in np.ndindex(F, C, kh, kw, oh, ow):
        dw[f, c, p, q] += (grad_output[:, f, i, j] * xp[:, c, stride[0] * i + p, stride[1] * j + q]).sum()

    dx = np.zeros((N, C, H, W))
    for m in range(H):
        for l in range(W):
            for p in range(kh):
                for q in range(kw):
                    i, rest_i = divmod(m + padding[0] + p, stride[0])
                    j, rest_j = divmod(l + padding[1] + q, stride[1])
                    if rest_i == 0 and rest_j == 0 and i < oh and j < ow:
                        for n in range(N):
                            for f in range(F):
                                dx[n, :, m, l] += grad_output[n, f, i, j] * w[f, :, p, q]
    return dx, dw, grad_output.sum(axis=(0, 2, 3))
