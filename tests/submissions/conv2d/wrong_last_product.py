# Writes = where += belongs, in the innermost loop.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    images, chans, height, width = x.shape
    filters, _, kh, kw = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    rows = (height + 2 * padding[0] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    cols = (width + 2 * padding[1] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    out = np.zeros((images, filters, rows, cols))
    for img in range(images):
        for fil in range(filters):
            for row in range(rows):
                for col in range(cols):
                    for ch in range(chans):
                        for p in range(kh):
                            for q in range(kw):
                                pixel = x[img, ch, row * stride[0] + p * dilation[0], col * stride[1] + q * dilation[1]]
                                out[img, fil, row, col] = pixel * w[fil, ch, p, q]
            if b is not None:
                out[img, fil] += b[fil]
    return out
