# Everything in one expression: lambdas, reduce, accumulate, the walrus; lists come back.
# %% name="output_size"
output_size = lambda size, kernel, stride, padding, dilation=(1, 1): [
    len(range(0, n + 2 * p - d * (k - 1), s)) for n, k, s, p, d in zip(size, kernel, stride, padding, dilation)
]

# %% name="parameter_count"
from functools import reduce

parameter_count = lambda layers, image: reduce(
    lambda state, layer: {
        "Conv": lambda t, c, *n: (
            t + layer.filters * (c * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias),
            layer.filters,
            *output_size(n, layer.kernel_size, layer.stride, layer.padding),
        ),
        "MaxPool": lambda t, c, *n: (t, c, *output_size(n, layer.kernel_size, layer.stride, layer.padding)),
        "BatchNorm": lambda t, c, *n: (t + c + c, c, *n),
        "Flatten": lambda t, c, h, w: (t, c * h * w),
        "Dense": lambda t, c: (t + layer.units * (c + layer.bias), layer.units),
    }[type(layer).__name__](*state),
    layers,
    (0, *image),
)[0]

# %% name="receptive_field"
from itertools import accumulate
from operator import mul

receptive_field = lambda layers: [
    1 + sum(
        jump * (layer.kernel_size[a] - 1) * getattr(layer, "dilation", (1, 1))[a]
        for layer, jump in zip(layers, accumulate([layer.stride[a] for layer in layers], mul, initial=1))
    )
    for a in (0, 1)
]

# %% name="keras_to_torch"
keras_to_torch = lambda conv_kernel, conv_bias, dense_kernel, dense_bias, maps: [
    np.moveaxis(conv_kernel, [-1, -2], [0, 1]),
    +conv_bias,
    np.rollaxis((units := dense_kernel.T.reshape(-1, *maps)), 3, 1).reshape(len(units), -1),
    +dense_bias,
]
