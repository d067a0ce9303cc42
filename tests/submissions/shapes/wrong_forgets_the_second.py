# Padding on one side, no biases, no strides, and the dense weights only transposed.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    H = (size[0] + padding[0] - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
    W = (size[1] + padding[1] - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    return H, W


# %% name="parameter_count"
def parameter_count(layers, image):
    C, H, W = image
    count = 0
    for l in layers:
        if isinstance(l, Conv):
            count += l.filters * C * l.kernel_size[0] * l.kernel_size[1]
            C = l.filters
        if isinstance(l, (Conv, MaxPool)):
            H = (H + 2 * l.padding[0] - l.kernel_size[0]) // l.stride[0] + 1
            W = (W + 2 * l.padding[1] - l.kernel_size[1]) // l.stride[1] + 1
        if isinstance(l, BatchNorm):
            count += 2 * C
        if isinstance(l, Flatten):
            N = C * H * W
        if isinstance(l, Dense):
            count += N * l.units
            N = l.units
    return count


# %% name="receptive_field"
def receptive_field(layers):
    rows = columns = 1
    for l in layers:
        dr, dc = l.dilation if isinstance(l, Conv) else (1, 1)
        rows += dr * (l.kernel_size[0] - 1)
        columns += dc * (l.kernel_size[1] - 1)
    return rows, columns


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    return np.transpose(conv_kernel, (3, 2, 0, 1)), conv_bias, np.transpose(dense_kernel), dense_bias
