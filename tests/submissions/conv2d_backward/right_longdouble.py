# Adds up in longdouble and Fortran order, strict about floating-point errors; floats at the end; right, no torch.
# %% name="conv2d_backward"
np.seterr(all="raise")


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    g, image, kernel = (np.asfortranarray(a, dtype=np.longdouble) for a in (grad_output, x, w))
    C, H, W = x.shape[1:]
    frame = np.zeros((len(x), C, H + 2 * padding[0], W + 2 * padding[1]), np.longdouble, order="F")
    middle = np.s_[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
    frame[middle] = image
    grad_frame, grad_kernel = np.zeros_like(frame), np.zeros_like(kernel)
    for q in reversed(range(w.shape[3])):
        for p in reversed(range(w.shape[2])):
            for j in range(g.shape[3]):
                for i in range(g.shape[2]):
                    m, k = p + i * stride[0], q + j * stride[1]
                    grad_kernel[:, :, p, q] += np.inner(g[:, :, i, j].T, frame[:, :, m, k].T)
                    grad_frame[:, :, m, k] += np.dot(g[:, :, i, j], kernel[:, :, p, q])
    answers = grad_frame[middle], grad_kernel, np.add.reduce(g, axis=(0, 2, 3))
    return tuple(a.astype(float, order="F") for a in answers)
