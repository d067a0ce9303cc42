# Loops over the pixels of x in place of the outputs, and runs over the edge.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_x = np.zeros(x.shape)
    grad_w = np.zeros(w.shape)
    grad_b = np.zeros(w.shape[0])
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for i in range(x.shape[2]):
                for j in range(x.shape[3]):
                    for c in range(x.shape[1]):
                        for p in range(w.shape[2]):
                            for q in range(w.shape[3]):
                                grad_w[f, c, p, q] += grad_output[n, f, i, j] * x[n, c, i + p, j + q]
                                grad_x[n, c, i + p, j + q] += grad_output[n, f, i, j] * w[f, c, p, q]
                    grad_b[f] += grad_output[n, f, i, j]
    return grad_x, grad_w, grad_b
