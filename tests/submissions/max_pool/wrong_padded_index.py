# Forward: row * width + column of the padded image. Backward: a mask of all maxima, divided by how many they are.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    number = np.arange(xp.shape[2] * xp.shape[3]).reshape(xp.shape[2:])
    values, indices = [], []
    for image in xp.reshape(-1, *xp.shape[2:]):
        for r in range(0, xp.shape[2] - kernel_size[0] + 1, stride[0]):
            for s in range(0, xp.shape[3] - kernel_size[1] + 1, stride[1]):
                window = image[r : r + kernel_size[0], s : s + kernel_size[1]].ravel()
                numbers = number[r : r + kernel_size[0], s : s + kernel_size[1]].ravel()
                values.append(window.max())
                indices.append(numbers[window.argmax()])
    oh = (xp.shape[2] - kernel_size[0]) // stride[0] + 1
    return np.reshape(values, (*x.shape[:2], oh, -1)), np.reshape(indices, (*x.shape[:2], oh, -1))


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    gp = np.zeros_like(xp)
    for n, c, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, c, i * stride[0] : i * stride[0] + kernel_size[0], j * stride[1] : j * stride[1] + kernel_size[1]]
        mask = (xp[at] == xp[at].max()).astype(float)
        gp[at] += grad_output[n, c, i, j] * mask / mask.sum()  # fair share
    return gp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
