# Derives dy/dw and dy/dx and stops there: the chain rule's other factor is missing. grad_b is right.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    N, F, oh, ow = grad_output.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    grad_xp = np.zeros_like(xp)
    grad_w = np.zeros_like(w)
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    a, c = i * stride[0], j * stride[1]
                    # y = sum x * w  ->  dy/dw = x, dy/dx = w
                    grad_w[f] += xp[n, :, a : a + w.shape[2], c : c + w.shape[3]]
                    grad_xp[n, :, a : a + w.shape[2], c : c + w.shape[3]] += w[f]
    grad_b = grad_output.sum(axis=(0, 2, 3))
    grad_x = grad_xp[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]]
    return grad_x, grad_w, grad_b
