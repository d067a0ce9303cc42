# Numbers each pixel by its mask, or by its class, and lets np.bincount add up; right.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    x, t = logits.ravel(), target.ravel().astype(int)
    s = np.array([1, -1])[t] * x
    e = np.exp(-np.abs(s))
    loss = np.select([s > 0], [1 / (1 + e)], e / (1 + e)) ** gamma * (np.fmax(s, 0) + np.log(1 + e))
    by_class = np.bincount(t, weights=loss, minlength=2)
    weights = [1, 1] if alpha is None else [1 - alpha, alpha]
    return by_class @ weights / t.size


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    t = target.astype(int)
    s = np.take([1, -1], t) * logits
    e = np.exp(-np.abs(s))
    q = np.select([s > 0], [1 / (1 + e)], e / (1 + e))
    curve = q**gamma * (q + gamma * (1 - q) * (np.fmax(s, 0) + np.log(1 + e)))
    weights = np.array([1.0, 1.0] if alpha is None else [1 - alpha, alpha])
    return np.take(weights * [grad_output, -grad_output], t) * curve / t.size


# %% name="dice_loss_with_logits"
def sums(logits, target, smooth):
    e = np.exp(-np.abs(logits))
    p = np.select([logits > 0], [1 / (1 + e)], e / (1 + e)).ravel()
    t = target.ravel()
    masks = logits.shape[0] * logits.shape[1]
    number = np.repeat(np.arange(masks), t.size // masks)
    above = 2 * np.bincount(number, weights=p * t) + smooth
    below = np.bincount(number, weights=p) + np.bincount(number, weights=t) + smooth
    return p, t, number, above, below


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    *_, above, below = sums(logits, target, smooth)
    return np.mean((below - above) / below)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p, t, number, above, below = sums(logits, target, smooth)
    grad_p = above[number] / below[number] ** 2 - 2 * t / below[number]
    return np.reshape(grad_output * grad_p * p * (1 - p) / len(above), logits.shape)
