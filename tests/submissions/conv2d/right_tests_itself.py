# Compares its own answer with mlcourse.ops below the function, in the same cell; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    s, t = stride
    xx = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    kh, kw = (w.shape[2] - 1) * dilation[0] + 1, (w.shape[3] - 1) * dilation[1] + 1
    y = np.zeros((x.shape[0], w.shape[0], (xx.shape[2] - kh) // s + 1, (xx.shape[3] - kw) // t + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            part = xx[:, :, i * s : i * s + kh : dilation[0], j * t : j * t + kw : dilation[1]]
            for f in range(w.shape[0]):
                y[:, f, i, j] = (part * w[f]).sum(axis=(1, 2, 3)) + (0 if b is None else b[f])
    return y


# my own test
from mlcourse import ops

_rng = np.random.default_rng(1)
_x, _w, _b = _rng.normal(size=(2, 3, 9, 8)), _rng.normal(size=(4, 3, 2, 3)), _rng.normal(size=4)
_how = dict(stride=(2, 1), padding=(1, 0), dilation=(1, 3))
np.testing.assert_allclose(conv2d(_x, _w, _b, **_how), ops.conv2d(_x, _w, _b, **_how))
print("works!!")
