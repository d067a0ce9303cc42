# Exchanges the last two axes only, in both arrays: a shape that belongs to no known mistake.
# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    conv_w = conv_kernel.swapaxes(2, 3)
    dense_w = dense_kernel.reshape(*maps, -1).transpose(3, 2, 0, 1).reshape(len(dense_bias), -1)
    return conv_w, conv_bias, dense_w, dense_bias
