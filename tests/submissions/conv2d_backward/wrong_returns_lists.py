# Computes with nested lists and returns them as they are.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    gx = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    gw = [[[[0.0] * kw for _ in range(kh)] for _ in range(C)] for _ in range(F)]
    gb = [0.0] * F
    for n, f, i, j in np.ndindex(grad_output.shape):
        gb[f] += grad_output[n, f, i, j]
        for c, p, q in np.ndindex(C, kh, kw):
            r, s = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
            if 0 <= r < H and 0 <= s < W:
                gw[f][c][p][q] += grad_output[n, f, i, j] * x[n, c, r, s]
                gx[n][c][r][s] += grad_output[n, f, i, j] * w[f, c, p, q]
    return gx, gw, gb
