# A physicist: a correlation is a product of Fourier transforms, so rounding differs; right.
# %% name="conv2d"
from numpy.fft import irfft2, rfft2


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (ph, pw), (dh, dw), (kh, kw) = padding, dilation, w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    size = xp.shape[2:]
    spread = np.zeros(w.shape[:2] + size)
    spread[:, :, : dh * kh : dh, : dw * kw : dw] = w
    Y = np.einsum("ncuv,fcuv->nfuv", rfft2(xp), rfft2(spread).conj())
    everywhere = irfft2(Y, s=size)  # circular: only the first ones are without wrapping round
    y = everywhere[:, :, : size[0] - dh * (kh - 1) : stride[0], : size[1] - dw * (kw - 1) : stride[1]]
    return y + (0 if b is None else b.reshape(1, -1, 1, 1))
