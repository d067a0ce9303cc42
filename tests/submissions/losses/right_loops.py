# Pixel by pixel, with math and an if for each sign; right.
# %% name="focal_loss"
import math


def sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


def softplus(x):
    if x > 0:
        return x + math.log(1 + math.exp(-x))
    return math.log(1 + math.exp(x))


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    N, C, H, W = logits.shape
    total = 0
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    x = logits[n, c, i, j]
                    if target[n, c, i, j] == 1:
                        pixel = (1 - sigmoid(x)) ** gamma * softplus(-x)
                        if alpha is not None:
                            pixel *= alpha
                    else:
                        pixel = sigmoid(x) ** gamma * softplus(x)
                        if alpha is not None:
                            pixel *= 1 - alpha
                    total += pixel
    return total / (N * C * H * W)


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    N, C, H, W = logits.shape
    grad = np.zeros((N, C, H, W))
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    x = logits[n, c, i, j]
                    p = sigmoid(x)
                    if target[n, c, i, j] == 1:
                        # q = 1-p, dq = -p q, d softplus(-x) = -q
                        q = sigmoid(-x)
                        g = -(q**gamma) * q - gamma * q**gamma * p * softplus(-x)
                        if alpha is not None:
                            g = g * alpha
                    else:
                        g = p**gamma * p + gamma * p**gamma * (1 - p) * softplus(x)
                        if alpha is not None:
                            g = g * (1 - alpha)
                    grad[n, c, i, j] = g * grad_output / (N * C * H * W)
    return grad


# %% name="dice_loss_with_logits"
def counts(logits, target, n, c):
    both = pred = true = 0
    H, W = logits.shape[2:]
    for i in range(H):
        for j in range(W):
            p, t = sigmoid(logits[n, c, i, j]), target[n, c, i, j]
            both += p * t
            pred += p
            true += t
    return both, pred + true


def dice_loss_with_logits(logits, target, *, smooth=1.0):
    N, C = logits.shape[:2]
    total = 0
    for n in range(N):
        for c in range(C):
            both, sizes = counts(logits, target, n, c)
            total += 1 - (2 * both + smooth) / (sizes + smooth)
    return total / (N * C)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    N, C, H, W = logits.shape
    grad = np.zeros(logits.shape)
    for n in range(N):
        for c in range(C):
            both, sizes = counts(logits, target, n, c)
            above, below = 2 * both + smooth, sizes + smooth
            for i in range(H):
                for j in range(W):
                    p = sigmoid(logits[n, c, i, j])
                    d_above, d_below = 2 * target[n, c, i, j], 1
                    d_score = (d_above * below - above * d_below) / below**2
                    grad[n, c, i, j] = -grad_output * d_score * p * (1 - p) / (N * C)
    return grad
