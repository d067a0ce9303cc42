# Compares its own answer with autograd and with mlcourse.ops below the function, in the same cell; right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    s, t = stride
    u, v = padding
    xx = np.pad(x, ((0, 0), (0, 0), (u, u), (v, v)))
    dxx = np.zeros_like(xx)
    dw = np.zeros_like(w)
    for a in range(grad_output.shape[2]):
        for b_ in range(grad_output.shape[3]):
            part = xx[:, :, a * s : a * s + w.shape[2], b_ * t : b_ * t + w.shape[3]]
            for f in range(w.shape[0]):
                g = grad_output[:, f, a, b_].reshape(-1, 1, 1, 1)
                dw[f] += (g * part).sum(axis=0)
                dxx[:, :, a * s : a * s + w.shape[2], b_ * t : b_ * t + w.shape[3]] += g * w[f]
    return dxx[:, :, u : u + x.shape[2], v : v + x.shape[3]], dw, grad_output.sum(axis=(0, 2, 3))


# my own test
import torch
from mlcourse import ops

_x = torch.randn(2, 3, 6, 5, dtype=torch.double, requires_grad=True)
_w = torch.randn(4, 3, 2, 3, dtype=torch.double, requires_grad=True)
_y = torch.nn.functional.conv2d(_x, _w, stride=(2, 1), padding=(1, 0))
_g = torch.randn_like(_y)
_y.backward(_g)
mine = conv2d_backward(_g.numpy(), _x.detach().numpy(), _w.detach().numpy(), stride=(2, 1), padding=(1, 0))
assert np.allclose(mine[0], _x.grad.numpy()) and np.allclose(mine[1], _w.grad.numpy())
theirs = ops.conv2d_backward(_g.numpy(), _x.detach().numpy(), _w.detach().numpy(), stride=(2, 1), padding=(1, 0))
for m, t in zip(mine, theirs):
    np.testing.assert_allclose(m, t)
print("works!!")


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    O, C, kh, kw = w.shape
    (sh, sw), (ph, pw) = stride, padding
    oh, ow = grad_output.shape[2:]
    xp = torch.nn.functional.pad(x, [pw, pw, ph, ph])
    patches = xp.unfold(2, kh, sh).unfold(3, kw, sw)[:, :, :oh, :ow]
    dw = torch.einsum("noij,ncijpq->ocpq", grad_output, patches)
    dxp = torch.zeros_like(xp)
    for i in range(oh):
        for j in range(ow):
            dxp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += torch.tensordot(grad_output[:, :, i, j], w, 1)
    return dxp[:, :, ph : ph + x.size(2), pw : pw + x.size(3)], dw, torch.einsum("noij->o", grad_output)
