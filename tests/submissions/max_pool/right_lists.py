# Plain Python: nested lists, sorted() and a recursion over the axes; right.
# %% name="max_pool2d"
def window_pixels(H, W, kernel_size, stride, padding, i, j):
    "all (row, column) of the image that window (i, j) covers, in reading order"
    r0, c0 = i * stride[0] - padding[0], j * stride[1] - padding[1]
    return [
        (r, c)
        for r in range(r0, r0 + kernel_size[0])
        for c in range(c0, c0 + kernel_size[1])
        if r in range(H) and c in range(W)
    ]


def for_each_map(a, work):
    if a.ndim == 2:
        return work(a.tolist())
    return [for_each_map(part, work) for part in a]


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    oh, ow = [(n + 2 * p - k) // s + 1 for n, p, k, s in zip((H, W), padding, kernel_size, stride)]

    def winners(image):
        out = []
        for i in range(oh):
            out.append([])
            for j in range(ow):
                pixels = window_pixels(H, W, kernel_size, stride, padding, i, j)
                out[-1].append(sorted(pixels, key=lambda at: (-image[at[0]][at[1]], at))[0])
        return [[[image[r][c], r * W + c] for r, c in line] for line in out]

    both = np.array(for_each_map(x, winners))
    return both[..., 0], both[..., 1].astype(int)


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    result = []
    for image, g_image in zip(x.tolist(), grad_output.tolist()):
        result.append([])
        for channel, g_channel in zip(image, g_image):
            grad = [[0.0] * W for _ in range(H)]
            for i, line in enumerate(g_channel):
                for j, g in enumerate(line):
                    pixels = window_pixels(H, W, kernel_size, stride, padding, i, j)
                    r, c = max(pixels, key=lambda at: channel[at[0]][at[1]])  # max keeps the first
                    grad[r][c] += g
            result[-1].append(grad)
    return np.array(result)
