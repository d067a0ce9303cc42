# The numbers in the example looked whole, so the zeros are integers.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    N, C, H, W = x.shape
    grad_x = np.zeros((N, C, H + 2 * padding[0], W + 2 * padding[1]), dtype=int)
    grad_w = np.zeros(w.shape, dtype=int)
    grad_b = np.zeros(w.shape[0], dtype=int)
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    for n in range(N):
        for f in range(w.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    g = int(grad_output[n, f, i, j])
                    r, c = i * stride[0], j * stride[1]
                    grad_w[f] += (g * xp[n, :, r : r + kh, c : c + kw]).astype(int)
                    grad_x[n, :, r : r + kh, c : c + kw] += (g * w[f]).astype(int)
                    grad_b[f] += g
    return grad_x[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W], grad_w, grad_b
