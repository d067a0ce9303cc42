# One function for one window, then np.vectorize and np.frompyfunc over all of them; right.
# %% name="max_pool2d"
def max_pool_one(image, top, left, height, width):
    t, l = max(top, 0), max(left, 0)
    part = image[t : top + height, l : left + width]
    p, q = divmod(int(part.argmax()), part.shape[1])
    return part[p, q], (t + p) * image.shape[1] + l + q


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = kernel_size if stride is None else stride
    images = np.empty(x.shape[:2], dtype=object)
    for at in np.ndindex(images.shape):
        images[at] = x[at]
    tops = np.arange(-padding[0], x.shape[2] + padding[0] - kernel_size[0] + 1, stride[0])
    lefts = np.arange(-padding[1], x.shape[3] + padding[1] - kernel_size[1] + 1, stride[1])
    everywhere = np.vectorize(max_pool_one, otypes=[float, int])
    return everywhere(images[:, :, None, None], tops[:, None], lefts, *kernel_size)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    grad_x = np.zeros(x.shape)

    def max_pool_give(n, c, index, g):
        grad_x[n, c, index // x.shape[3], index % x.shape[3]] += g

    n, c, _, _ = np.indices(indices.shape)
    np.frompyfunc(max_pool_give, 4, 1)(n, c, indices, grad_output)
    return grad_x
