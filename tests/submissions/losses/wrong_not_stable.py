# As the formulas stand: log of a probability that is 0; a sigmoid whose slope is 0; inf / inf; then smooth in one half only.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    p = 1 / (1 + np.exp(-logits))
    loss = -(target * (1 - p) ** gamma * np.log(p) + (1 - target) * p**gamma * np.log(1 - p))
    if alpha is not None:
        loss *= target * alpha + (1 - target) * (1 - alpha)
    return loss.mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p = 1 / (1 + np.exp(-logits))
    ok = (p > 0) & (p < 1)  # else there are zeros below
    p = p[ok]
    fg = -((1 - p) ** gamma) / p + gamma * (1 - p) ** (gamma - 1) * np.log(p)
    bg = p**gamma / (1 - p) - gamma * p ** (gamma - 1) * np.log(1 - p)
    if alpha is not None:
        fg, bg = alpha * fg, (1 - alpha) * bg
    grad = np.zeros_like(logits)
    grad[ok] = grad_output * np.where(target[ok] == 1, fg, bg) * p * (1 - p) / logits.size
    return grad


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = np.exp(logits) / (np.exp(logits) + 1)
    dice = (2 * (p * target).sum((2, 3)) + smooth) / (p.sum((2, 3)) + target.sum((2, 3)) + smooth)
    return 1 - dice.mean()


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = 1 / (1 + np.exp(-logits))
    size = (p + target).sum((2, 3), keepdims=True) + smooth
    dice = 2 * (p * target).sum((2, 3), keepdims=True) / size
    return grad_output * (dice - 2 * target) / size * p * (1 - p) / dice.size
