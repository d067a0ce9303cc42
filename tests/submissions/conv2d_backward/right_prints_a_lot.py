# Right, but its prints for finding mistakes are still in: hundreds of lines a call.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    print("grad_output", grad_output.shape, "x", x.shape, "w", w.shape, "stride", stride, "padding", padding)
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    print(x_pad)
    dx = np.zeros(x_pad.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(w.shape[0])
    for n in range(grad_output.shape[0]):
        for f in range(grad_output.shape[1]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    y, z = i * stride[0], j * stride[1]
                    print("n", n, "f", f, "i", i, "j", j, "->", y, z)
                    window = x_pad[n, :, y : y + w.shape[2], z : z + w.shape[3]]
                    print(window)
                    dw[f] += window * grad_output[n, f, i, j]
                    print("dw now\n", dw[f])
                    dx[n, :, y : y + w.shape[2], z : z + w.shape[3]] += w[f] * grad_output[n, f, i, j]
                    db[f] += grad_output[n, f, i, j]
                    print("*" * 60)
    print("!!!!! DONE !!!!!")
    return dx[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]], dw, db


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    print("device:", x.device, "is it the gpu?")
    (sh, sw), (ph, pw) = stride, padding
    oh, ow = grad_output.shape[-2:]
    xp = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    gxp = torch.zeros_like(xp)
    gw = torch.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            print(p, q)
            rows = slice(p, p + sh * (oh - 1) + 1, sh)
            cols = slice(q, q + sw * (ow - 1) + 1, sw)
            gw[:, :, p, q] = torch.einsum("nfij,ncij->fc", grad_output, xp[:, :, rows, cols])
            gxp[:, :, rows, cols] += torch.einsum("nfij,fc->ncij", grad_output, w[:, :, p, q])
            print(gw[:, :, p, q], gxp)
    return gxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], gw, grad_output.sum((0, 2, 3))
