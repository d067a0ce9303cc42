# A kernel of k - 1 pixels, filters of one slice, steps of one layer only, and reshape where axes should move.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    result = ()
    for n, k, s, p, d in zip(size, kernel, stride, padding, dilation):
        span = d * (k - 1)
        result += ((n + 2 * p - span) // s + 1,)
    return result


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, h, w = image
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            one_filter = layer.kernel_size[0] * layer.kernel_size[1]
            if layer.bias:
                one_filter += 1
            total += layer.filters * one_filter
            channels = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            h = (h + 2 * layer.padding[0] - layer.kernel_size[0]) // layer.stride[0] + 1
            w = (w + 2 * layer.padding[1] - layer.kernel_size[1]) // layer.stride[1] + 1
        if isinstance(layer, BatchNorm):
            total += channels * 2
        if isinstance(layer, Flatten):
            numbers = channels * h * w
        if isinstance(layer, Dense):
            total += layer.units * numbers + (layer.units if layer.bias else 0)
            numbers = layer.units
    return total


# %% name="receptive_field"
def receptive_field(layers):
    rows, cols = 1, 1
    before = (1, 1)
    for layer in layers:
        d = getattr(layer, "dilation", (1, 1))
        rows = rows + (layer.kernel_size[0] - 1) * d[0] * before[0]
        cols = cols + (layer.kernel_size[1] - 1) * d[1] * before[1]
        before = layer.stride
    return rows, cols


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    kh, kw, cin, cout = conv_kernel.shape
    w = conv_kernel.reshape((cout, cin, kh, kw))
    hwc = dense_kernel.reshape((*maps, -1))
    chw = hwc.transpose((2, 0, 1, 3)).reshape(dense_kernel.shape)
    return w, conv_bias, chw.transpose(), dense_bias
