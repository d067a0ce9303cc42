# The window takes all channels with it, both ways: one maximum for all of them.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = kernel_size, stride or kernel_size, padding
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    values = np.zeros((N, C, (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1))
    indices = np.zeros(values.shape, dtype=int)
    for n in range(N):
        for i in range(values.shape[2]):
            for j in range(values.shape[3]):
                window = xp[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                _, p, q = np.unravel_index(np.argmax(window), window.shape)
                values[n, :, i, j] = window.max()
                indices[n, :, i, j] = (i * sh + p - ph) * W + j * sw + q - pw
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = kernel_size, stride or kernel_size, padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    dx = np.zeros_like(x)
    for n in range(grad_output.shape[0]):
        for i in range(grad_output.shape[2]):
            for j in range(grad_output.shape[3]):
                window = xp[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                c, p, q = np.unravel_index(np.argmax(window), window.shape)
                dx[n, c, i * sh + p - ph, j * sw + q - pw] += grad_output[n, c, i, j]
    return dx
