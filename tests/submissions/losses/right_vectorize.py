# A function of one pixel, made one of arrays with np.vectorize; masks through np.apply_along_axis; right.
# %% name="focal_loss"
import math


def one_pixel(x, t, gamma, alpha):
    """loss of a pixel, and its derivative"""
    s = -x if t else x
    if s > 0:
        q, nll = 1 / (1 + math.exp(-s)), s + math.log1p(math.exp(-s))
    else:
        q, nll = math.exp(s) / (1 + math.exp(s)), math.log1p(math.exp(s))
    w = 1.0
    if alpha is not None:
        w = alpha if t else 1 - alpha
    slope = w * q**gamma * (q + gamma * (1 - q) * nll)
    return w * q**gamma * nll, -slope if t else slope


every_pixel = np.vectorize(one_pixel, otypes=[float, float], excluded=["gamma", "alpha"])


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    return every_pixel(logits, target, gamma=gamma, alpha=alpha)[0].mean()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    return every_pixel(logits, target, gamma=gamma, alpha=alpha)[1] * grad_output / logits.size


# %% name="dice_loss_with_logits"
sigmoid = np.vectorize(lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0, otypes=[float])


def loss_of_a_line(line, smooth):
    p, t = np.split(line, 2)
    return 1 - (2 * np.dot(p, t) + smooth) / (line.sum() + smooth)


def lines(logits, target):
    return np.concatenate([sigmoid(logits).reshape(*logits.shape[:2], -1), target.reshape(*logits.shape[:2], -1)], -1)


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    return np.mean(np.apply_along_axis(loss_of_a_line, -1, lines(logits, target), smooth))


# %% name="dice_loss_with_logits_backward"
def gradient_of_a_line(line, smooth):
    p, t = np.split(line, 2)
    size = line.sum() + smooth
    return (1 - loss_of_a_line(line, smooth) - 2 * t) / size * p * (1 - p)


def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    grad = np.apply_along_axis(gradient_of_a_line, -1, lines(logits, target), smooth)
    return grad.reshape(logits.shape) * grad_output / (logits.shape[0] * logits.shape[1])
