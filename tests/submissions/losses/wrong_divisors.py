# Divides by the lesion pixels as a detector does; no grad_output; Jaccard instead of Dice; no mean on its way back.
# %% name="focal_loss"
def bce(logits, target):
    return np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    ce = bce(logits, target)
    loss = (1 - np.exp(-ce)) ** gamma * ce
    if alpha is not None:
        loss = loss * np.where(target == 1, alpha, 1 - alpha)
    positives = np.count_nonzero(target == 1)
    return loss.sum() / positives


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    ce = bce(logits, target)
    pt = np.exp(-ce)
    grad = np.where(target == 1, -1, 1) * (1 - pt) ** gamma * (gamma * pt * ce + 1 - pt)
    if alpha is not None:
        grad = grad * np.where(target == 1, alpha, 1 - alpha)
    return grad / grad.size


# %% name="dice_loss_with_logits"
def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    losses = []
    for n in range(logits.shape[0]):
        for c in range(logits.shape[1]):
            p, t = sigmoid(logits[n, c]), target[n, c]
            intersection = (p * t).sum()
            union = p.sum() + t.sum() - intersection
            losses.append(1 - (intersection + smooth) / (union + smooth))
    return sum(losses) / len(losses)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    grad = np.zeros_like(logits)
    for n in range(logits.shape[0]):
        for c in range(logits.shape[1]):
            p, t = sigmoid(logits[n, c]), target[n, c]
            top = 2 * (p * t).sum() + smooth
            bottom = p.sum() + t.sum() + smooth
            grad[n, c] = -(2 * t * bottom - top) / bottom**2 * p * (1 - p) * grad_output
    return grad
