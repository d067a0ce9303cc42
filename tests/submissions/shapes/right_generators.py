# Generators that are sent one layer after the other; named tuples come back.
# %% name="output_size"
from collections import namedtuple

Pair = namedtuple("Pair", "rows columns")


def placements(n, k, s, p, d):
    start = -p
    while start + (k - 1) * d <= n - 1 + p:
        yield start
        start += s


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return Pair(*(sum(1 for _ in placements(*one)) for one in zip(size, kernel, stride, padding, dilation)))


# %% name="parameter_count"
def counting(c, h, w):
    learnt = 0
    while True:
        layer = yield learnt
        if isinstance(layer, Conv):
            learnt = (c * layer.kernel_size[0] * layer.kernel_size[1] + bool(layer.bias)) * layer.filters
            c = layer.filters
        elif isinstance(layer, BatchNorm):
            learnt = 2 * c
        elif isinstance(layer, Dense):
            learnt, c, h, w = (c * h * w + bool(layer.bias)) * layer.units, layer.units, 1, 1
        else:
            learnt = 0
        if isinstance(layer, (Conv, MaxPool)):
            h, w = output_size((h, w), layer.kernel_size, stride=layer.stride, padding=layer.padding)


def parameter_count(layers, image):
    counter = counting(*image)
    return sum(map(counter.send, [None, *layers]))


# %% name="receptive_field"
def edges(layers, axis):
    "position in the image of the last pixel that unit 0 sees"
    jump = 1
    for layer in layers:
        yield jump * sum([layer.dilation[axis] if "dilation" in dir(layer) else 1] * (layer.kernel_size[axis] - 1))
        jump *= layer.stride[axis]


def receptive_field(layers):
    return Pair(1 + sum(edges(layers, 0)), 1 + sum(edges(layers, 1)))


# %% name="keras_to_torch"
Weights = namedtuple("Weights", ["conv_w", "conv_b", "dense_w", "dense_b"])


def in_torch_order(a, axes):
    yield from a.transpose(axes).flat


def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    kh, kw, cin, cout = conv_kernel.shape
    conv = np.fromiter(in_torch_order(conv_kernel, (3, 2, 0, 1)), np.float32).reshape(cout, cin, kh, kw)
    by_pixel = dense_kernel.reshape(*maps, -1)
    dense = np.fromiter(in_torch_order(by_pixel, (3, 2, 0, 1)), np.float32).reshape(by_pixel.shape[-1], -1)
    return Weights(conv, conv_bias, dense, dense_bias)
