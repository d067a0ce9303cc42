# Compares with >=, so the last of equal numbers wins; both ways.
# %% name="max_pool2d"
def find(image, top, left, kernel_size):
    best, place = float("-inf"), None
    for r in range(top, top + kernel_size[0]):
        for c in range(left, left + kernel_size[1]):
            if 0 <= r < len(image) and 0 <= c < len(image[0]) and image[r][c] >= best:
                best, place = image[r][c], (r, c)
    return best, place


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    oh, ow = (
        (H + 2 * padding[0] - kernel_size[0]) // stride[0] + 1,
        (W + 2 * padding[1] - kernel_size[1]) // stride[1] + 1,
    )
    values, indices = np.zeros(x.shape[:2] + (oh, ow)), np.zeros(x.shape[:2] + (oh, ow), int)
    for n, c, i, j in np.ndindex(values.shape):
        best, (r, s) = find(x[n, c], i * stride[0] - padding[0], j * stride[1] - padding[1], kernel_size)
        values[n, c, i, j], indices[n, c, i, j] = best, r * W + s
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    grad_x = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(grad_output.shape):
        _, place = find(x[n, c], i * stride[0] - padding[0], j * stride[1] - padding[1], kernel_size)
        grad_x[n, c][place] += grad_output[n, c, i, j]
    return grad_x
