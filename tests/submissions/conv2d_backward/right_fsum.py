# Wants no rounding at all: a list of products for each number, then math.fsum; right, returns a list of three.
# %% name="conv2d_backward"
import itertools
import math
from collections import defaultdict


def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    for_x, for_w, for_b = defaultdict(list), defaultdict(list), defaultdict(list)
    everything = itertools.product(*map(range, grad_output.shape), *map(range, w.shape[1:]))
    for n, o, i, j, c, p, q in everything:
        g = float(grad_output[n, o, i, j])
        if c == p == q == 0:
            for_b[o].append(g)
        m, k = i * stride[0] + p - padding[0], j * stride[1] + q - padding[1]
        if m in range(x.shape[2]) and k in range(x.shape[3]):
            for_w[o, c, p, q].append(g * float(x[n, c, m, k]))
            for_x[n, c, m, k].append(g * float(w[o, c, p, q]))

    def collect(parts, shape):
        return np.array(
            [math.fsum(parts[index if len(index) > 1 else index[0]]) for index in np.ndindex(*shape)]
        ).reshape(shape)

    return [collect(for_x, x.shape), collect(for_w, w.shape), collect(for_b, w.shape[:1])]
