# The power of the mean, as a widely copied notebook has it; factors that do not move; smooth below alone.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    bce = np.logaddexp(0, np.where(target == 1, -logits, logits))
    pt = np.exp(-bce.mean())
    if alpha is not None:
        bce = bce * np.where(target == 1, alpha, 1 - alpha)
    return (1 - pt) ** gamma * bce.mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p = np.exp(-np.logaddexp(0, -logits))
    factor = np.where(target == 1, 1 - p, p) ** gamma
    if alpha is not None:
        factor *= np.where(target == 1, alpha, 1 - alpha)
    return grad_output * factor * (p - target) / p.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    inter = (p * target).sum((2, 3))
    return np.mean(1 - 2 * inter / (p.sum((2, 3)) + target.sum((2, 3)) + smooth))


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    grad = np.empty_like(p)
    for n in range(len(p)):
        for c in range(len(p[n])):
            grad[n, c] = -2 * target[n, c] / (p[n, c].sum() + target[n, c].sum() + smooth)
    grad = grad * p * (1 - p)
    return grad * grad_output / (len(p) * len(p[0]))
