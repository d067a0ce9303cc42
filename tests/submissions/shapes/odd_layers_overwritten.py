# Names a variable of its own Conv, above the function, so that isinstance no longer works.
# %% name="parameter_count"
Conv = 10 * 10 * 1 * 24 + 24
print("by hand:", Conv)


def parameter_count(layers, image):
    channels, total = image[0], 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * (channels * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias)
            channels = layer.filters
    return total
