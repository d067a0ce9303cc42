# Calculates both forms everywhere and picks one with np.where, so NumPy warns of overflows; right all the same.
# %% name="focal_loss"
import warnings

warnings.simplefilter("always")


def softplus(z):
    return np.where(z > 0, z + np.log(1 + np.exp(-z)), np.log(1 + np.exp(z)))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))  # 1 / inf is 0, as it should be


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    loss = np.where(
        target == 1,
        sigmoid(-logits) ** gamma * softplus(-logits),
        sigmoid(logits) ** gamma * softplus(logits),
    )
    if alpha is not None:
        loss = np.where(target == 1, alpha * loss, (1 - alpha) * loss)
    return loss.mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p, q = sigmoid(logits), sigmoid(-logits)
    grad = np.where(
        target == 1,
        -(q**gamma) * (gamma * p * softplus(-logits) + q),
        p**gamma * (gamma * q * softplus(logits) + p),
    )
    if alpha is not None:
        grad = np.where(target == 1, alpha * grad, (1 - alpha) * grad)
    return grad_output * grad / logits.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = sigmoid(logits)
    intersection = np.sum(p * target, axis=(2, 3))
    dice = (2.0 * intersection + smooth) / (np.sum(p, axis=(2, 3)) + np.sum(target, axis=(2, 3)) + smooth)
    print("dice of each mask:", dice)
    return 1 - np.mean(dice)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = sigmoid(logits)
    a = 2.0 * np.sum(p * target, axis=(2, 3), keepdims=True) + smooth
    b = np.sum(p, axis=(2, 3), keepdims=True) + np.sum(target, axis=(2, 3), keepdims=True) + smooth
    da, db = 2 * target, 1.0
    return -grad_output * (da * b - a * db) / b**2 * p * (1 - p) / a.size
