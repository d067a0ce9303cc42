# Functional: map, reduce, zip and lambdas over flat lists; right.
# %% name="focal_loss"
from functools import partial, reduce
from math import exp, log1p

plus = lambda a, b: a + b
soft = lambda s: max(s, 0.0) + log1p(exp(-abs(s)))
sig = lambda s: exp(-soft(-s))
turn = lambda x, t: -x if t else x
share = lambda alpha, t: 1 if alpha is None else alpha if t else 1 - alpha


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    pairs = list(zip(logits.flatten().tolist(), target.flatten().tolist()))
    one = lambda pair: share(alpha, pair[1]) * sig(turn(*pair)) ** gamma * soft(turn(*pair))
    return reduce(plus, map(one, pairs)) / len(pairs)


# %% name="focal_loss_backward"
def slope(gamma, alpha, x, t):
    s = turn(x, t)
    return share(alpha, t) * sig(s) ** gamma * (gamma * sig(-s) * soft(s) + sig(s)) * turn(1, t)


def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    found = list(map(partial(slope, gamma, alpha), logits.flatten().tolist(), target.flatten().tolist()))
    return np.reshape(found, logits.shape) * (grad_output / len(found))


# %% name="dice_loss_with_logits"
def masks(logits, target):
    return [
        (list(map(sig, x.ravel().tolist())), t.ravel().tolist())
        for x, t in zip(logits.reshape(-1, *logits.shape[2:]), target.reshape(-1, *logits.shape[2:]))
    ]


def fraction(smooth, ps, ts):
    return 2 * sum(p * t for p, t in zip(ps, ts)) + smooth, sum(ps) + sum(ts) + smooth


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    all_of_them = [fraction(smooth, *mask) for mask in masks(logits, target)]
    return reduce(plus, (1 - a / b for a, b in all_of_them)) / len(all_of_them)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    out = []
    for ps, ts in masks(logits, target):
        a, b = fraction(smooth, ps, ts)
        out += [(a - 2 * t * b) / b / b * p * (1 - p) for p, t in zip(ps, ts)]
    return grad_output * np.asarray(out).reshape(logits.shape) / len(masks(logits, target))
