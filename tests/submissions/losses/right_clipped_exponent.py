# Cuts the exponent off at 700, not the probability, and takes the straight line where it is one; right.
# %% name="focal_loss"
def safe_exp(z):
    return np.exp(np.clip(z, -700, 700))


def log_one_plus_exp(z):
    # beyond 40 the curve is the line z, to the last digit
    return np.where(z > 40, z, np.log(1 + safe_exp(np.minimum(z, 40))))


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    z = logits * (1 - 2 * target)
    if alpha is None:
        weights = np.ones(logits.shape)
    else:
        weights = np.choose(target.astype(int), [1 - alpha, alpha])
    return np.mean(weights * (1 / (1 + safe_exp(-z))) ** gamma * log_one_plus_exp(z))


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    z = logits * (1 - 2 * target)
    weights = np.ones(logits.shape) if alpha is None else np.choose(target.astype(int), [1 - alpha, alpha])
    q = 1 / (1 + safe_exp(-z))
    # u = q^gamma, v = log(1 + e^z)
    u, v = q**gamma, log_one_plus_exp(z)
    du, dv = gamma * q**gamma * (1 - q), q
    dz = du * v + u * dv
    return grad_output * weights * dz * (1 - 2 * target) / logits.size


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    N, C, H, W = logits.shape
    P = (1 / (1 + safe_exp(-logits))).reshape(N, C, H * W)
    T = target.reshape(N, C, H * W)
    numerator = 2 * np.sum(P * T, axis=2) + smooth
    denominator = np.sum(P, axis=2) + np.sum(T, axis=2) + smooth
    return (1 - numerator / denominator).sum() / N / C


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    N, C, H, W = logits.shape
    P = (1 / (1 + safe_exp(-logits))).reshape(N, C, H * W)
    T = target.reshape(N, C, H * W)
    numerator = 2 * np.sum(P * T, axis=2)[:, :, np.newaxis] + smooth
    denominator = (np.sum(P, axis=2) + np.sum(T, axis=2))[:, :, np.newaxis] + smooth
    dP = (numerator - 2 * T * denominator) / denominator**2
    return (grad_output / N / C * dP * P * (1 - P)).reshape(N, C, H, W)
