# One stub left, one that prints and returns nothing, one that waits for ever where masks are several, one with an index too far.
# %% name="focal_loss"
def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    # YOUR CODE HERE
    raise NotImplementedError()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    p = 1 / (1 + np.exp(-logits))
    print(grad_output * (p - target) / p.size)


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    to_do = [(n, c) for n in range(len(logits)) for c in range(len(logits[n]))]
    total = 0
    while to_do:
        n, c = to_do[0]
        p = 1 / (1 + np.exp(-logits[n, c]))
        total += 1 - (2 * (p * target[n, c]).sum() + smooth) / (p.sum() + target[n, c].sum() + smooth)
        if len(to_do) == 1:
            return total


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    grad = np.zeros_like(logits)
    N, C, H, W = logits.shape
    for n in range(N):
        for c in range(C):
            p = 1 / (1 + np.exp(-logits[n, c]))
            size = p.sum() + target[n, c].sum() + smooth
            for i in range(H):
                for j in range(H):
                    grad[n, c, i, j] = -2 * target[n, c, i, j] / size * p[i, j] * (1 - p[i, j])
    return grad * grad_output
