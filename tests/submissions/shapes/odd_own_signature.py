# Took the stars and the names away: the tests give stride by name.
# %% name="output_size"
def output_size(n, k, s, p, d):
    return tuple((n[a] + 2 * p[a] - d[a] * (k[a] - 1) - 1) // s[a] + 1 for a in (0, 1))


# %% name="keras_to_torch"
def keras_to_torch(conv_kernel, dense_kernel, maps):
    return conv_kernel.transpose(3, 2, 0, 1), dense_kernel.T
