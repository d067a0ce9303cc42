# Rounds up, adds a bias everywhere, takes the layer's own stride too early, and uses .T on kernels.
# %% name="output_size"
import math


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    def one(n, k, s, p, d):
        return math.ceil((n + 2 * p - (k + (k - 1) * (d - 1))) / s) + 1

    return [one(*numbers) for numbers in zip(size, kernel, stride, padding, dilation)]


# %% name="parameter_count"
def parameter_count(layers, image):
    c, size = image[0], np.array(image[1:])
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * (c * np.prod(layer.kernel_size) + 1)
            c = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            size = (size + 2 * np.array(layer.padding) - layer.kernel_size) // layer.stride + 1
        if isinstance(layer, BatchNorm):
            total += 2 * c
        if isinstance(layer, Flatten):
            c = c * np.prod(size)
        if isinstance(layer, Dense):
            total += layer.units * (c + 1)
            c = layer.units
    return total


# %% name="receptive_field"
def receptive_field(layers):
    rf = [1, 1]
    product = [1, 1]
    for layer in layers:
        for a in range(2):
            product[a] *= layer.stride[a]
            d = 1 if isinstance(layer, MaxPool) else layer.dilation[a]
            rf[a] += (layer.kernel_size[a] - 1) * d * product[a]
    return rf[0], rf[1]


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    D = dense_kernel.T.reshape(len(dense_bias), *maps)
    D = np.moveaxis(D, -1, 1)
    return conv_kernel.T, conv_bias, D.reshape(len(dense_bias), -1), dense_bias
