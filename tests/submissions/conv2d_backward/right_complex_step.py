# Numerical derivatives of its own forward pass, with an imaginary step; right, in torch with vmap over directions.
# %% name="conv2d_backward"
def forward(x, w, b, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))
    return np.einsum("ncijpq,fcpq->nfij", windows[:, :, :: stride[0], :: stride[1]], w) + b[:, None, None]


def steps(a):
    """copies of a, each with another of its numbers moved by ih: f(x + ih) = f(x) + ih f'(x), without a difference"""
    return a + 1e-30j * np.eye(a.size).reshape(-1, *a.shape)


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    none = np.zeros(len(w))
    slope_x = [np.tensordot(forward(steps(i), w, none, stride, padding), g, 3) for i, g in zip(x, grad_output)]
    slope_w = []
    for f, kernel in enumerate(w):  # the moved copies of one filter are taken for so many filters
        y = forward(x, steps(kernel), np.zeros(kernel.size), stride, padding)
        slope_w.append(np.einsum("nkij,nij->k", y, grad_output[:, f]))
    slope_b = [np.vdot(grad_output, forward(x, w, moved, stride, padding)) for moved in steps(none)]
    found = zip((slope_x, slope_w, slope_b), (x.shape, w.shape, none.shape))
    return tuple(np.reshape(a, shape).imag / 1e-30 for a, shape in found)


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    # the loss is linear in x and linear in w, so its slope in a direction is its value there
    def loss(x, w):
        xp = torch.nn.functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
        patches = xp.unfold(2, w.shape[2], stride[0]).unfold(3, w.shape[3], stride[1])
        return torch.einsum("ncijpq,fcpq,nfij->", patches, w, grad_output)

    along_x = torch.eye(x.numel(), device=x.device).view(-1, *x.shape)
    along_w = torch.eye(w.numel(), device=x.device).view(-1, *w.shape)
    gx = torch.vmap(loss, in_dims=(0, None))(along_x, w)
    gw = torch.vmap(loss, in_dims=(None, 0))(x, along_w)
    return gx.reshape(x.shape), gw.reshape(w.shape), torch.einsum("nfij->f", grad_output)
