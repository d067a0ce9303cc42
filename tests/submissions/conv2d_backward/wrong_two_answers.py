# Returns grad_x and grad_w and forgets grad_b; in torch returns grad_w alone.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp, gw = np.zeros_like(xp), np.zeros_like(w)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gw[f] += grad_output[n, f, i, j] * xp[at]
        gxp[at] += grad_output[n, f, i, j] * w[f]
    return gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], gw


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    cols = torch.nn.functional.unfold(x, w.shape[2:], padding=padding, stride=stride)
    return torch.einsum("nol,nkl->ok", grad_output.flatten(2), cols).view(w.shape)
