# Lets others do it: torch's cross-entropy, its autograd, and mlcourse.ops.
# %% name="focal_loss"
import torch
from mlcourse import ops


def torch_focal(x, t, gamma, alpha):
    ce = torch.nn.functional.binary_cross_entropy_with_logits(x, t, reduction="none")
    loss = (1 - torch.exp(-ce)) ** gamma * ce
    if alpha is not None:
        loss = loss * (alpha * t + (1 - alpha) * (1 - t))
    return loss.mean()


def focal_loss(logits, target, *, gamma=2.0, alpha=None):
    return torch_focal(torch.tensor(logits), torch.tensor(target), gamma, alpha).item()


# %% name="focal_loss_backward"
def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None):
    x, t = torch.tensor(logits, requires_grad=True), torch.tensor(target)
    s = torch.where(t == 1, -x, x)
    loss = torch.sigmoid(s) ** gamma * torch.nn.functional.softplus(s)
    if alpha is not None:
        loss = loss * torch.where(t == 1, alpha, 1 - alpha)
    (grad_output * loss.mean()).backward()
    return x.grad.numpy()


# %% name="dice_loss_with_logits"
def dice_loss_with_logits(logits, target, *, smooth=1.0):
    return ops.dice_loss(1 / (1 + np.exp(-logits)), target, smooth=smooth)


# %% name="dice_loss_with_logits_backward"
def dice_loss_with_logits_backward(grad_output, logits, target, *, smooth=1.0):
    def of(x):
        return torch.tensor(grad_output) * (
            1
            - (
                (2 * (x.sigmoid() * torch.tensor(target)).sum((2, 3)) + smooth)
                / (x.sigmoid().sum((2, 3)) + torch.tensor(target).sum((2, 3)) + smooth)
            ).mean()
        )

    return torch.func.grad(of)(torch.tensor(logits)).numpy()
