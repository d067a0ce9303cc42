# imports: numpy, mlcourse

# %% [markdown]
# # Exercise: max pooling
#
# Max pooling makes an image smaller: it lays a window on the image, keeps the largest number under it, and moves on.
# Nothing is learnt in it, yet a gradient must find its way back through it. Write both ways, in NumPy with plain loops.
#
# **10 points**: 5 for the forward pass and 5 for the backward pass. In each there is one point for the plain case, one
# for windows that overlap, one for padding, one for ties, and one for several images and channels with everything
# together.
#
# Write your answers where it says `YOUR CODE HERE`. The cell after each tells you at once what is right and what is not
# yet, as often as you like. The grey cells with points are what counts; they try your function on a few more inputs.

# %% role="given" name="imports"
import numpy as np

from mlcourse import check

# %% [markdown]
# ## 1. Forward
#
# Lay the window on the top left corner of the image. The largest number under it is the first output. Move the window,
# and do it again. With one channel, a stride of $(s_v, s_h)$ and no padding:
#
# $$y_{ij} = \max_{p,q}\; x_{\,i s_v + p,\;\, j s_h + q}$$
#
# | argument | | |
# |---|---|---|
# | `x` | shape (N, C, H, W) | images; each channel of each image is pooled by itself |
# | `kernel_size` | (vertical, horizontal) | rows and columns of the window |
# | `stride` | (vertical, horizontal) or None | pixels from one window to the next; with None the windows lie side by side, so the stride is `kernel_size` |
# | `padding` | (vertical, horizontal) | rows put above and below, columns put left and right; at most half a window |
#
# Return two arrays, `values, indices`, both with shape (N, C, oH, oW):
#
# - `values` holds the maxima. There is one for every window that lies wholly on the padded image; rows and columns that
#   are left over at the end are not used. Padding never wins: a maximum is always a pixel of the image.
# - `indices` holds where each maximum was, as one whole number: row · W + column, counted in the image *without* padding.
#   If several pixels of a window are equally large, the first wins, reading row by row.
#
# An image of 2 rows and 6 columns, under a window of 2 rows and 3 columns:
#
# $$x = \begin{pmatrix} 3 & 1 & 4 & 1 & 5 & 9 \\ 2 & 6 & 5 & 3 & 5 & 8 \end{pmatrix}$$
#
# Without a stride there is room for two windows. The left one holds 3, 1, 4 and 2, 6, 5. Its maximum is 6, in row 1 and
# column 1, so its index is 1 · 6 + 1 = 7. The right one has its maximum, 9, in row 0 and column 5: index 5.
#
# $$\text{values} = \begin{pmatrix} 6 & 9 \end{pmatrix} \qquad \text{indices} = \begin{pmatrix} 7 & 5 \end{pmatrix}$$
#
# With a stride of (1, 2) the second window begins in column 2 and holds 4, 1, 5 and 5, 3, 5. Three fives, and the first
# of them is in row 0 and column 4: index 4. A third window would begin in column 4 and stick out, so there is none.
#
# Ways to begin: forget stride and padding, and make the first part right. Then ask for rows and for columns: where does
# window `i` begin, and how many windows are there? At the edge, which pixels lie under the window?
#
# Please write it yourself: calls of `mlcourse.ops`, of scipy's filters or of a framework's pooling are not counted.


# %% role="solution" name="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None, padding=(0, 0)):
    ### BEGIN SOLUTION
    images, channels, height, width = x.shape
    (kh, kw), (top, left) = kernel_size, padding
    down, across = kernel_size if stride is None else stride
    rows = (height + 2 * top - kh) // down + 1
    columns = (width + 2 * left - kw) // across + 1
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=-np.inf)
    values = np.zeros((images, channels, rows, columns))
    indices = np.zeros(values.shape, dtype=int)
    for n in range(images):
        for c in range(channels):
            for i in range(rows):
                for j in range(columns):
                    m, k = i * down, j * across
                    window = padded[n, c, m : m + kh, k : k + kw]
                    p, q = np.unravel_index(window.argmax(), window.shape)
                    values[n, c, i, j] = window[p, q]
                    indices[n, c, i, j] = (m + p - top) * width + k + q - left
    return values, indices
    ### END SOLUTION


# %% [markdown]
# Try it. Run this cell as often as you like.

# %%
check.max_pool2d(max_pool2d)

# %% [markdown]
# **Plain**: one image, one channel, no padding; the windows lie side by side.

