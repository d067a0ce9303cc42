# Makes layers of its own: a dense layer is a convolution with a kernel as large as the maps. Only this function.
# %% name="parameter_count"
def parameter_count(layers, image):
    channels, *size = image
    total, same = 0, []
    for layer in layers:
        if isinstance(layer, Dense):
            layer = Conv(layer.units, tuple(size), stride=(1, 1), padding=(0, 0), bias=layer.bias)
        same.append(layer)
        if isinstance(layer, BatchNorm):
            total += channels + channels
        if isinstance(layer, Conv):
            total += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + (1 if layer.bias else 0))
            channels = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            for a in (0, 1):
                size[a] = (size[a] + 2 * layer.padding[a] - layer.kernel_size[a]) // layer.stride[a] + 1
    assert len(same) == len(layers)
    return total
