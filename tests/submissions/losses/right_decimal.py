# Decimal numbers of 50 digits, whose exponentials of 1000 are no trouble at all; right.
# %% name="focal_loss"
from decimal import Decimal, getcontext

getcontext().prec = 50


def probabilities(x):
    """(p, 1 - p), both with all their digits"""
    e = Decimal(float(x)).exp()
    return e / (1 + e), 1 / (1 + e)


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    total = Decimal(0)
    for x, t in zip(logits.ravel(), target.ravel()):
        p, q = probabilities(x)
        p_t, miss = (p, q) if t == 1 else (q, p)
        weight = 1 if alpha is None else Decimal(alpha) if t == 1 else 1 - Decimal(alpha)
        total -= weight * miss ** Decimal(gamma) * p_t.ln()
    return float(total / logits.size)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    g, out = Decimal(gamma), []
    for x, t in zip(logits.ravel(), target.ravel()):
        p, q = probabilities(x)
        p_t, miss = (p, q) if t == 1 else (q, p)
        weight = 1 if alpha is None else Decimal(alpha) if t == 1 else 1 - Decimal(alpha)
        slope = weight * miss**g * (miss - g * p_t * p_t.ln())
        out.append(float(-slope if t == 1 else slope))
    return grad_output * np.array(out).reshape(logits.shape) / logits.size


# %% name="dice_loss_with_logits"
def exact_score(x, t, smooth):
    ps = [probabilities(v)[0] for v in x.flat]
    ts = [Decimal(v) for v in t.flat]
    below = sum(ps) + sum(ts) + Decimal(smooth)
    return (2 * sum(p * v for p, v in zip(ps, ts)) + Decimal(smooth)) / below, below


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    scores = [exact_score(x, t, smooth)[0] for xs, ts in zip(logits, target) for x, t in zip(xs, ts)]
    return float(1 - sum(scores) / len(scores))


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    grad = np.zeros_like(logits)
    for n, c in np.ndindex(logits.shape[:2]):
        score, below = exact_score(logits[n, c], target[n, c], smooth)
        for at in np.ndindex(logits.shape[2:]):
            p, q = probabilities(logits[n, c][at])
            grad[n, c][at] = (score - 2 * Decimal(target[n, c][at])) / below * p * q
    return grad * grad_output / grad[:, :, 0, 0].size
