# The lesion's half of the loss alone; an exponent that stays; no smooth at all; a quotient rule without its square.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    p = 1 / (1 + np.exp(-logits))
    fl = -target * (1 - p) ** gamma * np.where(logits > -500, np.log(p), logits)
    if alpha:
        fl *= alpha
    return fl.mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    y = np.where(target == 1, 1, -1)
    u = y * logits
    pt = np.exp(-np.logaddexp(0, -u))
    q = np.exp(-np.logaddexp(0, u))
    d_factor = -gamma * q**gamma * pt * q
    d_log = -q
    grad = d_factor * np.logaddexp(0, -u) + q**gamma * d_log
    if alpha:
        grad *= np.where(target == 1, alpha, 1 - alpha)
    return grad_output * y * grad / y.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    P = 1 / (1 + np.exp(-logits))
    dice = 2 * (P * target).sum((2, 3)) / (P.sum((2, 3)) + target.sum((2, 3)))
    return 1 - dice.mean()


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    P = 1 / (1 + np.exp(-logits))
    u = 2 * (P * target).sum((2, 3), keepdims=True) + smooth
    v = (P + target).sum((2, 3), keepdims=True) + smooth
    # (u / v)' = (u' v - u v') / v
    return -grad_output / u.size * (2 * target * v - u) / v * P * (1 - P)
