# An object that can be called, its bound method for the way back, and a named tuple as answer; right.
# %% name="max_pool2d"
import itertools
from typing import NamedTuple


class Pooled(NamedTuple):
    values: np.ndarray
    indices: np.ndarray


class Pooling:
    def __init__(self, choose):
        self.choose = choose

    def _windows(self, size, k, s, p):
        starts = itertools.takewhile(lambda a: a + k <= size + p, itertools.count(-p, s))
        return [range(max(a, 0), min(a + k, size)) for a in starts]

    def _winners(self, image, kernel_size, stride, padding):
        down, across = map(self._windows, image.shape, kernel_size, stride or kernel_size, padding)
        return [[self.choose(itertools.product(r, c), key=lambda at: image[at]) for c in across] for r in down]

    def __call__(self, x, kernel_size, *, stride=None, padding=(0, 0)):
        values, indices = [], []
        for image in itertools.chain.from_iterable(x):
            won = self._winners(image, kernel_size, stride, padding)
            values.append([[image[at] for at in line] for line in won])
            indices.append([[at[0] * image.shape[1] + at[1] for at in line] for line in won])
        split = (*x.shape[:2], len(won), len(won[0]))
        return Pooled(np.reshape(values, split), np.reshape(indices, split))

    def backward(self, grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
        grads = np.zeros_like(x)
        for grad, g, image in zip(*(itertools.chain.from_iterable(a) for a in (grads, grad_output, x))):
            won = self._winners(image, kernel_size, stride, padding)
            for at, number in zip(itertools.chain.from_iterable(won), g.flat):
                grad[at] += number
        return grads


max_pool2d = Pooling(max)

# %% name="max_pool2d_backward"
max_pool2d_backward = max_pool2d.backward
