# As wrong_overwritten, but adds up the filters first: with several of them other numbers, so channels has no name for it.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    top, left = padding
    H, W = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    back = np.zeros_like(padded)
    dw = np.zeros_like(w)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            under = np.s_[:, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
            back[under] = np.tensordot(grad_output[:, :, i, j], w, axes=1)
            dw += np.tensordot(grad_output[:, :, i, j].T, padded[under], axes=1)
    return back[:, :, top : top + H, left : left + W], dw, grad_output.sum(axis=(0, 2, 3))
