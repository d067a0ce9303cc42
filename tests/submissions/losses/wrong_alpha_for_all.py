# One alpha for every pixel; a minus between the two terms; squares in the denominator, as in V-Net, both ways.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    if alpha is None:
        alpha = 1
    p = np.exp(-np.logaddexp(0, -logits))
    q = np.exp(-np.logaddexp(0, logits))
    loss = target * q**gamma * np.logaddexp(0, -logits) + (1 - target) * p**gamma * np.logaddexp(0, logits)
    return alpha * loss.mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p = np.exp(-np.logaddexp(0, -logits))
    q = np.exp(-np.logaddexp(0, logits))
    a, b = (1, 1) if alpha is None else (alpha, 1 - alpha)
    # q^gamma falls with x, so its derivative is minus ... or was it plus
    fg = a * (gamma * q**gamma * p * np.logaddexp(0, -logits) - q ** (gamma + 1))
    bg = -b * (gamma * p**gamma * q * np.logaddexp(0, logits) - p ** (gamma + 1))
    return grad_output * (target * fg + (1 - target) * bg) / p.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    numerator = 2 * np.einsum("abcd,abcd->ab", p, target) + smooth
    denominator = np.einsum("abcd,abcd->ab", p, p) + np.einsum("abcd,abcd->ab", target, target) + smooth
    return np.mean(1 - numerator / denominator)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    numerator = 2 * np.einsum("abcd,abcd->ab", p, target)[:, :, None, None] + smooth
    denominator = (np.einsum("abcd,abcd->ab", p, p) + target.sum((2, 3)))[:, :, None, None] + smooth
    grad = (numerator * 2 * p - 2 * target * denominator) / denominator**2
    return grad_output * grad * p * (1 - p) / numerator.size
