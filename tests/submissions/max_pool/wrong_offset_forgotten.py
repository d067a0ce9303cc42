# Forward: the padding makes the output larger, but the first window begins on the first pixel. Backward: pads well, and
# cuts the image's size off the corner of the padded one.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    s = stride if stride is not None else kernel_size
    N, C, H, W = x.shape
    oh = (H + 2 * padding[0] - kernel_size[0]) // s[0] + 1
    ow = (W + 2 * padding[1] - kernel_size[1]) // s[1] + 1
    vals, inds = np.zeros((N, C, oh, ow)), np.zeros((N, C, oh, ow), dtype=int)
    for n, c, i, j in np.ndindex(vals.shape):
        candidates = []
        for r in range(i * s[0], min(i * s[0] + kernel_size[0], H)):
            for k in range(j * s[1], min(j * s[1] + kernel_size[1], W)):
                candidates.append((x[n, c, r, k], -(r * W + k)))
        top = max(candidates)
        vals[n, c, i, j] = top[0]
        inds[n, c, i, j] = -top[1]
    return vals, inds


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    s = stride if stride is not None else kernel_size
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    grad = np.zeros_like(padded)
    for n, c, i, j in np.ndindex(grad_output.shape):
        a, b = i * s[0], j * s[1]
        window = padded[n, c, a : a + kernel_size[0], b : b + kernel_size[1]]
        r, k = divmod(int(window.argmax()), kernel_size[1])
        grad[n, c, a + r, b + k] += grad_output[n, c, i, j]
    return grad[:, :, : x.shape[2], : x.shape[3]]
