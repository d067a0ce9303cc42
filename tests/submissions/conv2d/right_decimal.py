# Does not trust floats: object arrays of Decimal, exact, turned into floats at the end; right.
# %% name="conv2d"
from decimal import Decimal

exact = np.vectorize(Decimal, otypes=[object])


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x, w, b = exact(x), exact(w), exact(np.zeros(len(w)) if b is None else b)
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2), constant_values=Decimal(0))
    rest = [x.shape[a + 2] - dilation[a] * (w.shape[a + 2] - 1) for a in (0, 1)]
    y = []
    for img in x:
        for kernel, bias in zip(w, b):
            total = bias
            for p in range(kernel.shape[1]):
                for q in range(kernel.shape[2]):
                    r, s = dilation[0] * p, dilation[1] * q
                    met = img[:, r : r + rest[0] : stride[0], s : s + rest[1] : stride[1]]
                    total = total + np.tensordot(kernel[:, p, q], met, 1)
            y.append(total.astype(float))
    return np.array(y).reshape(len(x), len(w), *y[0].shape)
