# p_t to the power gamma; log(0) in the gradient; a mask cut at one half; e^x / (1 + e^x) on the way back.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    p = np.exp(-np.logaddexp(0, -logits))
    pt = np.where(target == 1, p, 1 - p)
    ce = np.logaddexp(0, np.where(target == 1, -logits, logits))
    alpha_t = 1 if alpha is None else np.where(target == 1, alpha, 1 - alpha)
    return np.mean(alpha_t * pt**gamma * ce)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p = 1 / (1 + np.exp(-logits))
    fg = (1 - p) ** gamma * (gamma * p * np.log(p) + p - 1)
    bg = -(p**gamma) * (gamma * (1 - p) * np.log(1 - p) - p)
    alpha_t = 1 if alpha is None else np.where(target == 1, alpha, 1 - alpha)
    return grad_output * alpha_t * (target * fg + (1 - target) * bg) / target.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    prediction = (1 / (1 + np.exp(-logits)) > 0.5).astype(float)
    dice = []
    for pred, true in zip(prediction.reshape(-1, *logits.shape[2:]), target.reshape(-1, *logits.shape[2:])):
        dice.append((2 * (pred * true).sum() + smooth) / (pred.sum() + true.sum() + smooth))
    return 1 - np.mean(dice)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    e = np.exp(logits)
    p = e / (1 + e)
    below = np.sum(p + target, axis=(2, 3), keepdims=True) + smooth
    dice = (2 * np.sum(p * target, axis=(2, 3), keepdims=True) + smooth) / below
    dp = (dice - 2 * target) / below
    return grad_output * dp * e / (1 + e) ** 2 / dice.size
