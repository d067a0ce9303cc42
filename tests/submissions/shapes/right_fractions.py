# Exact fractions, rounded down only at the end; weights go through float64 and come back.
# %% name="output_size"
import math
from fractions import Fraction


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    sizes = []
    for n, k, s, p, d in zip(size, kernel, stride, padding, dilation):
        moves = Fraction(n + 2 * p - d * (k - 1) - 1, s)
        sizes.append(math.floor(moves) + 1)
    return sizes


# %% name="parameter_count"
def parameter_count(layers, image):
    maps, size, count = Fraction(image[0]), [Fraction(n) for n in image[1:]], Fraction(0)
    for layer in layers:
        if isinstance(layer, (Conv, MaxPool)):
            if isinstance(layer, Conv):
                count += layer.filters * (maps * math.prod(layer.kernel_size) + layer.bias)
                maps = Fraction(layer.filters)
            size = [
                (n + 2 * p - k) // s + 1
                for n, k, s, p in zip(size, layer.kernel_size, layer.stride, layer.padding)
            ]
        elif isinstance(layer, BatchNorm):
            count += 2 * maps
        elif isinstance(layer, Flatten):
            maps = maps * math.prod(size)
        elif isinstance(layer, Dense):
            count += layer.units * (maps + layer.bias)
            maps = Fraction(layer.units)
    return int(count)


# %% name="receptive_field"
def receptive_field(layers):
    # the middle of what unit i sees lies at start + i * jump, and it sees half a field on either side of it
    half, jump = [Fraction(1, 2)] * 2, [1, 1]
    for layer in layers:
        for a in range(2):
            spacing = layer.dilation[a] if isinstance(layer, Conv) else 1
            half[a] += Fraction((layer.kernel_size[a] - 1) * spacing * jump[a], 2)
            jump[a] *= layer.stride[a]
    return (2 * half[0]).numerator, (2 * half[1]).numerator


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    precise = [a.astype(np.float64) for a in (conv_kernel, conv_bias, dense_kernel, dense_bias)]
    precise[0] = np.transpose(precise[0], [3, 2, 0, 1])
    precise[2] = np.hstack([precise[2][channel :: maps[2]].T for channel in range(maps[2])])
    return tuple(a.astype(np.float32) for a in precise)
