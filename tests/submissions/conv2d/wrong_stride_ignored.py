# The stride makes the output smaller, and is then forgotten where the kernel is laid.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    kh, kw = w.shape[2:]
    h_out = (padded.shape[2] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    w_out = (padded.shape[3] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    result = np.zeros((x.shape[0], w.shape[0], h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            for p in range(kh):
                for q in range(kw):
                    seen = padded[:, :, i + p * dilation[0], j + q * dilation[1]]
                    result[:, :, i, j] += seen @ w[:, :, p, q].T
    if b is not None:
        result += b.reshape(1, -1, 1, 1)
    return result
