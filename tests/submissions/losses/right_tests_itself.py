# Builds later parts on earlier ones, and tests itself against mlcourse.ops and finite differences in the same cells; right.
# %% name="focal_loss"
from mlcourse import ops


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    w_lesion, w_rest = (1, 1) if alpha is None else (alpha, 1 - alpha)
    log_p, log_q = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    lesion = -w_lesion * (np.exp(log_q)) ** gamma * log_p
    rest = -w_rest * (np.exp(log_p)) ** gamma * log_q
    return (target * lesion + (1 - target) * rest).mean()


_rng = np.random.default_rng(1)
_x, _t = 3 * _rng.normal(size=(2, 3, 4, 5)), 1.0 * (_rng.random((2, 3, 4, 5)) < 0.2)
assert np.isclose(focal_loss(_x, _t, alpha=0.25, gamma=1.5), ops.focal_loss(_x, _t, alpha=0.25, gamma=1.5))
print("focal loss is that of ops")


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    # the loss for all-lesion and for all-background, each with its own slope, then mixed
    p, q = np.exp(-np.logaddexp(0, -logits)), np.exp(-np.logaddexp(0, logits))
    lesion = -(q**gamma) * (q + gamma * p * np.logaddexp(0, -logits))
    rest = p**gamma * (p + gamma * q * np.logaddexp(0, logits))
    if alpha is not None:
        lesion, rest = alpha * lesion, (1 - alpha) * rest
    return grad_output * (target * lesion + (1 - target) * rest) / target.size


def _numeric(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at] += h
        down[at] -= h
        grad[at] = (f(up) - f(down)) / (2 * h)
    return grad


assert np.allclose(focal_loss_backward(2.0, _x, _t), 2 * _numeric(lambda x: focal_loss(x, _t), _x), atol=1e-8)


# %% name="dice_loss_with_logits"
def _score(logits, target, smooth):
    p = np.exp(-np.logaddexp(0, -logits))
    return (2 * (p * target).sum() + smooth) / (p.sum() + target.sum() + smooth), p.sum() + target.sum() + smooth


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    return 1 - sum(_score(x, t, smooth)[0] for xs, ts in zip(logits, target) for x, t in zip(xs, ts)) / (
        logits.shape[0] * logits.shape[1]
    )


assert np.isclose(dice_loss_with_logits(_x, _t), ops.dice_loss(ops.sigmoid(_x), _t))


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    if logits.ndim > 2:
        each = [dice_loss_with_logits_backward(grad_output, x, t, smooth=smooth) for x, t in zip(logits, target)]
        return np.stack(each) / len(each)
    score, size = _score(logits, target, smooth)
    p = np.exp(-np.logaddexp(0, -logits))
    return grad_output * (score - 2 * target) / size * p * (1 - p)


assert np.allclose(
    dice_loss_with_logits_backward(0.5, _x, _t), 0.5 * _numeric(lambda x: dice_loss_with_logits(x, _t), _x), atol=1e-8
)
