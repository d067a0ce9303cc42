# parameter_count is right, but it leans on an output_size that rounds up.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    def along(a):
        room = size[a] + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1
        return -(-room // stride[a]) + 1

    return along(0), along(1)


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, *size = image
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias)
            channels = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            size = output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding)
        if isinstance(layer, BatchNorm):
            total += 2 * channels
        if isinstance(layer, Flatten):
            channels = channels * size[0] * size[1]
        if isinstance(layer, Dense):
            total += layer.units * (channels + layer.bias)
            channels = layer.units
    return total
