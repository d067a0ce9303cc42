# The error is in a helper above the function; raises with a message of its own that contains the input.
# %% name="conv2d_backward"
def crop(padded, shape):
    if padded.shape != shape:
        raise ValueError(f"this should not happen: {padded}")
    return padded


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    gxp = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]))
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    gw = np.zeros_like(w)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gw[f] += grad_output[n, f, i, j] * xp[at]
        gxp[at] += grad_output[n, f, i, j] * w[f]
    return crop(gxp, x.shape), gw, grad_output.sum(axis=(0, 2, 3))
