# Asks NumPy's sliding windows for the size, and follows one unit back through windows of pixel numbers.
# %% name="output_size"
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    frame = np.broadcast_to(0, [n + 2 * p for n, p in zip(size, padding)])
    windows = sliding_window_view(frame, [d * (k - 1) + 1 for k, d in zip(kernel, dilation)])
    return windows[:: stride[0], :: stride[1]].shape[:2]


# %% name="parameter_count"
def parameter_count(layers, image):
    maps = np.broadcast_to(0.0, image)
    learnt = 0
    for layer in layers:
        if isinstance(layer, (Conv, MaxPool)):
            around = [(0, 0), *((p, p) for p in layer.padding)]
            windows = sliding_window_view(np.pad(maps, around), layer.kernel_size, axis=(1, 2))
            windows = windows[:, :: layer.stride[0], :: layer.stride[1]]
        if isinstance(layer, Conv):
            learnt += layer.filters * windows[:, 0, 0].size
            learnt += layer.filters if layer.bias else 0
            maps = np.broadcast_to(windows[:1, ..., 0, 0], (layer.filters, *windows.shape[1:3]))
        if isinstance(layer, MaxPool):
            maps = windows[..., 0, 0]
        if isinstance(layer, BatchNorm):
            learnt += np.stack([maps[:, 0, 0]] * 2).size
        if isinstance(layer, Flatten):
            maps = maps.reshape(-1)
        if isinstance(layer, Dense):
            learnt += np.outer(np.empty(layer.units), maps).size
            learnt += layer.units if layer.bias else 0
            maps = np.zeros(layer.units)
    return learnt


# %% name="receptive_field"
def receptive_field(layers):
    answer = []
    for axis in (0, 1):
        pixels = np.arange(300)[:, None]  # what each unit sees, at first itself
        for layer in layers:
            d = getattr(layer, "dilation", (1, 1))[axis]
            reach = d * (layer.kernel_size[axis] - 1) + 1
            met = sliding_window_view(pixels, reach, axis=0)[:: layer.stride[axis], :, ::d]
            pixels = met.reshape(len(met), -1)
        answer.append(np.ptp(pixels[0]) + 1)
    return answer


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    kernel = np.ascontiguousarray(conv_kernel)
    shape, steps = kernel.shape, kernel.strides
    order = (3, 2, 0, 1)
    conv_w = as_strided(kernel, [shape[a] for a in order], [steps[a] for a in order])
    dense = np.ascontiguousarray(dense_kernel)
    (H, W, C), (per_row, per_unit) = maps, dense.strides
    seen = as_strided(dense, (dense.shape[1], C, H, W), (per_unit, per_row, per_row * W * C, per_row * C))
    return conv_w, conv_bias, seen.reshape(dense.shape[1], -1), dense_bias
