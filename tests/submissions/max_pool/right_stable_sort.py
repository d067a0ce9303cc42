# Sorts every window, stably and downwards, takes the first; the gradient goes back through a one-hot product; right.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    pixels = np.pad(np.arange(H * W).reshape(H, W), [(p, p) for p in padding], constant_values=-1)
    tops = range(0, pixels.shape[0] - kernel_size[0] + 1, stride[0])
    lefts = range(0, pixels.shape[1] - kernel_size[1] + 1, stride[1])
    values = np.empty((*x.shape[:2], len(tops), len(lefts)))
    indices = np.empty(values.shape, dtype=int)
    flat = x.reshape(*x.shape[:2], -1)
    for i, t in enumerate(tops):
        for j, l in enumerate(lefts):
            window = pixels[t : t + kernel_size[0], l : l + kernel_size[1]]
            window = window[window >= 0]
            order = np.argsort(-flat[:, :, window], axis=2, kind="stable")
            indices[:, :, i, j] = window[order[:, :, 0]]
            values[:, :, i, j] = np.take_along_axis(flat, indices[:, :, i, j, None], 2)[..., 0]
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)[1]
    one_hot = np.eye(x.shape[2] * x.shape[3])[indices]
    return np.einsum("ncij,ncijm->ncm", grad_output, one_hot).reshape(x.shape)
