# Prints instead of returning; returns None for a direction that it does not need; one stub is left.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    rows = (size[0] + 2 * padding[0] - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
    columns = (size[1] + 2 * padding[1] - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    print(rows, columns)


# %% name="receptive_field"
def receptive_field(layers):
    seen, apart = 1, 1
    for layer in layers:
        seen += (layer.kernel_size[0] - 1) * apart
        apart *= layer.stride[0]
    return seen, None
