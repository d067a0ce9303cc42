# A layer with a memory, prints for finding mistakes, and a test of its own against mlcourse.ops in the same cell; right.
# %% name="max_pool2d"
class MaxPool:
    def __init__(self, kernel_size, stride, padding):
        self.k = kernel_size
        self.s = kernel_size if stride is None else stride
        self.p = padding

    def forward(self, x):
        self.shape = x.shape
        H, W = x.shape[2:]
        tops = np.arange(0, H + 2 * self.p[0] - self.k[0] + 1, self.s[0]) - self.p[0]
        lefts = np.arange(0, W + 2 * self.p[1] - self.k[1] + 1, self.s[1]) - self.p[1]
        y = np.zeros(x.shape[:2] + (len(tops), len(lefts)))
        self.mask = np.zeros(y.shape, dtype=int)
        for i, top in enumerate(tops):
            for j, left in enumerate(lefts):
                t, l = max(top, 0), max(left, 0)
                region = x[:, :, t : top + self.k[0], l : left + self.k[1]]
                width = region.shape[3]
                flat = region.reshape(x.shape[0], x.shape[1], -1)
                best = np.argmax(flat, axis=2)
                y[:, :, i, j] = np.amax(flat, axis=2)
                self.mask[:, :, i, j] = (t + best // width) * W + l + best % width
                print("region", (i, j), "from", (t, l), "->", y[:, :, i, j].tolist())
        return y

    def backward(self, dout):
        dx = np.zeros(self.shape)
        for (n, c, i, j), at in np.ndenumerate(self.mask):
            dx[n, c].flat[at] += dout[n, c, i, j]
        return dx


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    layer = MaxPool(kernel_size, stride, padding)
    return layer.forward(x), layer.mask


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    layer = MaxPool(kernel_size, stride, padding)
    layer.forward(x)
    return layer.backward(grad_output)


# my own test
from mlcourse import ops

_x = np.random.default_rng(0).integers(-3, 3, (2, 3, 8, 9)).astype(float)
_how = dict(stride=(2, 1), padding=(1, 2))
for mine, theirs in zip(max_pool2d(_x, (3, 4), **_how), ops.max_pool2d(_x, (3, 4), **_how)):
    assert (mine == theirs).all()
print("same as ops, hurray")
