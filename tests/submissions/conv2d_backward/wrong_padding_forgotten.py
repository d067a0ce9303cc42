# Remembers the padding for grad_x and forgets it for grad_w.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    grad_w = np.zeros(w.shape)
    grad_x = np.zeros((N, C, H + 2 * padding[0], W + 2 * padding[1]))
    for n, f, i, j in np.ndindex(*grad_output.shape):
        g = grad_output[n, f, i, j]
        for p in range(w.shape[2]):
            for q in range(w.shape[3]):
                r, s = i * stride[0] + p, j * stride[1] + q
                grad_x[n, :, r, s] += g * w[f, :, p, q]
                if r < H and s < W:  # otherwise index out of range
                    grad_w[f, :, p, q] += g * x[n, :, r, s]
    grad_x = grad_x[:, :, padding[0] : H + padding[0], padding[1] : W + padding[1]]
    return grad_x, grad_w, grad_output.sum(axis=(0, 2, 3))
