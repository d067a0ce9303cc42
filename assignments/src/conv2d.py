# imports: numpy, mlcourse

# %% [markdown]
# # Exercise: convolution
#
# In lecture 02 you slid kernels over images and wrote two loops. Now write the whole operation, in NumPy with plain loops:
# several images, channels and filters, stride, padding, dilation.
#
# **10 points**: 3 for the plain case, 2 with stride and padding, 2 with dilation, 2 with several images, channels and
# filters, 1 for everything together.
#
# Write your answer where it says `YOUR CODE HERE`. The cell after it tells you at once what is right and what is not
# yet, as often as you like. The grey cells with points are what counts; they try your function on a few more inputs.

# %% role="given" name="imports"
import numpy as np

from mlcourse import check

# %% [markdown]
# ## What to write
#
# Put the kernel `w` on the top left corner of the image `x`. Multiply the numbers that lie on each other and add them
# up: that is the first output. Move the kernel, and do it again. With one channel and a stride of 1:
#
# $$y_{ij} = \sum_{p,q} x_{i+p,\,j+q}\; w_{pq}$$
#
# The kernel is laid on as it is, not turned. (Mathematics calls this a cross-correlation; networks call it a
# convolution.)
#
# | argument | shape | |
# |---|---|---|
# | `x` | (N, C_in, H, W) | images |
# | `w` | (C_out, C_in, kH, kW) | kernels: each of the C_out filters has one slice for each channel |
# | `b` | (C_out,) or None | bias: one number a filter, added to each of its outputs |
# | `stride` | (vertical, horizontal) | pixels from one placement to the next |
# | `padding` | (vertical, horizontal) | rows of zeros put above and below, columns of zeros put left and right |
# | `dilation` | (vertical, horizontal) | pixels from one weight to the next; 1 where they lie side by side |
#
# Return `y` with shape (N, C_out, oH, oW). It has an output for every placement that lies wholly on the padded image;
# rows and columns that are left over at the end are not used.
#
# Ways to begin: forget stride, padding and dilation, and make the first part right. Then ask three questions, for rows
# and for columns. How large is the padded image? How many of its rows does the kernel reach over, from its first weight
# to its last? How often can it move down before it sticks out?
#
# Please write it yourself: calls of `mlcourse.ops`, of scipy's or of a framework's convolution are not counted.


# %% role="solution" name="conv2d"
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    ### BEGIN SOLUTION
    images, _, height, width = x.shape
    filters, _, kh, kw = w.shape
    top, left = padding
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    reach_down, reach_across = dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1
    rows = (height + 2 * top - reach_down) // stride[0] + 1
    columns = (width + 2 * left - reach_across) // stride[1] + 1
    y = np.zeros((images, filters, rows, columns))
    for n in range(images):
        for o in range(filters):
            for i in range(rows):
                for j in range(columns):
                    m, k = i * stride[0], j * stride[1]
                    met = padded[n, :, m : m + reach_down : dilation[0], k : k + reach_across : dilation[1]]
                    y[n, o, i, j] = (met * w[o]).sum()
            if b is not None:
                y[n, o] += b[o]
    return y
    ### END SOLUTION


# %% [markdown]
# Try it. Run this cell as often as you like.

# %%
check.conv2d(conv2d)

# %% [markdown]
# **Plain**: one image, one channel, one filter, no bias; the kernel moves by one pixel.

# %% role="test" name="plain" points=3
check.conv2d(conv2d, part="plain").require()
### BEGIN HIDDEN TESTS
check.conv2d(conv2d, part="plain", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Stride and padding**, unequal in the two directions.

# %% role="test" name="strided" points=2
check.conv2d(conv2d, part="strided").require()
### BEGIN HIDDEN TESTS
check.conv2d(conv2d, part="strided", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Dilation**, unequal in the two directions.

# %% role="test" name="dilated" points=2
check.conv2d(conv2d, part="dilated").require()
### BEGIN HIDDEN TESTS
check.conv2d(conv2d, part="dilated", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Several images, channels and filters, and a bias.**

# %% role="test" name="channels" points=2
check.conv2d(conv2d, part="channels").require()
### BEGIN HIDDEN TESTS
check.conv2d(conv2d, part="channels", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Everything together.** Parts that are right one at a time can still get in each other's way.

# %% role="test" name="together" points=1
check.conv2d(conv2d, part="together").require()
### BEGIN HIDDEN TESTS
check.conv2d(conv2d, part="together", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# Done? Save the notebook. Kernel, Restart Kernel and Run All Cells shows whether it also works from the top.
