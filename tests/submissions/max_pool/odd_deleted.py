# Deleted the first cell; the second, which calls max_pool2d for the winners, so has nobody to ask.
# %% name="max_pool2d" delete=true

# %% name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    _, indices = max_pool2d(x, kernel_size, stride=stride, padding=padding)
    grad_x = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        grad_x[n, c].flat[indices[n, c, i, j]] += grad_output[n, c, i, j]
    return grad_x
