# as_strided forward; backward asks each place of the window in turn whether it holds the maximum, and crosses off; right.
# %% name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = kernel_size, stride or kernel_size, padding
    lowest = x.min() - 1
    xp = np.full((*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw), lowest)
    xp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]] = x
    a, b, r, s = xp.strides
    oh, ow = (xp.shape[2] - kh) // sh + 1, (xp.shape[3] - kw) // sw + 1
    wins = np.lib.stride_tricks.as_strided(xp, (*x.shape[:2], oh, ow, kh, kw), (a, b, r * sh, s * sw, r, s))
    values = wins.max(axis=(4, 5))
    at = (wins == values[..., None, None]).reshape(*values.shape, kh * kw).argmax(axis=-1)
    row = at // kw + np.arange(oh)[:, None] * sh - ph
    column = at % kw + np.arange(ow) * sw - pw
    return values, row * x.shape[3] + column


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = kernel_size, stride or kernel_size, padding
    oh, ow = grad_output.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=x.min() - 1)
    taps = [
        np.s_[:, :, p : p + sh * (oh - 1) + 1 : sh, q : q + sw * (ow - 1) + 1 : sw]
        for p in range(kh)
        for q in range(kw)
    ]
    largest = np.max([xp[tap] for tap in taps], axis=0)
    open_ = np.ones(grad_output.shape, dtype=bool)
    gxp = np.zeros_like(xp)
    for tap in taps:
        hit = open_ & (xp[tap] == largest)
        gxp[tap] += np.where(hit, grad_output, 0)
        open_ &= ~hit
    return gxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]
