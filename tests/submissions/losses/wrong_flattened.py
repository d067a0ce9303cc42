# Alpha the other way round; no change of sign for the background; flattens the whole batch, as old Keras code did.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    y = 2 * target - 1
    nll = np.logaddexp(0, -y * logits)
    weights = np.ones_like(target)
    if alpha is not None:
        weights[target == 0] = alpha
        weights[target == 1] = 1 - alpha
    return np.mean(weights * (1 - np.exp(-nll)) ** gamma * nll)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    y = 2 * target - 1
    nll = np.logaddexp(0, -y * logits)
    pt = np.exp(-nll)
    weights = np.ones_like(target)
    if alpha is not None:
        weights[target == 0] = 1 - alpha
        weights[target == 1] = alpha
    return grad_output * weights * (1 - pt) ** gamma * (-gamma * pt * nll + pt - 1) / target.size


# %% name="dice_loss_with_logits"
def dice_coef(y_true, y_pred, smooth):
    y_true_f, y_pred_f = y_true.flatten(), y_pred.flatten()
    intersection = np.sum(y_true_f * y_pred_f)
    return (2.0 * intersection + smooth) / (np.sum(y_true_f) + np.sum(y_pred_f) + smooth)


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    return 1 - dice_coef(target, np.exp(-np.logaddexp(0, -logits)), smooth)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits)).flatten()
    t = target.flatten()
    below = p.sum() + t.sum() + smooth
    above = 2 * (p @ t) + smooth
    grad = (above - 2 * t * below) / below**2 * p * (1 - p)
    return grad_output * grad.reshape(logits.shape)
