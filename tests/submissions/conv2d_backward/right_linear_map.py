# A mathematician: the convolution is a matrix, its backward pass the transposed matrix; right.
# %% name="conv2d_backward"
def matrix_of(w, size, out, stride):
    """M[f, i, j, c, m, n] so that y = M x"""
    F, C, kh, kw = w.shape
    M = np.zeros((F, *out, C, *size))
    for i in range(out[0]):
        for j in range(out[1]):
            M[:, i, j, :, i * stride[0] : i * stride[0] + kh, j * stride[1] : j * stride[1] + kw] = w
    return M


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    pv, ph = padding
    xp = np.pad(x, ((0, 0), (0, 0), (pv, pv), (ph, ph)))
    out = grad_output.shape[2:]
    M = matrix_of(w, xp.shape[2:], out, stride)
    N = len(x)
    A = M.reshape(np.prod(M.shape[:3]), -1)
    grad_x = (grad_output.reshape(N, -1) @ A).reshape(xp.shape)
    grad_x = grad_x[:, :, pv : pv + x.shape[2], ph : ph + x.shape[3]]
    # the output is linear in each weight: put a 1 there and see what comes out
    grad_w = np.zeros(w.shape)
    for index in np.ndindex(*w.shape):
        one = np.zeros(w.shape)
        one[index] = 1
        y = matrix_of(one, xp.shape[2:], out, stride).reshape(A.shape) @ xp.reshape(N, -1).T
        grad_w[index] = (y.T * grad_output.reshape(N, -1)).sum()
    return grad_x, grad_w, grad_output.sum((0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    # as_strided gives all patches without copying
    xp = torch.nn.functional.pad(x, (padding[1], padding[1], padding[0], padding[0])).contiguous()
    (kh, kw), (oh, ow) = w.shape[2:], grad_output.shape[2:]
    a, c, r, s = xp.stride()
    shape = (x.shape[0], x.shape[1], oh, ow, kh, kw)
    patches = xp.as_strided(shape, (a, c, r * stride[0], s * stride[1], r, s))
    grad_w = torch.tensordot(grad_output, patches, dims=([0, 2, 3], [0, 2, 3]))
    back = torch.tensordot(grad_output, w, dims=([1], [0])).permute(0, 3, 1, 2, 4, 5)
    where = torch.arange(xp.numel(), device=x.device).as_strided(shape, (a, c, r * stride[0], s * stride[1], r, s))
    gxp = torch.zeros(xp.numel(), device=x.device).index_put((where,), back, accumulate=True).view_as(xp)
    H, W = x.shape[2:]
    return gxp.narrow(2, padding[0], H).narrow(3, padding[1], W), grad_w, grad_output.sum((0, 2, 3))
