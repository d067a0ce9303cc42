# Plain loops, but grad_w is assigned where it should be added to: only the very last placement stays.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, oH, oW = grad_output.shape
    kH, kW = w.shape[2], w.shape[3]
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    grad_x = np.zeros_like(x_pad)
    grad_w = np.zeros_like(w)
    grad_b = np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(oH):
                for j in range(oW):
                    r = i * stride[0]
                    c = j * stride[1]
                    grad_w[f] = grad_output[n, f, i, j] * x_pad[n, :, r : r + kH, c : c + kW]
                    grad_x[n, :, r : r + kH, c : c + kW] += grad_output[n, f, i, j] * w[f]
                    grad_b[f] += grad_output[n, f, i, j]
    grad_x = grad_x[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return grad_x, grad_w, grad_b
