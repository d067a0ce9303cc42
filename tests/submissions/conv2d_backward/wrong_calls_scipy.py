# Knows scipy.signal: correlate2d for grad_w, convolve2d "full" for grad_x. The torch cell uses torch.func.vjp.
# %% name="conv2d_backward"
from scipy.signal import convolve2d, correlate2d


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    H, W = x.shape[2:]
    ph, pw = padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    g = np.zeros((*grad_output.shape[:2], xp.shape[2] - w.shape[2] + 1, xp.shape[3] - w.shape[3] + 1))
    g[:, :, :: stride[0], :: stride[1]] = grad_output
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for n in range(x.shape[0]):
        for o in range(w.shape[0]):
            for c in range(w.shape[1]):
                gw[o, c] += correlate2d(xp[n, c], g[n, o], mode="valid")
                gx[n, c] += convolve2d(g[n, o], w[o, c], mode="full")[ph : ph + H, pw : pw + W]
    return gx, gw, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    def forward(x, w):
        cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
        return (w.flatten(1) @ cols).view(grad_output.shape)

    _, pull_back = torch.func.vjp(forward, x, w)
    return *pull_back(grad_output), grad_output.sum((0, 2, 3))
