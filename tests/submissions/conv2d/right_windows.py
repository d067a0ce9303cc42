# Knows sliding_window_view and einsum: windows of the whole reach, then every d-th pixel in them; right.
# %% name="conv2d"
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    xp = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    reach = (dh * (w.shape[-2] - 1) + 1, dw * (w.shape[-1] - 1) + 1)
    windows = sliding_window_view(xp, reach, axis=(2, 3))[:, :, ::sh, ::sw, ::dh, ::dw]  # N C oh ow kh kw
    y = np.einsum("ncijpq,fcpq->nfij", windows, w)
    return y if b is None else y + b[None, :, None, None]
