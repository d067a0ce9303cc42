# The same with slices: they end at the border, so shapes do not fit and NumPy says so.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    sx, sy = stride
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    grad_padded = np.zeros_like(padded)
    grad_w = np.zeros_like(w)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            g = grad_output[:, :, i, j]
            patch = padded[:, :, i * sy : i * sy + w.shape[2], j * sx : j * sx + w.shape[3]]
            for n in range(len(x)):
                for f in range(len(w)):
                    grad_w[f] += g[n, f] * patch[n]
                    grad_padded[n, :, i * sy : i * sy + w.shape[2], j * sx : j * sx + w.shape[3]] += g[n, f] * w[f]
    grad_x = grad_padded[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return grad_x, grad_w, grad_output.sum(axis=(0, 2, 3))
