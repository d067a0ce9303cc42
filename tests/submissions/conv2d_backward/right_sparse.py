# A sparse matrix with a row for each output, transposed; another one adds up for the kernel; right, no torch.
# %% name="conv2d_backward"
from scipy.sparse import coo_array


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, oh, ow = grad_output.shape
    _, C, H, W = x.shape
    row, col, tap = [], [], []
    for i, j, c, p, q in np.ndindex(oh, ow, *w.shape[1:]):
        m, k = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
        if m in range(H) and k in range(W):
            row.append(i * ow + j)
            col.append((c * H + m) * W + k)
            tap.append(np.ravel_multi_index((c, p, q), w.shape[1:]))
    g, images = grad_output.reshape(N, F, -1), x.reshape(N, -1)
    grad_x, grad_w = np.zeros((N, C * H * W)), np.zeros((F, w[0].size))
    for f in range(F):
        A = coo_array((w[f].ravel()[tap], (row, col)), shape=(oh * ow, C * H * W))
        grad_x += (A.T @ g[:, f].T).T
        outer = (g[:, f].T @ images)[row, col]  # output times pixel, wherever they met
        grad_w[f] = coo_array((outer, (np.zeros_like(tap), tap)), shape=(1, w[0].size)).toarray()[0]
    return grad_x.reshape(x.shape), grad_w.reshape(w.shape), g.sum(axis=(0, 2))
