# One-liners with np.logaddexp, the sigmoid as exp of a logaddexp too; right.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    sign = 1 - 2 * target
    nll = np.logaddexp(0, sign * logits)
    log_missing = -np.logaddexp(0, -sign * logits)
    alpha_t = 1.0 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    return float(np.average(alpha_t * np.exp(gamma * log_missing) * nll))


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    sign = 1 - 2 * target
    nll, log_missing = np.logaddexp(0, sign * logits), -np.logaddexp(0, -sign * logits)
    alpha_t = 1.0 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    return (
        grad_output
        * sign
        * alpha_t
        * (np.exp((gamma + 1) * log_missing) + gamma * np.exp(gamma * log_missing - nll) * nll)
        / np.prod(logits.shape)
    )


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p = np.exp(-np.logaddexp(0, -logits))
    return 1 - ((2 * (p * target).sum((-1, -2)) + smooth) / ((p + target).sum((-1, -2)) + smooth)).mean()


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    log_p, log_q = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    p = np.exp(log_p)
    U = (p + target).sum((-1, -2), keepdims=True) + smooth
    I = 2 * (p * target).sum((-1, -2), keepdims=True) + smooth
    return grad_output * (I - 2 * target * U) / U**2 * np.exp(log_p + log_q) / (len(logits) * logits.shape[1])
