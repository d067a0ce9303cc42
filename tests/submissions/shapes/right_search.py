# Searches: bisect for the number of placements and for the edge of what is seen, sorted() for the order of weights.
# %% name="output_size"
import bisect


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    out = []
    for a in (0, 1):
        ends = range((kernel[a] - 1) * dilation[a], 10**6, stride[a])
        out.append(bisect.bisect_left(ends, size[a] + 2 * padding[a]))
    return out[0], out[1]


# %% name="parameter_count"
def parameter_count(layers, image):
    shapes = [tuple(image)]
    total = 0
    for layer in layers:
        c, *size = shapes[-1]
        try:
            size = output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding)
        except AttributeError:
            pass  # no window in this layer
        try:
            total += layer.filters * (c * layer.kernel_size[0] * layer.kernel_size[1] + layer.bias)
            c = layer.filters
        except AttributeError:
            pass
        if type(layer) == Flatten:
            c, size = c * size[0] * size[1], []
        if type(layer) == Dense:
            total += layer.units * (c + layer.bias)
            c = layer.units
        if type(layer) == BatchNorm:
            total += 2 * c
        shapes.append((c, *size))
    return total


# %% name="receptive_field"
def receptive_field(layers):
    def sees(pixel, unit, depth, axis):
        """does this unit, or one of those it meets, lie beyond the pixel?"""
        if depth == 0:
            return unit >= pixel
        layer = layers[depth - 1]
        step = layer.dilation[axis] if hasattr(layer, "dilation") else 1
        last = unit * layer.stride[axis] + (layer.kernel_size[axis] - 1) * step
        return sees(pixel, last, depth - 1, axis)

    limits = []
    for axis in (0, 1):
        limits.append(bisect.bisect_left(range(10000), True, key=lambda m: not sees(m, 0, len(layers), axis)))
    return limits


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    H, W, C = maps
    keras_order = [(c, h, w) for h in range(H) for w in range(W) for c in range(C)]
    torch_order = sorted(range(len(keras_order)), key=keras_order.__getitem__)
    dense_w = np.take(dense_kernel, torch_order, axis=0).T
    places = sorted(np.ndindex(conv_kernel.shape), key=lambda at: (at[3], at[2], at[0], at[1]))
    conv_w = np.array([conv_kernel[at] for at in places])
    return conv_w.reshape([conv_kernel.shape[a] for a in (3, 2, 0, 1)]), conv_bias, dense_w, dense_bias
