# Takes every layer for a convolution.
# %% name="parameter_count"
def parameter_count(layers, image):
    channels, total = image[0], 0
    for layer in layers:
        if not isinstance(layer, BatchNorm):
            total += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias)
            channels = layer.filters
        else:
            total += 2 * channels
    return total


# %% name="receptive_field"
def receptive_field(layers):
    seen, apart = [1, 1], [1, 1]
    for layer in layers:
        for a in (0, 1):
            seen[a] += layer.dilation[a] * (layer.kernel_size[a] - 1) * apart[a]
            apart[a] *= layer.stride[a]
    return seen
