# Never used `padding`, with ifs at the border: both gradients are shifted, each has its own name.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    grad_x = np.zeros_like(x)
    grad_w = np.zeros_like(w)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for f in range(w.shape[0]):
                for i in range(grad_output.shape[2]):
                    for j in range(grad_output.shape[3]):
                        for p in range(w.shape[2]):
                            for q in range(w.shape[3]):
                                row = stride[0] * i + p
                                col = stride[1] * j + q
                                if row < x.shape[2] and col < x.shape[3]:
                                    grad_x[n, c, row, col] += w[f, c, p, q] * grad_output[n, f, i, j]
                                    grad_w[f, c, p, q] += x[n, c, row, col] * grad_output[n, f, i, j]
    return grad_x, grad_w, grad_output.sum(axis=(0, 2, 3))
