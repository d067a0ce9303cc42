# Builds a small autograd of its own; right, in torch an autograd.Function whose backward is called by hand.
# %% name="conv2d_backward"
class Value:
    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = data, parents, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def backward(self, grad):
        self.grad += grad
        for parent, slope in self.parents:
            parent.backward(grad * slope)


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    X, K = (np.array([Value(v) for v in a.ravel().tolist()], dtype=object).reshape(a.shape) for a in (x, w))
    B = [Value(0.0) for _ in w]
    for n, f, i, j in np.ndindex(grad_output.shape):
        y = B[f]
        for c, p, q in np.ndindex(w.shape[1:]):
            r, s = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
            if 0 <= r < x.shape[2] and 0 <= s < x.shape[3]:
                y = y + X[n, c, r, s] * K[f, c, p, q]
        y.backward(float(grad_output[n, f, i, j]))
    grads = np.vectorize(lambda v: v.grad, otypes=[float])
    return grads(X), grads(K), grads(B)


# %% name="conv2d_backward_torch"
from types import SimpleNamespace


class Conv2dFunction(torch.autograd.Function):
    @staticmethod
    def backward(ctx, grad):
        x, w = ctx.saved_tensors
        (sh, sw), (ph, pw) = ctx.stride, ctx.padding
        gx, gw = torch.zeros_like(x), torch.zeros_like(w)
        for i in range(grad.shape[2]):
            for j in range(grad.shape[3]):
                top, left = i * sh - ph, j * sw - pw
                t, l = max(top, 0), max(left, 0)
                b, r = max(top + w.shape[2], 0), max(left + w.shape[3], 0)
                part = x[:, :, t:b, l:r]
                rows = slice(t - top, t - top + part.shape[2])
                cols = slice(l - left, l - left + part.shape[3])
                g = grad[:, :, i, j]
                gw[:, :, rows, cols] += torch.tensordot(g, part, dims=([0], [0]))
                gx[:, :, t:b, l:r] += torch.tensordot(g, w[:, :, rows, cols], dims=1)
        return gx, gw, grad.sum(dim=(0, 2, 3))


def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    ctx = SimpleNamespace(saved_tensors=(x, w), stride=stride, padding=padding)
    return Conv2dFunction.backward(ctx, grad_output)
