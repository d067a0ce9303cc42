# Multiplies polynomials: what a layer meets are their powers, and the degree says how much of the image is seen.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    answers = []
    for n, k, s, p, d in zip(size, kernel, stride, padding, dilation):
        image = np.ones(n + 2 * p)
        taps = np.zeros(d * (k - 1) + 1)
        taps[::d] = 1
        answers.append(len(np.convolve(image, taps, mode="valid")[::s]))
    return tuple(answers)


# %% name="parameter_count"
def parameter_count(layers, image):
    # sizes of weight arrays, one string a layer, multiplied out by eval
    c, h, w = image
    terms = []
    for layer in layers:
        if isinstance(layer, Conv):
            kh, kw = layer.kernel_size
            terms.append(f"{layer.filters} * ({kh} * {kw} * {c} + {int(layer.bias)})")
            c = layer.filters
        if isinstance(layer, (Conv, MaxPool)):
            h, w = output_size((h, w), layer.kernel_size, stride=layer.stride, padding=layer.padding)
        if isinstance(layer, BatchNorm):
            terms.append(f"2 * {c}")
        if isinstance(layer, Flatten):
            c, h, w = c * h * w, 1, 1
        if isinstance(layer, Dense):
            terms.append(f"{layer.units} * ({c} + {int(layer.bias)})")
            c = layer.units
    return eval(" + ".join(terms))


# %% name="receptive_field"
def receptive_field(layers):
    degrees = []
    for axis in 0, 1:
        product, jump = np.poly1d([1]), 1
        for layer in layers:
            gap = layer.dilation[axis] if type(layer) is Conv else 1
            powers = np.zeros((layer.kernel_size[axis] - 1) * gap * jump + 1)
            powers[:: gap * jump] = 1
            product = product * np.poly1d(powers)
            jump *= layer.stride[axis]
        degrees.append(product.order)
    return degrees[0] + 1, degrees[1] + 1


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    # the address of an entry is a polynomial in its position as well
    H, W, C = maps
    number = np.arange(C * H * W)
    c, pixel = np.divmod(number, H * W)
    dense_w = dense_kernel[pixel * C + c, :]
    return conv_kernel.T.swapaxes(2, 3), conv_bias, dense_w.transpose(), dense_bias
