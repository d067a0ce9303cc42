# Numbers all pixels and weights, and lets np.bincount add up what falls on each; right, in torch with scatter_add.
# %% name="conv2d_backward"
def numbering(grad_output, x, w, stride, padding):
    """for every product of the forward pass: number of its output, its pixel and its weight"""
    N, F, oh, ow = grad_output.shape
    C, kh, kw = w.shape[1:]
    n, f, i, j, c, p, q = (a.ravel() for a in np.indices((N, F, oh, ow, C, kh, kw)))
    row, col = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
    on = (0 <= row) & (row < x.shape[2]) & (0 <= col) & (col < x.shape[3])
    out = ((n * F + f) * oh + i) * ow + j
    pixel = ((n * C + c) * x.shape[2] + row) * x.shape[3] + col
    weight = ((f * C + c) * kh + p) * kw + q
    return out[on], pixel[on], weight[on]


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    out, pixel, weight = numbering(grad_output, x, w, stride, padding)
    g = grad_output.ravel()[out]
    grad_x = np.bincount(pixel, weights=g * w.ravel()[weight], minlength=x.size).reshape(x.shape)
    grad_w = np.bincount(weight, weights=g * x.ravel()[pixel], minlength=w.size).reshape(w.shape)
    filters = np.indices(grad_output.shape)[1]
    return grad_x, grad_w, np.bincount(filters.ravel(), weights=grad_output.ravel())


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    numbers = numbering(grad_output, x, w, stride, padding)
    out, pixel, weight = (torch.as_tensor(a, device=x.device) for a in numbers)
    g = grad_output.flatten()[out]
    gx = torch.zeros(x.numel(), dtype=x.dtype, device=x.device)
    gw = torch.zeros(w.numel(), dtype=w.dtype, device=x.device)
    gx.scatter_add_(0, pixel, g * w.flatten()[weight])
    gw.scatter_add_(0, weight, g * x.flatten()[pixel])
    return gx.view(x.shape), gw.view(w.shape), grad_output.transpose(0, 1).flatten(1).sum(-1)
