# Took all that the first part does not need out of the first line.
# %% name="conv2d"
def conv2d(x, w):
    kh, kw = w.shape[2:]
    y = np.zeros((len(x), len(w), x.shape[2] - kh + 1, x.shape[3] - kw + 1))
    for n, f, i, j in np.ndindex(y.shape):
        y[n, f, i, j] = (x[n, :, i : i + kh, j : j + kw] * w[f]).sum()
    return y
