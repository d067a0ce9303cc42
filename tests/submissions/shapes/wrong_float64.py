# Fills zeros of NumPy's own dtype.
# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    kh, kw, cin, cout = conv_kernel.shape
    conv_w = np.zeros((cout, cin, kh, kw))
    for o in range(cout):
        for c in range(cin):
            conv_w[o, c] = conv_kernel[:, :, c, o]
    dense_w = dense_kernel.reshape(*maps, -1).transpose(3, 2, 0, 1).reshape(len(dense_bias), -1)
    return conv_w, conv_bias, dense_w, dense_bias
