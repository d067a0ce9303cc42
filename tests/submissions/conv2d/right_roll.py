# np.roll brings the pixel of each weight to the corner; adds up in Fortran order and cuts at the end; right.
# %% name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    frame = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    N, C, H, W = frame.shape
    F, _, kh, kw = w.shape
    total = np.zeros((N, F, H, W), order="F")
    for (f, c, p, q), weight in np.ndenumerate(w):
        total[:, f] += weight * np.roll(frame[:, c], (-p * dilation[0], -q * dilation[1]), axis=(1, 2))
    # the last rows and columns came round from the other side
    total = total[:, :, : H - dilation[0] * (kh - 1), : W - dilation[1] * (kw - 1)]
    if b is not None:
        total += b[:, None, None]
    return total[:, :, :: stride[0], :: stride[1]]
