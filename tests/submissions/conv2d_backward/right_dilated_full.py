# Spread grad_output by the stride and convolved "full" with the turned kernel, as the textbook says; right, no torch.
# %% name="conv2d_backward"
def correlate(a, k):
    "valid, one channel"
    H = a.shape[0] - k.shape[0] + 1
    W = a.shape[1] - k.shape[1] + 1
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = np.sum(a[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return out


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, oh, ow = grad_output.shape
    C, kh, kw = w.shape[1:]
    H, W = x.shape[2:]

    # zeros between the outputs, and at the end where the stride left pixels over
    Hp, Wp = H + 2 * padding[0], W + 2 * padding[1]
    spread = np.zeros((N, F, Hp - kh + 1, Wp - kw + 1))
    spread[:, :, :: stride[0], :: stride[1]] = grad_output

    grad_x = np.zeros_like(x)
    grad_w = np.zeros_like(w)
    for n in range(N):
        for c in range(C):
            around = np.zeros((Hp, Wp))
            around[padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x[n, c]
            for f in range(F):
                grad_w[f, c] += correlate(around, spread[n, f])
                big = np.pad(spread[n, f], ((kh - 1, kh - 1), (kw - 1, kw - 1)))
                full = correlate(big, np.rot90(w[f, c], 2))
                grad_x[n, c] += full[padding[0] : padding[0] + H, padding[1] : padding[1] + W]
    grad_b = grad_output.sum(axis=3).sum(axis=2).sum(axis=0)
    return grad_x, grad_w, grad_b
