# Took im2col from another course, with index arrays, and added dilation to it; right.
# %% name="conv2d"
def get_im2col_indices(C, field_height, field_width, out_height, out_width, stride, dilation):
    i0 = np.tile(np.repeat(np.arange(field_height) * dilation[0], field_width), C)
    i1 = stride[0] * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width) * dilation[1], field_height * C)
    j1 = stride[1] * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    return (k, i, j)


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    ph, pw = padding
    out_height = (H + 2 * ph - dilation[0] * (HH - 1) - 1) // stride[0] + 1
    out_width = (W + 2 * pw - dilation[1] * (WW - 1) - 1) // stride[1] + 1
    x_padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), mode="constant")
    k, i, j = get_im2col_indices(C, HH, WW, out_height, out_width, stride, dilation)
    cols = x_padded[:, k, i, j].transpose(1, 2, 0).reshape(C * HH * WW, -1)
    out = w.reshape(F, -1) @ cols
    if b is not None:
        out = out + b.reshape(-1, 1)
    return out.reshape(F, out_height, out_width, N).transpose(3, 0, 1, 2)
