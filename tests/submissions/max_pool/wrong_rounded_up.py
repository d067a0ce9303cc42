# Forward: rounds the size of the output up, so windows hang over the edge. Backward: gradient times the winning pixel.
# %% name="max_pool2d"
import math


def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    oh = math.ceil((H + 2 * padding[0] - kernel_size[0]) / stride[0]) + 1
    ow = math.ceil((W + 2 * padding[1] - kernel_size[1]) / stride[1]) + 1
    values = np.zeros((*x.shape[:2], oh, ow))
    indices = np.zeros((*x.shape[:2], oh, ow), dtype=int)
    for n, c, i, j in np.ndindex(values.shape):
        inside = [
            (x[n, c, r, s], -r, -s)
            for r in range(max(i * stride[0] - padding[0], 0), min(i * stride[0] - padding[0] + kernel_size[0], H))
            for s in range(max(j * stride[1] - padding[1], 0), min(j * stride[1] - padding[1] + kernel_size[1], W))
        ]
        if inside:
            values[n, c, i, j], r, s = max(inside)
            indices[n, c, i, j] = -r * W - s
    return values, indices


# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    H, W = x.shape[2:]
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        inside = [
            (x[n, c, r, s], -r, -s)
            for r in range(max(i * stride[0] - padding[0], 0), min(i * stride[0] - padding[0] + kernel_size[0], H))
            for s in range(max(j * stride[1] - padding[1], 0), min(j * stride[1] - padding[1] + kernel_size[1], W))
        ]
        value, r, s = max(inside)
        grad_x[n, c, -r, -s] += grad_output[n, c, i, j] * value  # chain rule
    return grad_x
