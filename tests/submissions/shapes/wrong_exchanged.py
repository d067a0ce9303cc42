# Columns before rows, as x before y; and pooling windows counted as weights.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    h, w = ((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(size, kernel, stride, padding, dilation))
    return w, h


# %% name="parameter_count"
def parameter_count(layers, image):
    c, h, w = image
    total = 0
    for layer in layers:
        if hasattr(layer, "kernel_size"):
            kh, kw = layer.kernel_size
            if isinstance(layer, Conv):
                total += kh * kw * c * layer.filters + layer.bias * layer.filters
                c = layer.filters
            else:
                total += kh * kw
            h = (h + 2 * layer.padding[0] - kh) // layer.stride[0] + 1
            w = (w + 2 * layer.padding[1] - kw) // layer.stride[1] + 1
        elif isinstance(layer, BatchNorm):
            total += c * 2
        elif isinstance(layer, Flatten):
            c = c * h * w
        elif isinstance(layer, Dense):
            total += c * layer.units + layer.bias * layer.units
            c = layer.units
    return total


# %% name="receptive_field"
def receptive_field(layers):
    x, y = 1, 1
    jx, jy = 1, 1
    for layer in layers:
        dy, dx = layer.dilation if isinstance(layer, Conv) else (1, 1)
        y += (layer.kernel_size[0] - 1) * dy * jy
        x += (layer.kernel_size[1] - 1) * dx * jx
        jy, jx = jy * layer.stride[0], jx * layer.stride[1]
    return x, y


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    height, width, depth = maps
    dense_w = np.zeros_like(dense_kernel.T)
    for unit in range(len(dense_w)):
        block = dense_kernel[:, unit].reshape(height, width, depth)
        dense_w[unit] = block.transpose(2, 1, 0).ravel()
    return conv_kernel.transpose(3, 2, 0, 1), conv_bias, dense_w, dense_bias
