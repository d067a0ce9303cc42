# Remembers with lru_cache which pixels a placement meets; a generator of numbers goes into np.fromiter; right.
# %% name="conv2d"
from functools import lru_cache


@lru_cache(maxsize=None)
def convolution(i, step, gap, taps):
    return tuple(i * step + t * gap for t in range(taps))


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (ph, pw), (kh, kw) = padding, w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = 0, 0
    while convolution(oh, stride[0], dilation[0], kh)[-1] < xp.shape[2]:
        oh += 1
    while convolution(ow, stride[1], dilation[1], kw)[-1] < xp.shape[3]:
        ow += 1

    def numbers():
        for image in xp:
            for o, kernel in enumerate(w):
                for i in range(oh):
                    lines = image.take(convolution(i, stride[0], dilation[0], kh), axis=1)
                    for j in range(ow):
                        met = lines.take(convolution(j, stride[1], dilation[1], kw), axis=2)
                        yield np.vdot(kernel, met) + (b[o] if b is not None else 0)

    return np.fromiter(numbers(), float).reshape(-1, len(w), oh, ow)
