# Writes everything as classes, with a generator of regions; right.
# %% name="conv2d"
class ConvLayer:
    def __init__(self, weights, bias, stride, padding, dilation):
        self.weights = weights
        self.bias = np.zeros(len(weights)) if bias is None else bias
        self.stride, self.padding, self.dilation = stride, padding, dilation

    def _regions(self, image):
        """generator as in the blog post"""
        f_h = (self.weights.shape[2] - 1) * self.dilation[0] + 1
        f_w = (self.weights.shape[3] - 1) * self.dilation[1] + 1
        for i, r in enumerate(range(0, image.shape[1] - f_h + 1, self.stride[0])):
            for j, c in enumerate(range(0, image.shape[2] - f_w + 1, self.stride[1])):
                yield image[:, r : r + f_h : self.dilation[0], c : c + f_w : self.dilation[1]], (i, j)

    def __call__(self, x):
        x = np.pad(x, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        pictures = []
        for image in x:
            outputs = {at: np.sum(self.weights * region, axis=(1, 2, 3)) for region, at in self._regions(image)}
            last = max(outputs)
            picture = np.zeros((len(self.weights), last[0] + 1, last[1] + 1))
            for (i, j), values in outputs.items():
                picture[:, i, j] = values + self.bias
            pictures.append(picture)
        return np.stack(pictures)


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return ConvLayer(w, b, stride, padding, dilation)(x)
