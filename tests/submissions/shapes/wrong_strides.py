# No stride in the size, the image's channels everywhere, sizes of kernels multiplied, dense weights as they came.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    rows = size[0] + 2 * padding[0] - dilation[0] * (kernel[0] - 1)
    columns = size[1] + 2 * padding[1] - dilation[1] * (kernel[1] - 1)
    return rows, columns


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, rows, columns = image
    last = channels
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            kh, kw = layer.kernel_size
            total += layer.filters * channels * kh * kw + layer.filters * layer.bias
            last = layer.filters
        elif isinstance(layer, BatchNorm):
            total += 2 * last
        elif isinstance(layer, Flatten):
            n = last * rows * columns
        elif isinstance(layer, Dense):
            total += layer.units * n + layer.units * layer.bias
            n = layer.units
        if hasattr(layer, "kernel_size"):
            rows = (rows + 2 * layer.padding[0] - layer.kernel_size[0]) // layer.stride[0] + 1
            columns = (columns + 2 * layer.padding[1] - layer.kernel_size[1]) // layer.stride[1] + 1
    return total


# %% name="receptive_field"
def receptive_field(layers):
    r, c = 1, 1
    for layer in layers:
        if isinstance(layer, Conv):
            r *= (layer.kernel_size[0] - 1) * layer.dilation[0] + 1
            c *= (layer.kernel_size[1] - 1) * layer.dilation[1] + 1
        else:
            r *= layer.kernel_size[0]
            c *= layer.kernel_size[1]
    return r, c


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    return conv_kernel.transpose(3, 2, 0, 1), conv_bias, dense_kernel, dense_bias
