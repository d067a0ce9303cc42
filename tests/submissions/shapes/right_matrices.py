# Linear algebra: a layer is a matrix [[stride, reach], [0, 1]], a change of order is a permutation matrix.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    settings = np.array([size, kernel, stride, padding, dilation])
    n, k, s, p, d = settings
    room = n + 2 * p - d * (k - 1)
    return (room + s - 1) // s @ np.eye(2, dtype=int)[0], (room + s - 1) // s @ np.eye(2, dtype=int)[1]


# %% name="parameter_count"
def parameter_count(layers, image):
    C, size, rows = image[0], np.array(image[1:]), []
    for layer in layers:
        if isinstance(layer, Conv):
            rows.append([layer.filters, C * np.prod(layer.kernel_size) + layer.bias])
            C = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            size = np.array(output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding))
        if isinstance(layer, BatchNorm):
            rows.append([C, 2])
        if isinstance(layer, Flatten):
            C = C * size.prod()
        if isinstance(layer, Dense):
            rows.append([layer.units, C + layer.bias])
            C = layer.units
    many, each = np.array(rows).T
    return many @ each


# %% name="receptive_field"
def receptive_field(layers):
    total = np.eye(2, dtype=int), np.eye(2, dtype=int)
    for layer in layers:
        dilation = layer.dilation if isinstance(layer, Conv) else (1, 1)
        total = [
            total[a] @ [[layer.stride[a], (layer.kernel_size[a] - 1) * dilation[a]], [0, 1]] for a in (0, 1)
        ]
    return total[0][0, 1] + 1, total[1][0, 1] + 1


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    H, W, C = maps
    P = np.zeros((C * H * W, H * W * C), dtype=np.float32)
    for h in range(H):
        for w in range(W):
            P[np.arange(C) * H * W + h * W + w, (h * W + w) * C + np.arange(C)] = 1
    conv_w = np.tensordot(np.eye(conv_kernel.shape[3], dtype=np.float32), conv_kernel, axes=(1, 3))
    return conv_w.transpose(0, 3, 1, 2), conv_bias, (P @ dense_kernel).T, dense_bias
