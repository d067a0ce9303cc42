# Knows sliding_window_view and einsum; right, in torch with unfold and fold.
# %% name="conv2d_backward"
from numpy.lib.stride_tricks import sliding_window_view


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[-2:]
    (sh, sw), (ph, pw) = stride, padding
    xp = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    windows = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]  # N C oh ow kh kw
    grad_w = np.einsum("nfij,ncijpq->fcpq", grad_output, windows)

    grad_windows = np.einsum("nfij,fcpq->ncijpq", grad_output, w)
    grad_xp = np.zeros_like(xp)
    writable = sliding_window_view(grad_xp, (kh, kw), axis=(2, 3), writeable=True)[:, :, ::sh, ::sw]
    for p, q in np.ndindex(kh, kw):  # windows overlap, so one weight at a time
        writable[..., p, q] += grad_windows[..., p, q]
    grad_x = grad_xp[:, :, ph : xp.shape[2] - ph, pw : xp.shape[3] - pw]
    return grad_x, grad_w, np.einsum("nfij->f", grad_output)


# %% name="conv2d_backward_torch"
import torch.nn.functional as F


def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kernel = w.shape[2:]
    columns = F.unfold(x, kernel, padding=padding, stride=stride)  # N, C*kh*kw, L
    g = grad_output.flatten(2)  # N, F, L
    grad_w = (g @ columns.transpose(1, 2)).sum(0).view_as(w)
    grad_columns = w.flatten(1).T @ g
    grad_x = F.fold(grad_columns, x.shape[2:], kernel, padding=padding, stride=stride)
    return grad_x, grad_w, g.sum((0, 2))
