# scipy.special has a sigmoid and its logarithm; right.
# %% name="focal_loss"
from scipy.special import expit, log_expit


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    fg = -np.power(expit(-logits), gamma) * log_expit(logits)
    bg = -np.power(expit(logits), gamma) * log_expit(-logits)
    if alpha is not None:
        fg, bg = alpha * fg, (1 - alpha) * bg
    return np.where(target > 0.5, fg, bg).mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p, q = expit(logits), expit(-logits)
    fg = q**gamma * (gamma * p * log_expit(logits) - q)
    bg = p**gamma * (p - gamma * q * log_expit(-logits))
    if alpha is not None:
        fg, bg = alpha * fg, (1 - alpha) * bg
    return grad_output * np.where(target > 0.5, fg, bg) / logits.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = expit(logits)
    inter = np.add.reduce(p * target, axis=(2, 3))
    union = np.add.reduce(p, axis=(2, 3)) + np.add.reduce(target, axis=(2, 3))
    losses = (union - 2 * inter) / (union + smooth)  # the same as 1 - (2 inter + smooth) / (union + smooth)
    return losses.mean()


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = expit(logits)
    inter = np.add.reduce(p * target, axis=(2, 3), keepdims=True)
    union = np.add.reduce(p + target, axis=(2, 3), keepdims=True)
    # quotient rule for (union - 2 inter) / (union + smooth)
    up = (1 - 2 * target) * (union + smooth) - (union - 2 * inter)
    return grad_output * up / (union + smooth) ** 2 * p * expit(-logits) / inter.size
