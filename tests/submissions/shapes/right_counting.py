# Counts instead of calculating: lists the placements, marks the pixels that are seen, moves weights one by one.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    found = []
    for n, k, s, p, d in zip(size, kernel, stride, padding, dilation):
        pixels = range(-p, n + p)
        starts = [a for a in pixels if (a + p) % s == 0 and a + d * (k - 1) in pixels]
        found.append(len(starts))
    return found


# %% name="parameter_count"
def parameter_count(layers, image):
    maps, rows, cols = image
    row = None
    total = 0
    for layer in layers:
        kind = type(layer).__name__
        if kind == "Conv":
            for f in range(layer.filters):
                for c in range(maps):
                    for i in range(layer.kernel_size[0]):
                        total += layer.kernel_size[1]
                if layer.bias:
                    total += 1
            maps = layer.filters
        if kind == "BatchNorm":
            for c in range(maps):
                total += 1  # stretch
                total += 1  # shift
        if kind in ("Conv", "MaxPool"):
            rows, cols = output_size((rows, cols), layer.kernel_size, stride=layer.stride, padding=layer.padding)
        if kind == "Flatten":
            row = maps * rows * cols
        if kind == "Dense":
            for u in range(layer.units):
                total += row + 1 if layer.bias else row
            row = layer.units
    return total


# %% name="receptive_field"
def receptive_field(layers):
    sides = []
    for axis in (0, 1):
        units = {0}
        for layer in reversed(layers):
            d = layer.dilation[axis] if isinstance(layer, Conv) else 1
            units = {u * layer.stride[axis] + t * d for u in units for t in range(layer.kernel_size[axis])}
        sides.append(max(units) - min(units) + 1)
    return sides[0], sides[1]


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    kh, kw, cin, cout = conv_kernel.shape
    conv_w = np.zeros((cout, cin, kh, kw), dtype=conv_kernel.dtype)
    for o, c, p, q in np.ndindex(conv_w.shape):
        conv_w[o, c, p, q] = conv_kernel[p, q, c, o]
    H, W, C = maps
    dense_w = np.zeros((dense_kernel.shape[1], dense_kernel.shape[0]), dtype=dense_kernel.dtype)
    for u in range(dense_kernel.shape[1]):
        for h in range(H):
            for w in range(W):
                for c in range(C):
                    dense_w[u, c * H * W + h * W + w] = dense_kernel[h * W * C + w * C + c, u]
    return conv_w, conv_bias.copy(), dense_w, dense_bias.copy()
