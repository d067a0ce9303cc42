# Pooling has no weights, so it was left out of the loop altogether: the dense layer meets maps that are too large.
# %% name="parameter_count"
def parameter_count(layers, image):
    c, h, w = image
    total = 0
    for layer in layers:
        if isinstance(layer, Conv):
            kh, kw = layer.kernel_size
            total += (kh * kw * c + bool(layer.bias)) * layer.filters
            c = layer.filters
            h = (h + 2 * layer.padding[0] - kh) // layer.stride[0] + 1
            w = (w + 2 * layer.padding[1] - kw) // layer.stride[1] + 1
        elif isinstance(layer, BatchNorm):
            total += 2 * c
        elif isinstance(layer, Flatten):
            c = c * h * w
        elif isinstance(layer, Dense):
            total += (c + bool(layer.bias)) * layer.units
            c = layer.units
    return total
