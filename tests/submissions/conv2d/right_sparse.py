# A sparse matrix with a row for each output and a column for each pixel; padding has no column at all; right.
# %% name="conv2d"
import scipy.sparse as sp


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    oh = (H + 2 * padding[0] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    ow = (W + 2 * padding[1] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    f, i, j, c, p, q = np.indices((F, oh, ow, C, kh, kw)).reshape(6, -1)
    m, k = i * stride[0] + p * dilation[0] - padding[0], j * stride[1] + q * dilation[1] - padding[1]
    inside = (m >= 0) & (m < H) & (k >= 0) & (k < W)
    row = np.ravel_multi_index((f, i, j), (F, oh, ow))[inside]
    col = np.ravel_multi_index((c[inside], m[inside], k[inside]), (C, H, W))
    A = sp.csr_array((w[f, c, p, q][inside], (row, col)), shape=(F * oh * ow, C * H * W))
    y = (A @ x.reshape(N, -1).T).T.reshape(N, F, oh, ow)
    if b is not None:
        y = y + b.reshape(F, 1, 1)
    return y
