# Prints and compares layers all the time, and tries its own functions in the same cells; two functions are not done yet.
# %% name="parameter_count"
def parameter_count(layers, image):
    params, c, h, w = 0, *image
    flat = 0
    for i, layer in enumerate(layers):
        print(i, layer, "on", (c, h, w), repr(layer))
        if layer == Flatten():
            print("!!!!! FLATTEN", layer)
            flat = c * h * w
        elif layer == BatchNorm():
            params += 2 * c
        elif hasattr(layer, "units"):
            params += layer.units * flat
            if layer.bias:
                params += layer.units
            flat = layer.units
        else:
            (kh, kw), (sh, sw), (ph, pw) = layer.kernel_size, layer.stride, layer.padding
            if hasattr(layer, "filters"):
                params += layer.filters * c * kh * kw
                params += layer.filters if layer.bias else 0
                c = layer.filters
            h = 1 + (h + 2 * ph - kh) // sh
            w = 1 + (w + 2 * pw - kw) // sw
    return params


print("from the text:", parameter_count([Conv(24, (10, 10), stride=(1, 1), padding=(0, 0))], (1, 28, 30)))

# %% name="receptive_field"
def receptive_field(layers):
    rf, j = [1, 1], [1, 1]
    for layer in layers:
        print(layer)
        for a in 0, 1:
            rf[a] += j[a] * (layer.kernel_size[a] - 1) * (layer.dilation[a] if hasattr(layer, "dilation") else 1)
            j[a] *= layer.stride[a]
    return rf
