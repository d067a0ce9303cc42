# One matrix says which row each weight meets, one which column; two einsums that differ by their arrow; right.
# %% name="conv2d_backward"
HOW = {"x": "nfij,ipm,jqk,fcpq->ncmk", "w": "nfij,ipm,jqk,ncmk->fcpq"}


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    meets = []
    for axis in (0, 1):
        i, p, m = np.ogrid[: grad_output.shape[2 + axis], : w.shape[2 + axis], : x.shape[2 + axis]]
        meets.append(np.where(i * stride[axis] + p == m + padding[axis], 1.0, 0.0))
    grad_x = np.einsum(HOW["x"], grad_output, *meets, w, optimize="greedy")
    grad_w = np.einsum(HOW["w"], grad_output, *meets, x, optimize="greedy")
    return grad_x, grad_w, np.einsum("nfij->f", grad_output)


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    meets = []
    for axis in (0, 1):
        size = x.shape[2 + axis] + 2 * padding[axis]
        one = torch.eye(size, dtype=x.dtype, device=x.device)  # cut into windows, without the padding's pixels
        windows = one.unfold(0, w.shape[2 + axis], stride[axis]).transpose(1, 2)
        meets.append(windows[:, :, padding[axis] : size - padding[axis]])
    gx = torch.einsum(HOW["x"], grad_output, *meets, w)
    gw = torch.einsum(HOW["w"], grad_output, *meets, x)
    return [gx, gw, grad_output.sum(3).sum(2).sum(0)]
