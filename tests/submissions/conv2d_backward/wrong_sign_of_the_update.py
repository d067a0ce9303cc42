# Subtracts for the weights and the bias only, since those are what is updated; grad_x is right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    vert, hori = stride
    top, left = padding
    grad_x = np.zeros_like(x)
    grad_w = np.zeros_like(w)
    grad_b = np.zeros(len(w))
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            g = grad_output[:, :, i, j]
            grad_b -= g.sum(axis=0)
            for p in range(w.shape[2]):
                for q in range(w.shape[3]):
                    m, n = i * vert + p - top, j * hori + q - left
                    if m >= 0 and n >= 0 and m < x.shape[2] and n < x.shape[3]:
                        grad_w[:, :, p, q] -= np.einsum("no,nc->oc", g, x[:, :, m, n])
                        grad_x[:, :, m, n] += np.einsum("no,oc->nc", g, w[:, :, p, q])
    return grad_x, grad_w, grad_b
