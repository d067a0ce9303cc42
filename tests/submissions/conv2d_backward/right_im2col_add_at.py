# Took im2col from another course, with index arrays and np.add.at; right, in torch with index_add.
# %% name="conv2d_backward"
def get_im2col_indices(x_shape, field_height, field_width, padding, stride):
    N, C, H, W = x_shape
    out_height = (H + 2 * padding[0] - field_height) // stride[0] + 1
    out_width = (W + 2 * padding[1] - field_width) // stride[1] + 1

    i0 = np.repeat(np.arange(field_height), field_width)
    i0 = np.tile(i0, C)
    i1 = stride[0] * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width), field_height * C)
    j1 = stride[1] * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    return (k, i, j)


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    ph, pw = padding
    x_padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), mode="constant")
    k, i, j = get_im2col_indices(x.shape, HH, WW, padding, stride)
    cols = x_padded[:, k, i, j]  # (N, C*HH*WW, L)
    cols = cols.transpose(1, 2, 0).reshape(C * HH * WW, -1)

    dout = grad_output.transpose(1, 2, 3, 0).reshape(F, -1)
    dw = (dout @ cols.T).reshape(w.shape)
    dcols = w.reshape(F, -1).T @ dout
    dcols = dcols.reshape(C * HH * WW, -1, N).transpose(2, 0, 1)
    dx_padded = np.zeros(x_padded.shape, dtype=x.dtype)
    np.add.at(dx_padded, (slice(None), k, i, j), dcols)
    dx = dx_padded[:, :, ph : ph + H, pw : pw + W]
    db = np.sum(grad_output, axis=(0, 2, 3))
    return dx, dw, db


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    O, _, kh, kw = w.shape
    oh, ow = grad_output.shape[2:]
    Hp, Wp = H + 2 * padding[0], W + 2 * padding[1]
    xp = x.new_zeros(N, C, Hp, Wp)
    xp[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x

    dev = x.device
    row = torch.arange(oh, device=dev)[:, None, None, None] * stride[0] + torch.arange(kh, device=dev)[:, None]
    col = torch.arange(ow, device=dev)[:, None, None] * stride[1] + torch.arange(kw, device=dev)
    place = (row * Wp + col).reshape(-1)  # (oh, ow, kh, kw) as one long list of flat pixels

    patches = xp.reshape(N, C, Hp * Wp).index_select(2, place).reshape(N, C, oh, ow, kh, kw)
    grad_w = torch.einsum("noij,ncijpq->ocpq", grad_output, patches)
    handed_back = torch.einsum("noij,ocpq->ncijpq", grad_output, w).reshape(N, C, -1)
    flat = torch.zeros(N, C, Hp * Wp, dtype=x.dtype, device=dev).index_add(2, place, handed_back)
    grad_x = flat.reshape(N, C, Hp, Wp)[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
    return grad_x, grad_w, grad_output.sum(dim=(0, 2, 3))
