# Clips probabilities as Keras does; adds 1e-7 to be safe; counts all channels of an image together; float32 on the way.
# %% name="focal_loss"
EPSILON = 1e-7


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    p = np.clip(1 / (1 + np.exp(-logits)), EPSILON, 1 - EPSILON)
    fg, bg = -((1 - p) ** gamma) * np.log(p), -(p**gamma) * np.log(1 - p)
    if alpha is not None:
        fg, bg = alpha * fg, (1 - alpha) * bg
    return np.mean(target * fg + (1 - target) * bg)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    s = (1 - 2 * target) * logits
    missing = np.exp(-np.logaddexp(0, -s))
    slope = missing**gamma * (missing - gamma * (1 - missing) * np.log(1 - missing + EPSILON))
    if alpha is not None:
        slope *= np.where(target == 1, alpha, 1 - alpha)
    return grad_output * (1 - 2 * target) * slope / logits.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    losses = []
    for image, mask in zip(logits, target):
        p = np.exp(-np.logaddexp(0, -image.ravel()))
        losses.append(1 - (2 * np.dot(p, mask.ravel()) + smooth) / (np.sum(p) + np.sum(mask) + smooth))
    return np.mean(losses)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    x, t = logits.astype(np.float32), target.astype(np.float32)
    p = np.exp(-np.logaddexp(0, -x))
    size = (p + t).sum((2, 3), keepdims=True) + smooth
    dice = (2 * (p * t).sum((2, 3), keepdims=True) + smooth) / size
    return (grad_output * (dice - 2 * t) / size * p * (1 - p) / dice.size).astype(np.float64)
