# The algorithm of sliding maxima with a queue that only falls, first along rows, then along columns; right.
# %% name="max_pool2d"
from collections import deque


def sliding_maximum(line, k):
    """line of (number, index); a later one pushes out only those that are smaller"""
    queue, out = deque(), []
    for i, new in enumerate(line):
        while queue and line[queue[-1]][0] < new[0]:
            queue.pop()
        queue.append(i)
        if queue[0] <= i - k:
            queue.popleft()
        if i >= k - 1:
            out.append(line[queue[0]])
    return out


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    (kh, kw), (sh, sw), (ph, pw) = kernel_size, stride or kernel_size, padding
    nothing = [(-float("inf"), -1)]
    pooled = []
    for image in x.reshape(-1, *x.shape[2:]):
        width = image.shape[1]
        lines = []
        for r, row in enumerate(image.tolist()):
            line = nothing * pw + [(v, r * width + c) for c, v in enumerate(row)] + nothing * pw
            lines.append(sliding_maximum(line, kw)[::sw])
        empty = [nothing * len(lines[0])] * ph
        columns = [sliding_maximum(column, kh)[::sh] for column in zip(*empty, *lines, *empty)]
        pooled.append(list(zip(*columns)))
    both = np.array(pooled)  # images and channels, rows, columns, (value, index)
    both = both.reshape(*x.shape[:2], *both.shape[1:])
    return both[..., 0], both[..., 1].astype(np.int64)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)[1]
    grad_x = np.zeros((x.shape[0] * x.shape[1], x[0, 0].size))
    for line, where, g in zip(grad_x, indices.reshape(len(grad_x), -1), grad_output.reshape(len(grad_x), -1)):
        for a, b in zip(where, g):
            line[a] += b
    return grad_x.reshape(x.shape)
