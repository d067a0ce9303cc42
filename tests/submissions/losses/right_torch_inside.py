# Tensors inside, torch's softplus and sigmoid, no autograd; .numpy() at the end, so the loss is an array without axes; right.
# %% name="focal_loss"
import torch
import torch.nn.functional as F


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    x, y = torch.from_numpy(logits), torch.from_numpy(target)
    s = torch.where(y == 1, -x, x)
    loss = torch.sigmoid(s) ** gamma * F.softplus(s)
    if alpha is not None:
        loss = loss * (alpha * y + (1 - alpha) * (1 - y))
    return loss.mean().numpy()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    x, y = torch.from_numpy(logits), torch.from_numpy(target)
    s = torch.where(y == 1, -x, x)
    q = torch.sigmoid(s)
    grad = q**gamma * (gamma * torch.sigmoid(-s) * -F.logsigmoid(-s) + q)
    if alpha is not None:
        grad = grad * (alpha * y + (1 - alpha) * (1 - y))
    return (grad_output * grad * torch.where(y == 1, -1.0, 1.0) / x.numel()).numpy()


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    p, y = torch.tensor(logits).sigmoid().flatten(2), torch.tensor(target).flatten(2)
    dice = (2 * (p * y).sum(-1) + smooth) / (p.sum(-1) + y.sum(-1) + smooth)
    return (1 - dice).mean().item()


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    p, y = torch.tensor(logits).sigmoid(), torch.tensor(target)
    denominator = (p + y).sum(dim=(2, 3), keepdim=True) + smooth
    dice = (2 * (p * y).sum(dim=(2, 3), keepdim=True) + smooth) / denominator
    grad = (dice - 2 * y) / denominator * p * (1 - p)
    return (grad_output * grad / dice.numel()).numpy()
