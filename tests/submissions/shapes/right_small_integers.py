# NumPy's small integers: rounds with np.ceil or by two minus signs; np.int16, np.uint8 and np.int32 come back.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    rows = -(-(size[0] + 2 * padding[0] - dilation[0] * (kernel[0] - 1)) // stride[0])
    columns = np.ceil((size[1] + 2 * padding[1] - dilation[1] * (kernel[1] - 1)) / stride[1])
    return np.int16(rows), columns.astype(np.uint8)


# %% name="parameter_count"
def parameter_count(layers, image):
    counts = np.zeros(len(layers), dtype=np.int32)
    c, h, w = image
    for n, layer in enumerate(layers):
        if isinstance(layer, Conv):
            counts[n] = (c * np.multiply.reduce(layer.kernel_size) + layer.bias) * layer.filters
            c = layer.filters
        if isinstance(layer, BatchNorm):
            counts[n] = 2 * c
        if isinstance(layer, (Conv, MaxPool)):
            h, w = map(int, output_size((h, w), layer.kernel_size, stride=layer.stride, padding=layer.padding))
        if isinstance(layer, Flatten):
            c = c * h * w
        if isinstance(layer, Dense):
            counts[n] = (c + layer.bias) * layer.units
            c = layer.units
    return counts.sum(dtype=np.uint32)


# %% name="receptive_field"
def receptive_field(layers):
    k = np.array([layer.kernel_size for layer in layers], dtype=np.int32)
    d = np.ones_like(k)
    for n, layer in enumerate(layers):
        if isinstance(layer, Conv):
            d[n] = layer.dilation
    seen = np.ones(2, dtype=np.int32)
    jump = np.ones(2, dtype=np.int32)
    for reach, layer in zip((k - 1) * d, layers):
        seen += reach * jump
        jump *= np.array(layer.stride, dtype=np.int32)
    return tuple(seen)


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    conv_w = np.asfortranarray(conv_kernel.transpose(3, 2, 0, 1))
    blocks = np.split(dense_kernel, maps[0] * maps[1])  # one a pixel, of all its channels
    dense_w = np.stack(blocks, axis=1).reshape(-1, dense_kernel.shape[1]).T
    return conv_w, np.asarray(conv_bias), dense_w, np.asarray(dense_bias)
