# A bracket is missing in the first function; the count, which calls it, is right; nothing else is done.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    rows = (size[0] + 2 * padding[0] - kernel[0]) // stride[0] + 1
    columns = (size[1] + 2 * padding[1] - kernel[1] // stride[1] + 1
    return rows, columns


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, *size = image
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias)
            channels = layer.filters
        if isinstance(layer, BatchNorm):
            total += 2 * channels
        if isinstance(layer, Flatten):
            for before in layers:
                if isinstance(before, (Conv, MaxPool)):
                    size = output_size(size, before.kernel_size, stride=before.stride, padding=before.padding)
            channels = channels * size[0] * size[1]
        if isinstance(layer, Dense):
            total += layer.units * (channels + layer.bias)
            channels = layer.units
    return total
