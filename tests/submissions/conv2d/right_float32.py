# Saves memory: works in float32, contracts letters chosen by itself, hands float64 back; right on whole numbers.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x, w = x.astype(np.float32), w.astype(np.float32)
    letters = iter("abcdefgh")
    image, channel, filt = next(letters), next(letters), next(letters)
    xp = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]), dtype="float32")
    xp[:, :, padding[0] : xp.shape[2] - padding[0], padding[1] : xp.shape[3] - padding[1]] = x
    how = f"{image}{channel},{filt}{channel}->{image}{filt}"
    end_v, end_h = xp.shape[2] - dilation[0] * (w.shape[2] - 1), xp.shape[3] - dilation[1] * (w.shape[3] - 1)
    rows = []
    for m in range(0, end_v, stride[0]):
        row = []
        for k in range(0, end_h, stride[1]):
            here = np.zeros((len(x), len(w)), dtype="float32")
            for p, q in np.ndindex(w.shape[2:]):
                here += np.einsum(how, xp[:, :, m + p * dilation[0], k + q * dilation[1]], w[:, :, p, q])
            row.append(here)
        rows.append(np.stack(row, axis=-1))
    y = np.stack(rows, axis=2).astype(np.float64)
    return y if b is None else y + b[:, None, None]
