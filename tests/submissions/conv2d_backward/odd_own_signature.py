# Took stride and padding out of the first line, since the first part does not need them.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w):
    kh, kw = w.shape[2:]
    gx, gw, gb = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[0])
    for n, f, i, j in np.ndindex(grad_output.shape):
        gw[f] += grad_output[n, f, i, j] * x[n, :, i : i + kh, j : j + kw]
        gx[n, :, i : i + kh, j : j + kw] += grad_output[n, f, i, j] * w[f]
        gb[f] += grad_output[n, f, i, j]
    return gx, gw, gb


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, stride, padding):
    return conv2d_backward(grad_output, x, w)
