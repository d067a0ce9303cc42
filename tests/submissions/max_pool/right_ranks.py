# Gives every pixel of an image a rank in which there are no ties, and pools the ranks; right.
# %% name="max_pool2d"
def ranked(image):
    """pixels from the one that loses against all others to the one that wins against all"""
    flat = image.ravel()
    order = np.lexsort((-np.arange(flat.size), flat))
    rank = np.empty(flat.size, dtype=int)
    rank[order] = np.arange(flat.size)
    return order, rank.reshape(image.shape)


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (ph, pw) = kernel_size, padding
    sh, sw = stride if stride is not None else (kh, kw)
    indices = []
    for image in x.reshape(-1, *x.shape[2:]):
        order, rank = ranked(image)
        rank = np.pad(rank, ((ph, ph), (pw, pw)), constant_values=-1)
        tops, lefts = range(0, len(rank) - kh + 1, sh), range(0, rank.shape[1] - kw + 1, sw)
        indices.append([[order[rank[t : t + kh, l : l + kw].max()] for l in lefts] for t in tops])
    indices = np.array(indices)
    values = np.stack([image.ravel()[at] for image, at in zip(x.reshape(-1, *x.shape[2:]), indices)])
    shape = (*x.shape[:2], *indices.shape[1:])
    return values.reshape(shape), indices.reshape(shape)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, won = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    won, g = won.reshape(*x.shape[:2], -1), grad_output.reshape(*x.shape[:2], -1)
    order = np.argsort(won, axis=-1)  # equal winners lie side by side, so a sum up to here is enough
    sums = np.cumsum(np.take_along_axis(g, order, -1), axis=-1)
    won = np.take_along_axis(won, order, -1)
    grad_x = np.zeros((*x.shape[:2], x[0, 0].size))
    for n, c in np.ndindex(x.shape[:2]):
        ends = np.flatnonzero(np.append(np.diff(won[n, c]), 1))
        grad_x[n, c, won[n, c, ends]] = np.diff(sums[n, c, ends], prepend=0)
    return grad_x.reshape(x.shape)