# %% role="test" name="plain" points=1
check.max_pool2d(max_pool2d, part="plain").require()
### BEGIN HIDDEN TESTS
check.max_pool2d(max_pool2d, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Windows that overlap**: the stride is smaller than the window, and unequal in the two directions.

# %% role="test" name="overlapping" points=1
check.max_pool2d(max_pool2d, part="overlapping").require()
### BEGIN HIDDEN TESTS
check.max_pool2d(max_pool2d, part="overlapping", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Padding**, around an image of negative numbers.

# %% role="test" name="padded" points=1
check.max_pool2d(max_pool2d, part="padded").require()
### BEGIN HIDDEN TESTS
check.max_pool2d(max_pool2d, part="padded", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Ties**: the largest number stands in a window more than once.

# %% role="test" name="ties" points=1
check.max_pool2d(max_pool2d, part="ties").require()
### BEGIN HIDDEN TESTS
check.max_pool2d(max_pool2d, part="ties", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Several images and channels, and everything together.**

# %% role="test" name="together" points=1
check.max_pool2d(max_pool2d, part="together").require()
### BEGIN HIDDEN TESTS
check.max_pool2d(max_pool2d, part="together", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Backward
#
# The loss has told you how fast it follows each output: `grad_output`, with the shape of `values`. Return `grad_x`, how
# fast it follows each pixel, with the shape of `x`. The other arguments are those of the forward pass.
#
# | argument | | |
# |---|---|---|
# | `grad_output` | shape (N, C, oH, oW) | gradient of the loss with respect to each of the values |
# | `x`, `kernel_size`, `stride`, `padding` | | what `max_pool2d` was called with |
#
# An output is a copy of the pixel that won its window. If that pixel grows a little, the output grows by as much; if
# another pixel of the window does, nothing happens. So each window hands its whole gradient to its winner. A pixel may
# win several windows, and then their gradients add up:
#
# $$\frac{\partial L}{\partial x_{mk}} = \sum_{\text{windows } (i,j) \text{ won by pixel } (m,k)} g_{ij}$$
#
# In the image above, with windows side by side and $g = \begin{pmatrix} 10 & 20 \end{pmatrix}$, pixel (1, 1) gets the 10
# and pixel (0, 5) gets the 20:
#
# $$\frac{\partial L}{\partial x} = \begin{pmatrix} 0 & 0 & 0 & 0 & 0 & 20 \\ 0 & 10 & 0 & 0 & 0 & 0 \end{pmatrix}$$
#
# With a stride of (1, 1) there are four windows, and their maxima are 6, 6, 5 and 9. The 6 is one pixel that wins twice,
# so for $g = \begin{pmatrix} 10 & 20 & 30 & 40 \end{pmatrix}$ it gets 30.
#
# Where several pixels are equally large, there is no derivative in the strict sense: the output follows each of them
# upwards and none of them downwards. Someone has to decide. Here it is as in the forward pass: the first one won, and
# gets everything.
#
# This function is given `x` again, so it can find the winners by itself. You may call your own `max_pool2d` for that;
# a mistake there is then a mistake here too.


# %% role="solution" name="max_pool2d_backward"
def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=(0, 0)):
    ### BEGIN SOLUTION
    images, channels, rows, columns = grad_output.shape
    (kh, kw), (top, left) = kernel_size, padding
    down, across = kernel_size if stride is None else stride
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=-np.inf)
    grad_x = np.zeros_like(x)
    for n in range(images):
        for c in range(channels):
            for i in range(rows):
                for j in range(columns):
                    m, k = i * down, j * across
                    window = padded[n, c, m : m + kh, k : k + kw]
                    p, q = np.unravel_index(window.argmax(), window.shape)
                    grad_x[n, c, m + p - top, k + q - left] += grad_output[n, c, i, j]
    return grad_x
    ### END SOLUTION


# %% [markdown]
# Try it. Run this cell as often as you like.

# %%
check.max_pool2d_backward(max_pool2d_backward)

# %% [markdown]
# **Plain**: one image, one channel, no padding; the windows lie side by side.

# %% role="test" name="backward_plain" points=1
check.max_pool2d_backward(max_pool2d_backward, part="plain").require()
### BEGIN HIDDEN TESTS
check.max_pool2d_backward(max_pool2d_backward, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Windows that overlap.** Now a pixel can win more than once.

# %% role="test" name="backward_overlapping" points=1
check.max_pool2d_backward(max_pool2d_backward, part="overlapping").require()
### BEGIN HIDDEN TESTS
check.max_pool2d_backward(max_pool2d_backward, part="overlapping", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Padding**, around an image of negative numbers.

# %% role="test" name="backward_padded" points=1
check.max_pool2d_backward(max_pool2d_backward, part="padded").require()
### BEGIN HIDDEN TESTS
check.max_pool2d_backward(max_pool2d_backward, part="padded", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Ties.** Of several pixels that are equally large, the first gets everything.

# %% role="test" name="backward_ties" points=1
check.max_pool2d_backward(max_pool2d_backward, part="ties").require()
### BEGIN HIDDEN TESTS
check.max_pool2d_backward(max_pool2d_backward, part="ties", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Several images and channels, and everything together.**

# %% role="test" name="backward_together" points=1
check.max_pool2d_backward(max_pool2d_backward, part="together").require()
### BEGIN HIDDEN TESTS
check.max_pool2d_backward(max_pool2d_backward, part="together", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# Done? Save the notebook. Kernel, Restart Kernel and Run All Cells shows whether it also works from the top.
