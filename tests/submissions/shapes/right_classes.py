# Wraps every layer in a class of its own that knows its shapes and its weights as empty arrays.
# %% name="output_size"
class Axis:
    def __init__(self, pixels, padding):
        self.first, self.last = -padding, pixels + padding - 1

    def __floordiv__(self, steps):
        kernel, stride, dilation = steps
        return len([a for a in range(self.first, self.last + 1, stride) if a + dilation * (kernel - 1) <= self.last])


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return tuple(Axis(size[a], padding[a]) // (kernel[a], stride[a], dilation[a]) for a in (0, 1))


# %% name="parameter_count"
class Wrapped:
    def __init__(self, layer, before):
        self.layer = layer
        self.before = before
        getattr(self, "build_" + layer.__class__.__name__.lower())()

    def __len__(self):
        return sum(a.size for a in self.learnt)

    def pooled(self):
        how = {"stride": self.layer.stride, "padding": self.layer.padding}
        return output_size(self.before[1:], self.layer.kernel_size, **how)

    def build_conv(self):
        n = self.layer.filters
        self.learnt = [np.empty((n, self.before[0], *self.layer.kernel_size))]
        self.learnt += [np.empty(n)] * self.layer.bias
        self.after = (n, *self.pooled())

    def build_maxpool(self):
        self.learnt, self.after = [], (self.before[0], *self.pooled())

    def build_batchnorm(self):
        self.learnt, self.after = [np.empty((2, self.before[0]))], self.before

    def build_flatten(self):
        self.learnt, self.after = [], (int(np.prod(self.before)),)

    def build_dense(self):
        self.learnt = [np.empty((self.layer.units, *self.before)), *[np.empty(self.layer.units)] * self.layer.bias]
        self.after = (self.layer.units,)


def parameter_count(layers, image):
    net = []
    for layer in layers:
        net.append(Wrapped(layer, net[-1].after if net else image))
    return sum(map(len, net))


# %% name="receptive_field"
class Unit:
    """the pixels from first to last, and where the neighbour's begin"""

    def __init__(self, first=(0, 0), last=(0, 0), jump=(1, 1)):
        self.first, self.last, self.jump = first, last, jump

    def behind(self, layer):
        reach = [k - 1 for k in layer.kernel_size]
        if isinstance(layer, Conv):
            reach = [r * d for r, d in zip(reach, layer.dilation)]
        last = [l + r * j for l, r, j in zip(self.last, reach, self.jump)]
        return Unit(self.first, last, [j * s for j, s in zip(self.jump, layer.stride)])

    def __iter__(self):
        for first, last in zip(self.first, self.last):
            yield last - first + 1


def receptive_field(layers):
    unit = Unit()
    for layer in layers:
        unit = unit.behind(layer)
    return tuple(unit)


# %% name="keras_to_torch"
class KerasWeights:
    def __init__(self, *arrays):
        self.conv, self.conv_bias, self.dense, self.dense_bias = arrays

    def to_torch(self, maps):
        filters = [np.stack([kernel[..., c] for c in range(kernel.shape[2])]) for kernel in np.moveaxis(self.conv, 3, 0)]
        units = [np.dstack([u]).reshape(maps) for u in self.dense.T]
        units = [np.concatenate([u[:, :, c].ravel() for c in range(maps[2])]) for u in units]
        return np.stack(filters), self.conv_bias, np.vstack(units), self.dense_bias


def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    return KerasWeights(conv_kernel, conv_bias, dense_kernel, dense_bias).to_torch(maps)
