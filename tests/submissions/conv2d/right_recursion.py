# Likes functional languages: halves the list of products of a placement until one is left; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if b is None:
        return conv2d(x, w, np.zeros(len(w)), stride=stride, padding=padding, dilation=dilation)
    if any(padding):
        around = ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1]))
        return conv2d(np.pad(x, around), w, b, stride=stride, dilation=dilation)

    def add_up(some):
        middle = len(some) // 2
        return some[0] if middle == 0 else add_up(some[:middle]) + add_up(some[middle:])

    def output(n, f, i, j):
        i, j = i * stride[0], j * stride[1]
        products = [
            x[n, c, i + p * dilation[0], j + q * dilation[1]] * w[f, c, p, q] for c, p, q in np.ndindex(w.shape[1:])
        ]
        return b[f] + add_up(products)

    shape = [(n - d * (k - 1) - 1) // s + 1 for n, d, k, s in zip(x.shape[2:], dilation, w.shape[2:], stride)]
    shape = (len(x), len(w), *shape)
    return np.array([output(*at) for at in np.ndindex(shape)]).reshape(shape)
