# A physicist: convolution is a product of Fourier transforms, so rounding differs; right, no torch.
# %% name="conv2d_backward"
from numpy.fft import irfft2, rfft2


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    H, W = x.shape[2:]
    kh, kw = w.shape[2:]
    size = (H + 2 * padding[0], W + 2 * padding[1])  # circular is enough: nothing wraps around
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    g = np.zeros(grad_output.shape[:2] + size)
    oh, ow = grad_output.shape[2:]
    g[:, :, : oh * stride[0] : stride[0], : ow * stride[1] : stride[1]] = grad_output

    G, X, K = rfft2(g), rfft2(xp), rfft2(w, s=size)
    grad_w = irfft2(np.einsum("nfuv,ncuv->fcuv", G.conj(), X), s=size)[:, :, :kh, :kw]
    grad_x = irfft2(np.einsum("nfuv,fcuv->ncuv", G, K), s=size)
    grad_x = grad_x[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
    return grad_x, grad_w, G[:, :, 0, 0].real.sum(axis=0)
