# A bracket is missing in the first cell, the second was thrown away, the third has arguments of its own; the last is right.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    return np.mean((1 - p_t ** gamma * np.log(p_t)


# %% name="focal_loss_backward" delete=true

# %% name="dice_loss_with_logits"
def dice_loss_with_logits(y_pred, y_true):
    p = 1 / (1 + np.exp(-y_pred))
    return 1 - np.mean((2 * (p * y_true).sum((2, 3)) + 1) / ((p + y_true).sum((2, 3)) + 1))


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = 1 / (1 + np.exp(-logits))
    size = (p + target).sum((2, 3), keepdims=True) + smooth
    dice = (2 * (p * target).sum((2, 3), keepdims=True) + smooth) / size
    return grad_output * (dice - 2 * target) / size * p * (1 - p) / dice.size
