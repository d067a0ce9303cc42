# Forward: the search begins with best = 0. Backward: a mask of all that equals the maximum, without a share.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    oh = (H + 2 * padding[0] - kernel_size[0]) // stride[0] + 1
    ow = (W + 2 * padding[1] - kernel_size[1]) // stride[1] + 1
    values = np.zeros((*x.shape[:2], oh, ow))
    indices = np.zeros((*x.shape[:2], oh, ow), dtype=int)
    for n, c, i, j in np.ndindex(values.shape):
        best = 0
        place = 0
        for p, q in np.ndindex(*kernel_size):
            r = i * stride[0] - padding[0] + p
            s = j * stride[1] - padding[1] + q
            if 0 <= r < H and 0 <= s < W and x[n, c, r, s] > best:
                best = x[n, c, r, s]
                place = r * W + s
        values[n, c, i, j] = best
        indices[n, c, i, j] = place
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    dxp = np.zeros(xp.shape)
    for n, c, i, j in np.ndindex(grad_output.shape):
        rows = slice(i * stride[0], i * stride[0] + kernel_size[0])
        columns = slice(j * stride[1], j * stride[1] + kernel_size[1])
        mask = xp[n, c, rows, columns] == np.max(xp[n, c, rows, columns])
        dxp[n, c, rows, columns] += mask * grad_output[n, c, i, j]
    return dxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
