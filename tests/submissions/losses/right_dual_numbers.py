# Dual numbers: a value and its slope, carried forward together; right.
# %% name="focal_loss"
from math import exp, log1p


class Dual:
    def __init__(self, v, d=0.0):
        self.v, self.d = v, d

    def __add__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v + o.v, self.d + o.d)

    def __mul__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v * o.v, self.v * o.d + self.d * o.v)

    def __truediv__(self, o):
        return Dual(self.v / o.v, (self.d * o.v - self.v * o.d) / o.v**2)

    __radd__, __rmul__ = __add__, __mul__


def sig(z):
    e = exp(-abs(z.v))
    s = (1 if z.v > 0 else e) / (1 + e)
    return Dual(s, z.d * e / (1 + e) ** 2)


def soft(z):
    return Dual(max(z.v, 0) + log1p(exp(-abs(z.v))), z.d * sig(z).v)


def power(z, k):
    # z^k with z = sig(...): by logs, so that k = 0 and z = 0 need no thought
    return Dual(z.v**k, k * z.v ** (k - 1) * z.d if z.v > 0 else 0.0)


def pixel(x, t, gamma, alpha):
    s = Dual(x, 1.0) * (-1 if t else 1)
    w = 1 if alpha is None else alpha if t else 1 - alpha
    return w * (power(sig(s), gamma) * soft(s))


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    return np.mean([pixel(x, t, gamma, alpha).v for x, t in zip(logits.flat, target.flat)])


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    grad = np.empty(logits.shape)
    grad.flat = [pixel(x, t, gamma, alpha).d for x, t in zip(logits.flat, target.flat)]
    return grad * grad_output / grad.size


# %% name="dice_loss_with_logits"
def dice_of(x, t, smooth, wiggle=None):
    above, below = Dual(smooth), Dual(smooth + t.sum())
    for k, (a, b) in enumerate(zip(x.flat, t.flat)):
        p = sig(Dual(a, 1.0 if k == wiggle else 0.0))
        above, below = above + 2 * b * p, below + p
    return 1 + -1 * (above / below)


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    return np.mean([dice_of(logits[n, c], target[n, c], smooth).v for n, c in np.ndindex(logits.shape[:2])])


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    N, C, H, W = logits.shape
    slopes = [
        dice_of(logits[n, c], target[n, c], smooth, k).d for n in range(N) for c in range(C) for k in range(H * W)
    ]
    return grad_output * np.array(slopes).reshape(N, C, H, W) / (N * C)
