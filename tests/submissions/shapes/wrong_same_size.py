# "Same" size, as with padding="same": the image divided by the stride. And each field as large as its last kernel.
# %% name="output_size"
def output_size(size, kernel, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return -(-size[0] // stride[0]), -(-size[1] // stride[1])


# %% name="receptive_field"
def receptive_field(layers):
    return layers[-1].kernel_size
