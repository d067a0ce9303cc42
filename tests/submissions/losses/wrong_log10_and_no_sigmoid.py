# A logarithm to base ten; gradients that end at the probability; sums over the logits themselves.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    s = np.where(target == 1, -logits, logits)
    pt = np.exp(-np.logaddexp(0, s))
    # log10 of p_t, written so that it cannot be log10(0)
    log_pt = -np.logaddexp(0, s) * np.log10(np.e)
    w = 1 if alpha is None else np.where(target == 1, alpha, 1 - alpha)
    return np.mean(-w * (1 - pt) ** gamma * log_pt)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p = 1 / (1 + np.exp(-logits))
    fg = -((1 - p) ** gamma) / p + gamma * (1 - p) ** (gamma - 1) * np.log(p)
    bg = p**gamma / (1 - p) - gamma * p ** (gamma - 1) * np.log(1 - p)
    if alpha is not None:
        fg, bg = alpha * fg, (1 - alpha) * bg
    return grad_output * np.where(target == 1, fg, bg) / logits.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    inter = (logits * target).sum(axis=(2, 3))
    dice = (2 * inter + smooth) / (logits.sum(axis=(2, 3)) + target.sum(axis=(2, 3)) + smooth)
    return (1 - dice).mean()


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    grad = np.zeros_like(logits)
    for n, c in np.ndindex(logits.shape[:2]):
        p = 1 / (1 + np.exp(-logits[n, c]))
        bottom = p.sum() + target[n, c].sum() + smooth
        top = 2 * (p * target[n, c]).sum() + smooth
        grad[n, c] = (top / bottom - 2 * target[n, c]) / bottom
    return grad_output * grad / (logits.shape[0] * logits.shape[1])
