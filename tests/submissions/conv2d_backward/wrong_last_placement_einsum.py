# All images at once, and grad_w made anew at each placement: with several images it adds them, so the name shows in two parts.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    top, left = padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_padded = np.zeros_like(padded)
    rows, columns = grad_output.shape[2:]
    for i in range(rows):
        for j in range(columns):
            g = grad_output[:, :, i, j]
            where = (
                ...,
                slice(i * stride[0], i * stride[0] + w.shape[2]),
                slice(j * stride[1], j * stride[1] + w.shape[3]),
            )
            grad_w = np.einsum("no,ncpq->ocpq", g, padded[where])
            grad_padded[where] += np.einsum("no,ocpq->ncpq", g, w)
    grad_x = grad_padded[..., top : top + x.shape[2], left : left + x.shape[3]]
    return grad_x, grad_w, grad_output.sum((0, 2, 3))
