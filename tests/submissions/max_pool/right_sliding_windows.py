# No loop at all: sliding_window_view, argmax over the flattened windows, np.add.at on the way back; right.
# %% name="max_pool2d"
from numpy.lib.stride_tricks import sliding_window_view


def winners(x, kernel_size, stride, padding):
    stride = stride or kernel_size
    xp = np.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2], constant_values=-np.inf)
    windows = sliding_window_view(xp, kernel_size, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
    flat = windows.reshape(*windows.shape[:4], -1)
    p, q = np.divmod(flat.argmax(-1), kernel_size[1])
    i, j = np.ogrid[: windows.shape[2], : windows.shape[3]]
    return flat.max(-1), i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    values, row, column = winners(x, kernel_size, stride, padding)
    return values, row * x.shape[-1] + column


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, row, column = winners(x, kernel_size, stride, padding)
    n, c = np.ogrid[: len(x), : x.shape[1]]
    grad_x = np.zeros(x.shape)
    np.add.at(grad_x, (n[..., None, None], c[..., None, None], row, column), grad_output)
    return grad_x
