# Lets torch do both: its max_pool2d, and its autograd.
# %% name="max_pool2d"
import torch


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    values, indices = torch.nn.functional.max_pool2d(
        torch.tensor(x), kernel_size, stride=stride, padding=padding, return_indices=True
    )
    return values.numpy(), indices.numpy()


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    x = torch.tensor(x, requires_grad=True)
    (top, left), s = padding, stride or kernel_size
    xp = torch.nn.functional.pad(x, (left, left, top, top), value=-1e9)
    windows = xp.unfold(2, kernel_size[0], s[0]).unfold(3, kernel_size[1], s[1])
    windows.flatten(4).max(-1).values.backward(torch.tensor(grad_output))
    return x.grad.numpy()
