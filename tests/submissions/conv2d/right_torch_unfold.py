# Through torch: unfold knows stride, padding and dilation, then one matrix product; .numpy() at the end; right.
# %% name="conv2d"
import torch


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    xt, wt = torch.from_numpy(x), torch.from_numpy(w)
    columns = torch.nn.functional.unfold(xt, w.shape[2:], dilation=dilation, padding=padding, stride=stride)
    out = wt.flatten(1) @ columns  # N, F, L
    if b is not None:
        out = out + torch.tensor(b).unsqueeze(-1)
    reach = (xt.shape[2] + 2 * padding[0] - dilation[0] * (w.shape[2] - 1) - 1) // stride[0] + 1
    return out.unflatten(2, (reach, -1)).numpy()
