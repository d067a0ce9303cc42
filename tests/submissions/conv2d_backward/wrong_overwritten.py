# Puts each output's share into grad_x with = where += belongs.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    images, filters, rows, columns = grad_output.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    grad_x = np.zeros(x.shape)
    grad_w = np.zeros(w.shape)
    grad_b = np.zeros(filters)
    for img in range(images):
        for row in range(rows):
            for col in range(columns):
                for fil in range(filters):
                    g = grad_output[img, fil, row, col]
                    r0, c0 = row * stride[0], col * stride[1]
                    r1, c1 = r0 + w.shape[2], c0 + w.shape[3]
                    grad_w[fil] += g * x[img, :, r0:r1, c0:c1]
                    grad_x[img, :, r0:r1, c0:c1] = g * w[fil]
                    grad_b[fil] += g
    bottom, right = x.shape[2] - padding[0], x.shape[3] - padding[1]
    return grad_x[:, :, padding[0] : bottom, padding[1] : right], grad_w, grad_b
