# Stacks the pixels of each placement along a last axis, then np.apply_along_axis with a dot product; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if b is None:
        b = np.zeros(w.shape[0])
    x = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    down, across = (x.shape[2 + a] - dilation[a] * (w.shape[2 + a] - 1) for a in range(2))
    met = []
    for c, p, q in np.ndindex(w.shape[1:]):
        m, k = p * dilation[0], q * dilation[1]
        met.append(x[:, c, m : m + down, k : k + across, None])
    pixels = np.concatenate(met, axis=-1)[:, :: stride[0], :: stride[1]]
    flat = w.reshape(len(w), -1)
    return np.apply_along_axis(lambda patch: flat.dot(patch) + b, 3, pixels).transpose(0, 3, 1, 2)
