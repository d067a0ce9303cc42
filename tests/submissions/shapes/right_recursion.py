# No loops: everything calls itself with what is left.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    def moves(room, step):
        return 0 if room < step else 1 + moves(room - step, step)

    def along(axis):
        return 1 + moves(size[axis] + 2 * padding[axis] - 1 - (kernel[axis] - 1) * dilation[axis], stride[axis])

    return along(0), along(1)


# %% name="parameter_count"
def parameter_count(layers, image):
    if not layers:
        return 0
    first, *rest = layers
    if isinstance(first, Flatten):
        return parameter_count(rest, (int(np.prod(image)),))
    if isinstance(first, Dense):
        return (image[0] + first.bias) * first.units + parameter_count(rest, (first.units,))
    channels, *size = image
    if isinstance(first, BatchNorm):
        return 2 * channels + parameter_count(rest, image)
    size = output_size(size, first.kernel_size, stride=first.stride, padding=first.padding)
    if isinstance(first, MaxPool):
        return parameter_count(rest, (channels, *size))
    own = (np.prod(first.kernel_size) * channels + first.bias) * first.filters
    return own + parameter_count(rest, (first.filters, *size))


# %% name="receptive_field"
def receptive_field(layers):
    if not layers:
        return 1, 1
    first, rest = layers[0], receptive_field(layers[1:])
    d = first.dilation if isinstance(first, Conv) else (1, 1)
    return tuple((rest[a] - 1) * first.stride[a] + (first.kernel_size[a] - 1) * d[a] + 1 for a in range(2))


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    H, W, C = maps
    conv_w = np.einsum("pqco->ocpq", conv_kernel)
    dense_w = np.einsum("hwcu->uchw", dense_kernel.reshape(H, W, C, -1)).reshape(-1, C * H * W)
    return conv_w, conv_bias, dense_w, dense_bias
