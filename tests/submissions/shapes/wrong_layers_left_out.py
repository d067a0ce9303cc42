# Leaves out the dilation, the batch normalisation and the pooling; dense weights cut up anew.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return (
        (size[0] - kernel[0] + 2 * padding[0]) // stride[0] + 1,
        (size[1] - kernel[1] + 2 * padding[1]) // stride[1] + 1,
    )


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, *size = image
    n = 0
    for layer in layers:
        if isinstance(layer, Conv):
            n += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + int(layer.bias))
            channels = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            size = output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding)
        if isinstance(layer, Flatten):
            flat = channels * size[0] * size[1]
        if isinstance(layer, Dense):
            n += layer.units * (flat + int(layer.bias))
            flat = layer.units
    return n


# %% name="receptive_field"
def receptive_field(layers):
    convolutions = [layer for layer in layers if isinstance(layer, Conv)]
    field, jump = [1, 1], [1, 1]
    for conv in convolutions:
        for a in (0, 1):
            field[a] += conv.dilation[a] * (conv.kernel_size[a] - 1) * jump[a]
            jump[a] *= conv.stride[a]
    return field[0], field[1]


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    inputs, units = dense_kernel.shape
    return conv_kernel.transpose(3, 2, 0, 1), conv_bias, dense_kernel.reshape(units, inputs), dense_bias
