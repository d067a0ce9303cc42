# imports: numpy, torch, mlcourse

# %% [markdown]
# # Exercise: backpropagation through a convolution
#
# In lecture 03 you stepped through the gradients of a convolution. Now write them yourself: first in NumPy with plain
# loops, then in torch.
#
# **10 points**: 3 for the plain case, 3 with stride and padding, 2 with several images, channels and filters, 2 in torch.
#
# Write your answer where it says `YOUR CODE HERE`. The cell after it tells you at once what is right and what is not
# yet, as often as you like. The grey cells with points are what counts; they try your function on a few more inputs.

# %% role="given" name="imports"
import numpy as np

from mlcourse import check

# %% [markdown]
# ## 1. In NumPy
#
# The forward pass lays kernel `w` on image `x`, multiplies and adds up. With one channel and stride 1:
#
# $$y_{ij} = \sum_{p,q} x_{i+p,\,j+q}\; w_{pq}$$
#
# The loss has told you how fast it follows each output: `grad_output`, with the shape of `y`. Return how fast it
# follows each pixel, each weight and each bias:
#
# | argument | shape | |
# |---|---|---|
# | `grad_output` | (N, C_out, oH, oW) | gradient of the loss with respect to each output |
# | `x` | (N, C_in, H, W) | images |
# | `w` | (C_out, C_in, kH, kW) | kernels |
# | `b` | (C_out,) or None | bias; its values do not matter for the gradients |
# | `stride`, `padding` | (vertical, horizontal) | pixels between placements; zeros put around the image |
#
# Return `grad_x, grad_w, grad_b`, each with the shape of what it is the gradient of; `grad_b` also where `b` is None.
#
# Ways to begin: for each output, ask which pixels and which weights made it. Output (i, j) was made from the rows that
# start at `i * stride[0]` of the *padded* image. What it hands back to each of them is its own gradient, times the
# number that the pixel or the weight was multiplied with.
#
# Please write it yourself: calls of `mlcourse.ops`, of autograd or of a framework's convolution are not counted.


# %% role="solution" name="conv2d_backward"
def conv2d_backward(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    ### BEGIN SOLUTION
    images, filters, rows, columns = grad_output.shape
    kh, kw = w.shape[2:]
    top, left = padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    grad_padded, grad_w, grad_b = np.zeros_like(padded), np.zeros_like(w), np.zeros(filters)
    for n in range(images):
        for o in range(filters):
            for i in range(rows):
                for j in range(columns):
                    g = grad_output[n, o, i, j]
                    down, right = i * stride[0], j * stride[1]
                    patch = padded[n, :, down : down + kh, right : right + kw]
                    grad_w[o] += g * patch
                    grad_padded[n, :, down : down + kh, right : right + kw] += g * w[o]
                    grad_b[o] += g
    height, width = x.shape[2:]
    return grad_padded[:, :, top : top + height, left : left + width], grad_w, grad_b
    ### END SOLUTION


# %% [markdown]
# Try it. Run this cell as often as you like.

# %%
check.conv2d_backward(conv2d_backward)

# %% [markdown]
# **Plain**: one image, one channel, one filter; the kernel moves by one pixel.

# %% role="test" name="plain" points=3
check.conv2d_backward(conv2d_backward, part="plain").require()
### BEGIN HIDDEN TESTS
check.conv2d_backward(conv2d_backward, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Stride and padding**, unequal in the two directions.

# %% role="test" name="strided" points=3
check.conv2d_backward(conv2d_backward, part="strided").require()
### BEGIN HIDDEN TESTS
check.conv2d_backward(conv2d_backward, part="strided", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Several images, channels and filters.**

# %% role="test" name="channels" points=2
check.conv2d_backward(conv2d_backward, part="channels").require()
### BEGIN HIDDEN TESTS
check.conv2d_backward(conv2d_backward, part="channels", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 2. In torch, on the device at hand
#
# The same function on torch tensors: images, channels, stride and padding together. The tensors lie on
# `mlcourse.device()`: the GPU where there is one, the CPU otherwise. Your gradients stay there, in the same dtype.
#
# Loops over all pixels are slow on a GPU. It is enough to loop over the weights (p, q) and to let torch do all images
# and placements at once: which pixels did weight (p, q) meet? A slice with a step names them. `torch.einsum` multiplies
# and adds up along the axes that you name.

# %% role="given" name="torch_imports"
import torch

import mlcourse

print("torch works on:", mlcourse.device())


# %% role="solution" name="conv2d_backward_torch"
def conv2d_backward_torch(grad_output, x, w, b=None, *, stride=(1, 1), padding=(0, 0)):
    ### BEGIN SOLUTION
    rows, columns = grad_output.shape[2:]
    (top, left), (down, right), (height, width) = padding, stride, x.shape[2:]
    padded = torch.nn.functional.pad(x, (left, left, top, top))
    grad_padded, grad_w = torch.zeros_like(padded), torch.zeros_like(w)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            met = (slice(p, p + down * (rows - 1) + 1, down), slice(q, q + right * (columns - 1) + 1, right))
            grad_w[:, :, p, q] = torch.einsum("noij,ncij->oc", grad_output, padded[:, :, *met])
            grad_padded[:, :, *met] += torch.einsum("noij,oc->ncij", grad_output, w[:, :, p, q])
    return grad_padded[:, :, top : top + height, left : left + width], grad_w, grad_output.sum((0, 2, 3))
    ### END SOLUTION


# %%
check.conv2d_backward_torch(conv2d_backward_torch)

# %% role="test" name="on_device" points=2
check.conv2d_backward_torch(conv2d_backward_torch, part="on_device").require()
### BEGIN HIDDEN TESTS
check.conv2d_backward_torch(conv2d_backward_torch, part="on_device", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# Done? Save the notebook. Kernel, Restart Kernel and Run All Cells shows whether it also works from the top.
