# Thinks in arrays: both directions at once, weights as arrays whose entries are counted; np.int64 comes back.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    size, kernel, stride, padding, dilation = map(np.asarray, (size, kernel, stride, padding, dilation))
    return tuple((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)


# %% name="parameter_count"
def parameter_count(layers, image):
    x = np.zeros((0, *image))
    params = []
    for layer in layers:
        if isinstance(layer, Conv):
            params.append(np.zeros((layer.filters, x.shape[1], *layer.kernel_size)))
            if layer.bias:
                params.append(np.zeros(layer.filters))
        if isinstance(layer, (Conv, MaxPool)):
            size = output_size(x.shape[2:], layer.kernel_size, stride=layer.stride, padding=layer.padding)
            x = np.zeros((0, layer.filters if isinstance(layer, Conv) else x.shape[1], *size))
        if isinstance(layer, BatchNorm):
            params += [np.ones(x.shape[1]), np.zeros(x.shape[1])]
        if isinstance(layer, Flatten):
            x = np.zeros((0, np.prod(x.shape[1:])))
        if isinstance(layer, Dense):
            params.append(np.zeros((layer.units, x.shape[1])))
            params.append(np.zeros(layer.units * layer.bias))
            x = np.zeros((0, layer.units))
    return sum(p.size for p in params)


# %% name="receptive_field"
def receptive_field(layers):
    k = np.array([layer.kernel_size for layer in layers])
    d = np.array([getattr(layer, "dilation", (1, 1)) for layer in layers])
    s = np.array([(1, 1)] + [layer.stride for layer in layers[:-1]])
    rows, cols = 1 + ((k - 1) * d * np.cumprod(s, axis=0)).sum(axis=0)
    return rows, cols


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    positions = np.arange(np.prod(maps)).reshape(maps)
    order = np.moveaxis(positions, -1, 0).ravel()
    return np.moveaxis(conv_kernel, (3, 2), (0, 1)), conv_bias, dense_kernel[order].T, dense_bias
