# No padded array: asks of every place whether it is on the image; right.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    if stride is None:
        stride = kernel_size
    N, C, H, W = x.shape
    oh = 1 + (H + padding[0] * 2 - kernel_size[0]) // stride[0]
    ow = 1 + (W + padding[1] * 2 - kernel_size[1]) // stride[1]
    best = np.empty((N, C, oh, ow))
    where = np.empty((N, C, oh, ow), dtype=np.int64)
    for n in range(N):
        for c in range(C):
            for i in range(oh):
                for j in range(ow):
                    found = False
                    for p in range(kernel_size[0]):
                        for q in range(kernel_size[1]):
                            r = i * stride[0] + p - padding[0]
                            s = j * stride[1] + q - padding[1]
                            if r < 0 or s < 0 or r >= H or s >= W:
                                continue
                            if not found or x[n, c, r, s] > best[n, c, i, j]:
                                found = True
                                best[n, c, i, j] = x[n, c, r, s]
                                where[n, c, i, j] = r * W + s
    return best, where


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    if stride is None:
        stride = kernel_size
    N, C, H, W = x.shape
    grad_x = np.zeros((N, C, H, W))
    for n, c, i, j in np.ndindex(grad_output.shape):
        winner = None
        for p in range(kernel_size[0]):
            for q in range(kernel_size[1]):
                r = i * stride[0] + p - padding[0]
                s = j * stride[1] + q - padding[1]
                if 0 <= r < H and 0 <= s < W:
                    if winner is None or x[n, c, r, s] > x[n, c, winner[0], winner[1]]:
                        winner = (r, s)
        grad_x[n, c, winner[0], winner[1]] += grad_output[n, c, i, j]
    return grad_x
