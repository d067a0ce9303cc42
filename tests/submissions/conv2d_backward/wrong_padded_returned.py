# Forgot to cut the padding off: grad_x has the shape of the padded image.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    grad_x = np.zeros_like(xp)
    grad_w = np.zeros_like(w)
    grad_b = np.zeros(w.shape[0])
    for n in range(grad_output.shape[0]):
        for f in range(grad_output.shape[1]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    r, c = i * stride[0], j * stride[1]
                    grad_w[f] += grad_output[n, f, i, j] * xp[n, :, r : r + kh, c : c + kw]
                    grad_x[n, :, r : r + kh, c : c + kw] += grad_output[n, f, i, j] * w[f]
                    grad_b[f] += grad_output[n, f, i, j]
    return grad_x, grad_w, grad_b


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    oh, ow = grad_output.shape[2:]
    xp = torch.nn.functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    grad_x, grad_w = torch.zeros_like(xp), torch.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            at = np.s_[:, :, p : p + stride[0] * (oh - 1) + 1 : stride[0], q : q + stride[1] * (ow - 1) + 1 : stride[1]]
            grad_w[:, :, p, q] = torch.einsum("noij,ncij->oc", grad_output, xp[at])
            grad_x[at] += torch.einsum("noij,oc->ncij", grad_output, w[:, :, p, q])
    return grad_x, grad_w, grad_output.sum((0, 2, 3))
