# Only rows; a list with the count of each layer; an array for a pair; a dictionary as torch has one.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return (size[0] + 2 * padding[0] - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1


# %% name="parameter_count"
def parameter_count(layers, image):
    c = image[0]
    counts = []
    for layer in layers:
        if isinstance(layer, Conv):
            counts.append(layer.filters * (c * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias))
            c = layer.filters
        elif isinstance(layer, BatchNorm):
            counts.append(2 * c)
        else:
            counts.append(0)
    return counts


# %% name="receptive_field"
def receptive_field(layers):
    seen, jump = np.array([1, 1]), np.array([1, 1])
    for layer in layers:
        d = np.array(getattr(layer, "dilation", (1, 1)))
        seen = seen + (np.array(layer.kernel_size) - 1) * d * jump
        jump = jump * layer.stride
    return seen


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    dense = dense_kernel.reshape(*maps, -1).transpose(3, 2, 0, 1).reshape(len(dense_bias), -1)
    conv = conv_kernel.transpose(3, 2, 0, 1)
    return {"0.weight": conv, "0.bias": conv_bias, "3.weight": dense, "3.bias": dense_bias}
