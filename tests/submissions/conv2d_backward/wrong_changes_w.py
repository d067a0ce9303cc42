# Right numbers, but clears w in place to use it for the gradient; in torch multiplies grad_output in place.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kernel = w.copy()
    grad_w = w
    grad_w *= 0
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gxp = np.zeros_like(xp)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        grad_w[f] += grad_output[n, f, i, j] * xp[at]
        gxp[at] += grad_output[n, f, i, j] * kernel[f]
    gx = gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return gx, grad_w, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_b = grad_output.sum((0, 2, 3))
    xp = torch.nn.functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    gxp, gw = torch.zeros_like(xp), torch.zeros_like(w)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            at = np.s_[:, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
            gw += torch.einsum("no,ncpq->ocpq", grad_output[:, :, i, j], xp[at])
            gxp[at] += torch.einsum("no,ocpq->ncpq", grad_output[:, :, i, j], w)
            grad_output[:, :, i, j].mul_(0)  # done with this one
    return gxp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], gw, grad_b
