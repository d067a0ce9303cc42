# Calls itself for "the rest of the image" and never stops.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_x, grad_w, grad_b = conv2d_backward(grad_output[:, :, 1:], x[:, :, 1:], w, b, stride=stride, padding=padding)
    grad_w += grad_output[:, :, :1, :1] * x[:, :, : w.shape[2], : w.shape[3]]
    return grad_x, grad_w, grad_b


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    g = grad_output.flatten(2)
    gx = torch.nn.functional.fold(w.flatten(1).T @ g, x.shape[2:], w.shape[2:], padding=padding, stride=stride)
    return gx, torch.einsum("nol,nkl->ok", g, cols).view(w.shape), g.sum((0, 2))
