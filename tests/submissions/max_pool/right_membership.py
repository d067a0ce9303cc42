# A mask of all pixels for every window at once; argmax over the pixels is the index as it stands; right.
# %% name="max_pool2d"
def masked(x, kernel_size, stride, padding):
    stride = stride or kernel_size
    covers = []
    for a in (0, 1):
        size = x.shape[2 + a]
        start = np.arange(-padding[a], size + padding[a] - kernel_size[a] + 1, stride[a])[:, None]
        pixel = np.arange(size)
        covers.append((pixel >= start) & (pixel < start + kernel_size[a]))
    under = covers[0][:, None, :, None] & covers[1][None, :, None, :]  # oH oW H W
    return np.where(under, x[:, :, None, None], -np.inf).reshape(*x.shape[:2], *under.shape[:2], -1)


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    all_pixels = masked(x, kernel_size, stride, padding)
    return all_pixels.max(axis=-1), all_pixels.argmax(axis=-1)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    winner = masked(x, kernel_size, stride, padding).argmax(axis=-1)[..., None] == np.arange(x[0, 0].size)
    return (winner * grad_output[..., None]).sum(axis=(2, 3)).reshape(x.shape)
