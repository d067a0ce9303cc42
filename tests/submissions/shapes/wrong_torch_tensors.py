# Goes on in torch at once.
# %% name="keras_to_torch"
import torch


def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    conv_w = torch.from_numpy(conv_kernel).permute(3, 2, 0, 1)
    dense_w = torch.from_numpy(dense_kernel).view(*maps, -1).permute(3, 2, 0, 1).flatten(1)
    return conv_w, torch.from_numpy(conv_bias), dense_w, torch.from_numpy(dense_bias)
