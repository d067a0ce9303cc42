# Picks lesion and background apart with boolean indices and treats each by itself; right.
# %% name="focal_loss"
def softplus(z):
    out = np.empty_like(z)
    big = z > 0
    out[big] = z[big] + np.log1p(np.exp(-z[big]))
    out[~big] = np.log1p(np.exp(z[~big]))
    return out


def sigm(z):
    out = np.empty_like(z)
    big = z > 0
    out[big] = 1 / (1 + np.exp(-z[big]))
    out[~big] = np.exp(z[~big]) / (1 + np.exp(z[~big]))
    return out


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    lesion = target.astype(bool)
    a, b = (1, 1) if alpha is None else (alpha, 1 - alpha)
    hit, rest = logits[lesion], logits[~lesion]
    total = a * (sigm(-hit) ** gamma * softplus(-hit)).sum() + b * (sigm(rest) ** gamma * softplus(rest)).sum()
    return total / (len(hit) + len(rest))


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    lesion = target.astype(bool)
    a, b = (1, 1) if alpha is None else (alpha, 1 - alpha)
    grad = np.full_like(logits, np.nan)
    hit, rest = logits[lesion], logits[~lesion]
    grad[lesion] = -a * sigm(-hit) ** gamma * (gamma * sigm(hit) * softplus(-hit) + sigm(-hit))
    grad[~lesion] = b * sigm(rest) ** gamma * (gamma * sigm(-rest) * softplus(rest) + sigm(rest))
    grad *= grad_output / grad.size
    return grad


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    losses = []
    for image, mask in zip(logits, target):
        for channel, m in zip(image, mask):
            p = sigm(channel)
            losses.append(1 - (2 * p[m == 1].sum() + smooth) / (p.sum() + (m == 1).sum() + smooth))
    return np.mean(losses)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    grad = np.zeros_like(logits)
    for n, c in np.ndindex(logits.shape[:2]):
        p, m = sigm(logits[n, c]), target[n, c] == 1
        size = p.sum() + m.sum() + smooth
        score = (2 * p[m].sum() + smooth) / size
        grad[n, c][m] = (score - 2) / size
        grad[n, c][~m] = score / size
        grad[n, c] *= p * sigm(-logits[n, c])
    return grad_output * grad / (logits.shape[0] * logits.shape[1])
