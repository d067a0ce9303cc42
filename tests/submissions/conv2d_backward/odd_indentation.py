# Pasted from a forum: a line is indented wrongly; the torch cell is right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_x = np.zeros_like(x)
      grad_w = np.zeros_like(w)
    return grad_x, grad_w, grad_output.sum((0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), g.sum((0, 2))
