# Adds up and forgets the mean, both ways; returns the Dice score, and its gradient uphill.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    total = 0.0
    for x, t in zip(logits.ravel(), target.ravel()):
        if t == 1:
            total += (1.0 if alpha is None else alpha) * np.exp(-gamma * np.logaddexp(0, x)) * np.logaddexp(0, -x)
        else:
            total += (1.0 if alpha is None else 1 - alpha) * np.exp(-gamma * np.logaddexp(0, -x)) * np.logaddexp(0, x)
    return total


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    grad = np.zeros_like(logits)
    for at in np.ndindex(logits.shape):
        y = 1 if target[at] else -1
        nll = np.logaddexp(0, -y * logits[at])
        pt, miss = np.exp(-nll), np.exp(-np.logaddexp(0, y * logits[at]))
        weight = 1.0
        if alpha is not None:
            weight = alpha if target[at] else 1 - alpha
        grad[at] = -y * weight * miss**gamma * (gamma * pt * nll + miss) * grad_output
    return grad


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    inter = np.sum(p * target, axis=(2, 3))
    return np.mean((2 * inter + smooth) / (np.sum(p, axis=(2, 3)) + np.sum(target, axis=(2, 3)) + smooth))


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    a = 2 * np.sum(p * target, axis=(2, 3), keepdims=True) + smooth
    b = np.sum(p + target, axis=(2, 3), keepdims=True) + smooth
    return grad_output * (2 * target * b - a) / b**2 * p * (1 - p) / a.size
