# Ends with sys.exit when there is padding, "not implemented yet".
# %% name="conv2d_backward"
import sys


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    if padding != (0, 0):
        sys.exit("padding is not implemented yet")
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for n, f, i, j in np.ndindex(grad_output.shape):
        at = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gw[f] += grad_output[n, f, i, j] * x[at]
        gx[at] += grad_output[n, f, i, j] * w[f]
    return gx, gw, grad_output.sum(axis=(0, 2, 3))
