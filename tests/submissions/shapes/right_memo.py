# Memoised recursion with tuples of layers as keys, so layers are hashed all the time; dicts for the order of weights.
# %% name="output_size"
from functools import cache, lru_cache


@cache
def fits(room, step):
    return 1 + fits(room - step, step) if room > 0 else 0


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    room = [n + 2 * p - d * (k - 1) for n, p, d, k in zip(size, padding, dilation, kernel)]
    return fits(room[0], stride[0]), fits(room[1], stride[1])


# %% name="parameter_count"
@lru_cache
def shape_after(layers, image):
    if not layers:
        return image
    *before, last = layers
    shape = shape_after(tuple(before), image)
    if last in {Flatten()}:
        return (int(np.prod(shape)),)
    if isinstance(last, Dense):
        return (last.units,)
    if isinstance(last, BatchNorm):
        return shape
    size = output_size(shape[1:], last.kernel_size, stride=last.stride, padding=last.padding)
    return (last.filters if isinstance(last, Conv) else shape[0], *size)


def parameter_count(layers, image):
    total = {}
    for n, layer in enumerate(layers):
        comes_in = shape_after(tuple(layers[:n]), tuple(image))[0]
        if isinstance(layer, BatchNorm):
            total[n, layer] = 2 * comes_in
        elif isinstance(layer, Dense):
            total[n, layer] = layer.units * (comes_in + layer.bias)
        elif isinstance(layer, Conv):
            kh, kw = layer.kernel_size
            total[n, layer] = layer.filters * (comes_in * kh * kw + layer.bias)
    return sum(total.values())


# %% name="receptive_field"
@cache
def last_seen(unit, layers, axis):
    if len(layers) == 0:
        return unit
    d = layers[-1].dilation[axis] if type(layers[-1]) == Conv else 1
    meets = [unit * layers[-1].stride[axis] + t * d for t in range(layers[-1].kernel_size[axis])]
    return max(last_seen(u, layers[:-1], axis) for u in meets)


def receptive_field(layers):
    return tuple(1 + last_seen(0, tuple(layers), axis) for axis in (0, 1))


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    weight_of = dict(np.ndenumerate(conv_kernel))
    kh, kw, cin, cout = conv_kernel.shape
    conv_w = np.array(
        [[[[weight_of[p, q, c, o] for q in range(kw)] for p in range(kh)] for c in range(cin)] for o in range(cout)]
    )
    row_of = dict(zip(np.ndindex(*maps), dense_kernel))
    dense_w = [row_of[h, w, c] for c in range(maps[2]) for h in range(maps[0]) for w in range(maps[1])]
    return conv_w, conv_bias, np.transpose(dense_w), dense_bias
