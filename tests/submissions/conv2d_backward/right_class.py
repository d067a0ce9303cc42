# Writes everything as classes, with a cache from a forward pass of its own; right.
# %% name="conv2d_backward"
class ConvLayer:
    def __init__(self, weights, stride, padding):
        self.weights = weights
        self.stride = stride
        self.padding = padding
        self.dW = np.zeros_like(weights)
        self.db = np.zeros(weights.shape[0])

    def _regions(self, image):
        """generator as in the blog post"""
        f_h, f_w = self.weights.shape[2:]
        out_h = (image.shape[1] - f_h) // self.stride[0] + 1
        out_w = (image.shape[2] - f_w) // self.stride[1] + 1
        for i in range(out_h):
            for j in range(out_w):
                r, c = i * self.stride[0], j * self.stride[1]
                yield image[:, r : r + f_h, c : c + f_w], i, j, (slice(None), slice(r, r + f_h), slice(c, c + f_w))

    def forward(self, x):
        self.last_input = np.pad(x, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        return self

    def backward(self, d_out):
        d_input = np.zeros(self.last_input.shape)
        for n, image in enumerate(self.last_input):
            for region, i, j, where in self._regions(image):
                for f, kernel in enumerate(self.weights):
                    self.dW[f] += d_out[n, f, i, j] * region
                    self.db[f] += d_out[n, f, i, j]
                    d_input[n][where] += d_out[n, f, i, j] * kernel
        ph, pw = self.padding
        end_h, end_w = d_input.shape[2] - ph, d_input.shape[3] - pw
        return d_input[:, :, ph:end_h, pw:end_w]


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    layer = ConvLayer(w, stride, padding).forward(x)
    dx = layer.backward(grad_output)
    return dx, layer.dW, layer.db


# %% name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    # numpy on the CPU, then back: not fast, but right
    gx, gw, gb = conv2d_backward(*(t.cpu().numpy() for t in (grad_output, x, w)), stride=stride, padding=padding)
    return tuple(torch.from_numpy(a).to(x) for a in (gx, gw, gb))
