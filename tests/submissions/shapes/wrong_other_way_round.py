# A gap after the last weight, a bias for every weight, the rule from the end used from the start, CHW read as HWC.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    ans = []
    for a in (0, 1):
        dilated_kernel = kernel[a] * dilation[a]
        ans.append((size[a] + 2 * padding[a] - dilated_kernel) // stride[a] + 1)
    return ans[0], ans[1]


# %% name="parameter_count"
def parameter_count(layers, image):
    channels, h, w = image
    count = 0
    for layer in layers:
        weights = 0
        if isinstance(layer, Conv):
            weights = layer.filters * channels * layer.kernel_size[0] * layer.kernel_size[1]
            channels = layer.filters
        elif isinstance(layer, Dense):
            weights = layer.units * flat
            flat = layer.units
        elif isinstance(layer, BatchNorm):
            count += 2 * channels
        elif isinstance(layer, Flatten):
            flat = channels * h * w
        biases = weights if getattr(layer, "bias", False) else 0
        count += weights + biases
        if isinstance(layer, (Conv, MaxPool)):
            h, w = output_size((h, w), layer.kernel_size, stride=layer.stride, padding=layer.padding)
    return count


# %% name="receptive_field"
def receptive_field(layers):
    h, w = 1, 1
    for layer in layers:
        d = layer.dilation if type(layer) == Conv else (1, 1)
        h = (h - 1) * layer.stride[0] + d[0] * (layer.kernel_size[0] - 1) + 1
        w = (w - 1) * layer.stride[1] + d[1] * (layer.kernel_size[1] - 1) + 1
    return h, w


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    H, W, C = maps
    w = dense_kernel.T.reshape(-1, C, H, W)  # (units, C, H, W)
    w = np.moveaxis(w, 1, 3)  # channels last
    return conv_kernel.transpose(3, 2, 0, 1), conv_bias, w.reshape(len(w), H * W * C), dense_bias
