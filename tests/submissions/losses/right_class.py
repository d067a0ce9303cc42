# Layers that remember what they saw, as in a framework of one's own; right.
# %% name="focal_loss"
class Sigmoid:
    def forward(self, x):
        self.p = 0.5 * (1 + np.tanh(x / 2))
        return self.p

    def backward(self, dp):
        return dp * self.p * (1 - self.p)


class FocalLoss:
    def __init__(self, gamma, alpha):
        self.gamma, self.alpha = gamma, alpha

    def forward(self, x, t):
        self.sign = np.where(t == 1, -1.0, 1.0)
        s = self.sign * x
        self.ce = np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))
        self.pt = np.exp(-self.ce)
        self.q = Sigmoid().forward(s)
        self.w = np.ones_like(t) if self.alpha is None else np.where(t == 1, self.alpha, 1 - self.alpha)
        return (self.w * self.q**self.gamma * self.ce).mean()

    def backward(self, upstream):
        d_ce = self.w * self.q**self.gamma * self.q
        d_mod = self.w * self.gamma * self.q**self.gamma * self.pt * self.ce
        return upstream * self.sign * (d_ce + d_mod) / self.sign.size


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    return FocalLoss(gamma, alpha).forward(logits, target)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    layer = FocalLoss(gamma=gamma, alpha=alpha)
    layer.forward(logits, target)
    return layer.backward(grad_output)


# %% name="dice_loss_with_logits"
class DiceLoss:
    def __init__(self, smooth):
        self.smooth = smooth
        self.sigmoid = Sigmoid()

    def forward(self, x, t):
        p = self.sigmoid.forward(x)
        self.t = t
        self.above = 2 * (p * t).sum((2, 3), keepdims=True) + self.smooth
        self.below = p.sum((2, 3), keepdims=True) + t.sum((2, 3), keepdims=True) + self.smooth
        return np.mean(1 - self.above / self.below)

    def backward(self, upstream):
        d_above, d_below = -1 / self.below, self.above / self.below**2
        dp = upstream / self.above.size * (d_above * 2 * self.t + d_below)
        return self.sigmoid.backward(dp)


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    return DiceLoss(smooth).forward(logits, target)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    layer = DiceLoss(smooth)
    layer.forward(logits, target)
    return layer.backward(grad_output)
