# A bracket is missing and a string never ends, so the cell never runs.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    y = np.zeros((x.shape[0], w.shape[0], 1, 1)
    for i in range(y.shape[2]):
        print("hier)
    return y
