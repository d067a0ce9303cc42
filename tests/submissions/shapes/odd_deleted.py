# Threw the first function's cell away, after copying it into the second, where it has another name.
# %% name="output_size" delete=true

# %% name="parameter_count"
def size_after(layer, size):
    return [(size[a] + 2 * layer.padding[a] - layer.kernel_size[a]) // layer.stride[a] + 1 for a in (0, 1)]


def parameter_count(layers, image):
    channels, *size = image
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias)
            channels = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            size = size_after(layer, size)
        if isinstance(layer, BatchNorm):
            total += 2 * channels
        if isinstance(layer, Flatten):
            channels = channels * size[0] * size[1]
        if isinstance(layer, Dense):
            total += layer.units * (channels + layer.bias)
            channels = layer.units
    return total
