# Moves the kernel until it sticks out, marks with while loops what is seen, and appends weights to lists.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    counts = [0, 0]
    axis = 0
    while axis < 2:
        first = -padding[axis]
        last = first + (kernel[axis] - 1) * dilation[axis]
        while last < size[axis] + padding[axis]:
            counts[axis] = counts[axis] + 1
            last = last + stride[axis]
        axis = axis + 1
    return counts[0], counts[1]


# %% name="parameter_count"
def parameter_count(layers, image):
    todo = list(layers)
    shape = list(image)
    weights = biases = others = 0
    while todo:
        layer = todo.pop(0)
        if isinstance(layer, Flatten):
            while len(shape) > 1:
                shape.append(shape.pop() * shape.pop())
        elif isinstance(layer, Dense):
            weights += layer.units * shape[0]
            if layer.bias == True:
                biases += layer.units
            shape = [layer.units]
        elif isinstance(layer, BatchNorm):
            others += 2 * shape[0]
        else:
            if isinstance(layer, Conv):
                weights += layer.filters * shape[0] * layer.kernel_size[0] * layer.kernel_size[1]
                if layer.bias == True:
                    biases += layer.filters
                shape[0] = layer.filters
            shape[1:] = output_size(shape[1:], layer.kernel_size, stride=layer.stride, padding=layer.padding)
    return weights + biases + others


# %% name="receptive_field"
def receptive_field(layers):
    result = []
    for axis in range(2):
        lowest, highest = 0, 0
        number = len(layers)
        while number > 0:
            number = number - 1
            layer = layers[number]
            lowest, highest = lowest * layer.stride[axis], highest * layer.stride[axis]
            highest += layer.kernel_size[axis] - 1
            if isinstance(layer, Conv):
                highest += (layer.kernel_size[axis] - 1) * (layer.dilation[axis] - 1)
        result.append(highest - lowest + 1)
    return result


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    numbers = []
    f = 0
    while f < conv_kernel.shape[3]:
        c = 0
        while c < conv_kernel.shape[2]:
            numbers.extend(conv_kernel[:, :, c, f].flatten().tolist())
            c += 1
        f += 1
    conv_w = np.array(numbers, dtype=conv_kernel.dtype).reshape(f, c, *conv_kernel.shape[:2])
    columns = []
    while len(columns) < len(dense_kernel):
        pixel = len(columns) % (maps[0] * maps[1])
        channel = len(columns) // (maps[0] * maps[1])
        columns.append(dense_kernel[pixel * maps[2] + channel])
    return conv_w, conv_bias, np.column_stack(columns), dense_bias
