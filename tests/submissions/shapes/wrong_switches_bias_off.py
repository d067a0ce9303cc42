# Wants to change a layer, which cannot be done.
# %% name="parameter_count"
def parameter_count(layers, image):
    channels, total = image[0], 0
    for layer in layers:
        if isinstance(layer, Conv):
            total += layer.filters * channels * layer.kernel_size[0] * layer.kernel_size[1]
            if layer.bias:
                total += layer.filters
                layer.bias = False  # so that it is not counted twice
            channels = layer.filters
    return total
