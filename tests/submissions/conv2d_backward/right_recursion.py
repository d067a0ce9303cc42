# Likes functional languages: halves the list of placements until one is left; right, no torch.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    pt, pl = padding
    xp = np.pad(x, ((0, 0), (0, 0), (pt, pt), (pl, pl)))
    placements = list(np.ndindex(*grad_output.shape))  # 所有位置, für alle Bilder und Filter

    def add(one, other):
        return tuple(a + b for a, b in zip(one, other))

    def gradients(some):
        if len(some) > 1:
            middle = len(some) // 2
            return add(gradients(some[:middle]), gradients(some[middle:]))
        n, f, i, j = some[0]
        g = grad_output[n, f, i, j]
        here = np.s_[n, :, i * stride[0] : i * stride[0] + w.shape[2], j * stride[1] : j * stride[1] + w.shape[3]]
        gx, gw, gb = np.zeros_like(xp), np.zeros_like(w), np.zeros(len(w))
        gx[here], gw[f], gb[f] = g * w[f], g * xp[here], g
        return gx, gw, gb

    gx, gw, gb = gradients(placements)
    return gx[:, :, pt : pt + x.shape[2], pl : pl + x.shape[3]], gw, gb
