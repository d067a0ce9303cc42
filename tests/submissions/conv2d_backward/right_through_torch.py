# Works in torch all along, and calls that from the NumPy exercise; inference_mode, and a named tuple comes back; right.
# %% name="conv2d_backward"
from collections import namedtuple

import torch

Gradients = namedtuple("Gradients", "x w b")


@torch.inference_mode()
def gradients(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, *out = grad_output.shape
    patches = torch.nn.functional.unfold(x, w.shape[2:], stride=stride, padding=padding)
    g = grad_output.reshape(N, F, -1)
    grad_w = torch.bmm(g, patches.mT).sum(0).reshape_as(w)
    back = torch.matmul(w.reshape(F, -1).T.expand(N, -1, -1), g)
    grad_x = torch.nn.functional.fold(back, x.shape[2:], w.shape[2:], stride=stride, padding=padding)
    return Gradients(grad_x, grad_w, g.mean(-1).sum(0) * g.shape[-1])


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    found = gradients(*map(torch.from_numpy, (grad_output, x, w)), stride=stride, padding=padding)
    return Gradients(*(t.numpy() for t in found))


# %% name="conv2d_backward_torch"
conv2d_backward_torch = gradients
