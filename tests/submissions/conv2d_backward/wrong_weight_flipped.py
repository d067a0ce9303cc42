# Read that "convolution flips the kernel", so flips grad_w as well.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    oh, ow = grad_output.shape[2:]
    H, W = x.shape[2:]
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for p in range(kh):
        for q in range(kw):
            for i in range(oh):
                for j in range(ow):
                    m = i * stride[0] + p - padding[0]
                    n = j * stride[1] + q - padding[1]
                    if 0 <= m < H and 0 <= n < W:
                        # convolution = flipped
                        gw[:, :, kh - 1 - p, kw - 1 - q] += grad_output[:, :, i, j].T @ x[:, :, m, n]
                        gx[:, :, m, n] += grad_output[:, :, i, j] @ w[:, :, p, q]
    return gx, gw, grad_output.sum(axis=(0, 2, 3))
