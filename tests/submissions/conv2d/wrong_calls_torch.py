# Lets torch do it and comes back to NumPy.
# %% name="conv2d"
import torch


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x, w = torch.from_numpy(x), torch.from_numpy(w)
    b = None if b is None else torch.from_numpy(b)
    return torch.nn.functional.conv2d(x, w, b, stride=stride, padding=padding, dilation=dilation).numpy()
