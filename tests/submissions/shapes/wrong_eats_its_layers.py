# Takes the layers out of the list that it was given, one by one; and writes into the kernel it was given.
# %% name="receptive_field"
def receptive_field(layers):
    rows = cols = 1
    while layers:
        layer = layers.pop()
        d = layer.dilation if isinstance(layer, Conv) else (1, 1)
        rows = (rows - 1) * layer.stride[0] + (layer.kernel_size[0] - 1) * d[0] + 1
        cols = (cols - 1) * layer.stride[1] + (layer.kernel_size[1] - 1) * d[1] + 1
    return rows, cols


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    conv_w = conv_kernel.transpose(3, 2, 0, 1).copy()
    conv_kernel *= 0
    d = dense_kernel.reshape(*maps, -1).transpose(3, 2, 0, 1)
    return conv_w, conv_bias, d.reshape(len(dense_bias), -1), dense_bias
