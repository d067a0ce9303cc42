# Moves for placements, running statistics for parameters, whole kernels for what is new; kernels not touched.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    out = []
    for i in range(2):
        k = (kernel[i] - 1) * dilation[i] + 1
        out.append((size[i] + 2 * padding[i] - k) // stride[i])
    return tuple(out)


# %% name="parameter_count"
def parameter_count(layers, image):
    c = image[0]
    n = 0
    for layer in layers:
        if type(layer) is Conv:
            n += (c * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias) * layer.filters
            c = layer.filters
        elif type(layer) is BatchNorm:
            gamma = beta = moving_mean = moving_variance = c
            n += gamma + beta + moving_mean + moving_variance
    return n


# %% name="receptive_field"
def receptive_field(layers):
    r = [0, 0]
    step = [1, 1]
    for layer in layers:
        for a in range(2):
            k = layer.kernel_size[a]
            if isinstance(layer, Conv):
                k = layer.dilation[a] * (k - 1) + 1
            r[a] += k * step[a]
            step[a] *= layer.stride[a]
    return r


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    h, w, c = maps
    d = dense_kernel.reshape(h, w, c, len(dense_bias))
    d = d.transpose(2, 0, 1, 3).reshape(h * w * c, len(dense_bias))
    return conv_kernel, conv_bias, d.T, dense_bias
