# The sigmoid through tanh, which never overflows, and the logarithm's slope from that; right.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    y = 2 * target - 1  # +1 and -1
    margin = y * logits
    wrong = (1 - np.tanh(margin / 2)) / 2
    surprise = np.where(margin < 0, -margin, 0) + np.log1p(np.exp(-np.abs(margin)))
    loss = wrong**gamma * surprise
    if alpha is not None:
        loss *= 0.5 + y * (alpha - 0.5)  # alpha for +1, 1 - alpha for -1
    return loss.sum() / loss.size


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    y = 2 * target - 1
    margin = y * logits
    wrong, fine = (1 - np.tanh(margin / 2)) / 2, (1 + np.tanh(margin / 2)) / 2
    surprise = np.where(margin < 0, -margin, 0) + np.log1p(np.exp(-np.abs(margin)))
    grad = -y * wrong**gamma * (wrong + gamma * fine * surprise) * grad_output / logits.size
    if alpha is not None:
        grad *= 0.5 + y * (alpha - 0.5)
    return grad


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = np.tanh(logits / 2) / 2 + 0.5
    fp = (p * (1 - target)).sum(3).sum(2)
    fn = ((1 - p) * target).sum(3).sum(2)
    tp = (p * target).sum(3).sum(2)
    return ((fp + fn) / (2 * tp + fp + fn + smooth)).mean()  # Dice through the confusion matrix


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    th = np.tanh(logits / 2)
    p = th / 2 + 0.5
    size = (p + target).sum(3).sum(2)[..., None, None] + smooth
    error = (p * (1 - target) + (1 - p) * target).sum(3).sum(2)[..., None, None]
    dp = (1 - 2 * target) / size - error / size**2
    return grad_output * dp * (1 - th**2) / 4 / size.size
