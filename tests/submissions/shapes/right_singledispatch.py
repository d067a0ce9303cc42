# One small function for each kind of layer, chosen by functools.singledispatch; fancy indices with np.ix_.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    def one_direction(image, kernel, stride, padding, dilation):
        room = image + padding + padding - (kernel + (kernel - 1) * (dilation - 1))
        return divmod(room, stride)[0] + 1

    rows, columns = map(one_direction, size, kernel, stride, padding, dilation)
    return rows, columns


# %% name="parameter_count"
from functools import singledispatch


@singledispatch
def numbers(layer, shape):
    raise TypeError(layer)


@numbers.register
def _(layer: Conv, shape):
    size = output_size(shape[1:], layer.kernel_size, stride=layer.stride, padding=layer.padding)
    return np.prod((layer.filters, shape[0], *layer.kernel_size)) + layer.bias * layer.filters, (layer.filters, *size)


@numbers.register
def _(layer: MaxPool, shape):
    return 0, shape[:1] + output_size(shape[1:], layer.kernel_size, stride=layer.stride, padding=layer.padding)


@numbers.register
def _(layer: BatchNorm, shape):
    return len(("gamma", "beta")) * shape[0], shape


@numbers.register
def _(layer: Flatten, shape):
    return 0, (np.prod(shape),)


@numbers.register
def _(layer: Dense, shape):
    return np.prod((layer.units, *shape)) + layer.bias * layer.units, (layer.units,)


def parameter_count(layers, image):
    total, shape = 0, image
    for layer in layers:
        more, shape = numbers(layer, shape)
        total += more
    return total


# %% name="receptive_field"
@singledispatch
def gap(layer):
    return 1, 1


gap.register(Conv, lambda layer: layer.dilation)


def receptive_field(layers):
    # from the last layer to the first: how many units of the layer before are seen
    seen = (1, 1)
    for layer in layers[::-1]:
        taps = zip(seen, layer.stride, layer.kernel_size, gap(layer))
        seen = tuple(s * (n - 1) + d * (k - 1) + 1 for n, s, k, d in taps)
    return seen


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    H, W, C = maps
    c, h, w = np.ix_(range(C), range(H), range(W))
    order = ((h * W + w) * C + c).ravel()
    o, i, p, q = np.ix_(*map(range, np.array(conv_kernel.shape)[[3, 2, 0, 1]]))
    return conv_kernel[p, q, i, o], conv_bias, np.ascontiguousarray(dense_kernel[order].T), dense_bias
