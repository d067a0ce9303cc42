# No def conv2d at all: a partial of a more general function that takes what it gets; right.
# %% name="conv2d"
import functools
import operator


def sliding(combine, collect, *arrays, **settings):
    x, w = arrays[:2]
    bias = arrays[2] if len(arrays) > 2 and arrays[2] is not None else [0.0] * len(w)
    (sv, sh), (pv, ph) = settings.get("stride", (1, 1)), settings.get("padding", (0, 0))
    dv, dh = settings.get("dilation", (1, 1))
    x = np.pad(x, [(0, 0), (0, 0), (pv, pv), (ph, ph)])
    rows = np.arange(0, x.shape[2] - dv * (w.shape[2] - 1), sv)
    cols = np.arange(0, x.shape[3] - dh * (w.shape[3] - 1), sh)
    under = [
        [combine(x[:, None, :, p * dv + rows[:, None], q * dh + cols], w[:, :, p, q]) for q in range(w.shape[3])]
        for p in range(w.shape[2])
    ]
    return functools.reduce(collect, sum(under, [])) + np.reshape(bias, (-1, 1, 1))


conv2d = functools.partial(sliding, lambda part, weight: (part * weight[:, :, None, None]).sum(2), operator.add)
