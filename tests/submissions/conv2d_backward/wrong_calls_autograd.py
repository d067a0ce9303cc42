# Lets torch's autograd do it: builds the outputs from slices, then backward() in NumPy's cell, autograd.grad in torch's.
# %% name="conv2d_backward"
import torch


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    xt = torch.tensor(x, requires_grad=True)
    wt = torch.tensor(w, requires_grad=True)
    xp = torch.nn.functional.pad(xt, (padding[1], padding[1], padding[0], padding[0]))
    g = torch.tensor(grad_output)
    loss = 0
    for i in range(g.shape[2]):
        for j in range(g.shape[3]):
            a, c = i * stride[0], j * stride[1]
            patch = xp[:, :, a : a + wt.shape[2], c : c + wt.shape[3]]
            loss = loss + (g[:, :, i, j] * torch.einsum("ncpq,ocpq->no", patch, wt)).sum()
    loss.backward()
    return xt.grad.numpy(), wt.grad.numpy(), grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    with torch.enable_grad():
        x = x.clone().requires_grad_()
        w = w.clone().requires_grad_()
        cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
        y = (w.flatten(1) @ cols).view(grad_output.shape)
        gx, gw = torch.autograd.grad(y, (x, w), grad_output)
    return gx, gw, grad_output.sum((0, 2, 3))
