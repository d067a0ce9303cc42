# Unpacks stride as (x, y), so vertical and horizontal change places; ifs at the border hide what sticks out.
# %% name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    stride_x, stride_y = stride
    pad_y, pad_x = padding
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[0])
    for n in range(N):
        for f in range(w.shape[0]):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    db[f] += grad_output[n, f, i, j]
                    for c in range(C):
                        for p in range(w.shape[2]):
                            for q in range(w.shape[3]):
                                yy = i * stride_y + p - pad_y
                                xx = j * stride_x + q - pad_x
                                if yy < 0 or xx < 0 or yy >= H or xx >= W:
                                    continue
                                dw[f, c, p, q] += grad_output[n, f, i, j] * x[n, c, yy, xx]
                                dx[n, c, yy, xx] += grad_output[n, f, i, j] * w[f, c, p, q]
    return dx, dw, db
