# Pads the image for grad_w, but scatters into grad_x as if the placements began at its first pixel.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    top, left = padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_x, grad_w = np.zeros_like(x), np.zeros_like(w)
    H, W = x.shape[2], x.shape[3]
    for i, j, p, q in np.ndindex(*grad_output.shape[2:], *w.shape[2:]):
        row, col = i * stride[0] + p, j * stride[1] + q
        grad_w[:, :, p, q] += grad_output[:, :, i, j].T @ padded[:, :, row, col]
        if row < H and col < W:
            grad_x[:, :, row, col] += grad_output[:, :, i, j] @ w[:, :, p, q]
    return grad_x, grad_w, grad_output.sum(axis=(0, 2, 3))


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    top, left = padding
    padded = torch.nn.functional.pad(x, (left, left, top, top))
    grad_x, grad_w = torch.zeros_like(x), torch.zeros_like(w)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            for p in range(w.shape[2]):
                for q in range(w.shape[3]):
                    row, col = i * stride[0] + p, j * stride[1] + q
                    grad_w[:, :, p, q] += grad_output[:, :, i, j].T @ padded[:, :, row, col]
                    if row < x.shape[2] and col < x.shape[3]:
                        grad_x[:, :, row, col] += grad_output[:, :, i, j] @ w[:, :, p, q]
    return grad_x, grad_w, grad_output.sum((0, 2, 3))
