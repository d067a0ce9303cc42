# Calls torch's convolutions: conv2d for grad_w in NumPy's cell; conv_transpose2d for grad_x in torch's.
# %% name="conv2d_backward"
import torch
import torch.nn.functional as F


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    # grad_w is a convolution of x with grad_output: images and channels change places, the stride becomes a dilation
    xt = torch.from_numpy(x).transpose(0, 1)
    gt = torch.from_numpy(grad_output).transpose(0, 1)
    gw = F.conv2d(xt, gt, padding=padding, dilation=stride).transpose(0, 1)[:, :, : w.shape[2], : w.shape[3]]
    gxp = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]))
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gxp[at] += grad_output[n, f, i, j] * w[f]
    gx = gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return gx, gw.numpy(), grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    left_over = [
        n + 2 * p - k - s * (o - 1)
        for n, p, k, s, o in zip(x.shape[2:], padding, w.shape[2:], stride, grad_output.shape[2:])
    ]
    gx = F.conv_transpose2d(grad_output, w, stride=stride, padding=padding, output_padding=left_over)
    cols = F.unfold(x, w.shape[2:], padding=padding, stride=stride)
    gw = torch.einsum("nol,nkl->ok", grad_output.flatten(2), cols).view(w.shape)
    return gx, gw, grad_output.sum((0, 2, 3))
