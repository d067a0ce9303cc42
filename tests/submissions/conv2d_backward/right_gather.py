# Asked of each pixel which outputs it fed, with ifs at the borders; right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    oh, ow = grad_output.shape[2], grad_output.shape[3]
    sh, sw = stride
    ph, pw = padding

    grad_x = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for m in range(H):
                for k in range(W):
                    total = 0.0
                    for f in range(F):
                        for p in range(kh):
                            for q in range(kw):
                                # which output had weight (p, q) on this pixel?
                                i = m + ph - p
                                j = k + pw - q
                                if i % sh != 0 or j % sw != 0:
                                    continue
                                i = i // sh
                                j = j // sw
                                if i >= 0 and i < oh and j >= 0 and j < ow:
                                    total += grad_output[n, f, i, j] * w[f, c, p, q]
                    grad_x[n, c, m, k] = total

    grad_w = np.zeros(w.shape)
    grad_b = np.zeros(F)
    for f in range(F):
        for c in range(C):
            for p in range(kh):
                for q in range(kw):
                    for n in range(N):
                        for i in range(oh):
                            for j in range(ow):
                                r = i * sh + p - ph
                                s = j * sw + q - pw
                                if 0 <= r < H and 0 <= s < W:
                                    grad_w[f, c, p, q] += grad_output[n, f, i, j] * x[n, c, r, s]
        for n in range(N):
            for i in range(oh):
                for j in range(ow):
                    grad_b[f] += grad_output[n, f, i, j]
    return grad_x, grad_w, grad_b


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    # slow but it is the same thing
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    _, _, oh, ow = grad_output.shape
    gx, gw = torch.zeros_like(x), torch.zeros_like(w)
    for i in range(oh):
        for j in range(ow):
            for p in range(kh):
                for q in range(kw):
                    r = i * stride[0] + p - padding[0]
                    s = j * stride[1] + q - padding[1]
                    if r < 0 or s < 0 or r >= H or s >= W:
                        continue
                    gw[:, :, p, q] += grad_output[:, :, i, j].T @ x[:, :, r, s]
                    gx[:, :, r, s] += grad_output[:, :, i, j] @ w[:, :, p, q]
    return gx, gw, grad_output.sum(dim=[0, 2, 3])
