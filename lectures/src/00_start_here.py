# imports: numpy, mlcourse

# %% [markdown]
# # 00 Start here
#
# This course is about neural networks for medical images: how they compute, how they learn, where they help in the
# clinic and where they fail. It follows a lecture by Bulat Ibragimov (University of Copenhagen).
#
# You do not read it so much as do it. You step through computations, change their numbers, say beforehand what will
# happen, and look.

# %% [markdown]
# ## How a notebook works
#
# A notebook is a column of cells. Click on the next grey cell and press **Shift + Enter**: it runs, and you move on to
# the one below. A number in brackets on its left shows that it ran. To run all of them, choose *Run, Run All Cells*.
# Do that whenever you open a notebook again: widgets live only as long as the Python behind them.
#
# Cells that ask you something are folded, since their code holds the answer: three dots stand in its place. They run
# like all others.

# %%
from mlcourse import walkthroughs
from mlcourse.widgets import MatrixEditor, Player

print("Ready.")

# %% [markdown]
# ## How to step
#
# Below is a small image `x` and a kernel `w`. The kernel is laid on the image; numbers that lie on each other are
# multiplied and added up. You will see that in every lecture, so try the controls here.
#
# 1. Run the cell. Click **▶** or press the right arrow key: one step forward. Left arrow: one step back.
# 2. See what is marked. Blue cells were read, the orange one has just been written. Dotted cells are not made yet.
# 3. Look at the code on the right. It is the very code that ran; the marked line made the number.
# 4. Change a number: click into a cell of `x` or `w` above the steps, type, press Enter. All steps are computed anew.
#    Page Up and Page Down change a number by one step; fractions such as 1/9 are understood; Escape brings the old
#    number back.
#
# **Try.** Make one output exactly 0 by changing a single number of the kernel.

# %%
x = MatrixEditor([[[[3, 0, 1], [1, 5, 8], [2, 7, 2]]]], label="x")
w = MatrixEditor([[[[1, -1], [1, -1]]]], label="w")
Player(walkthroughs.conv2d, x, w, key="first")

# %% [markdown]
# ## Images are arrays with four axes
#
# Libraries for networks store images as `(N, C, H, W)`: which image, which channel, which row, which column. The image
# above has shape (1, 1, 3, 3). That is why there are four brackets around its numbers. Kernels have shape
# `(C_out, C_in, kH, kW)`: one set of weights for each output channel and input channel.

# %%
x.value.shape, w.value.shape

# %% [markdown]
# ## Your machine
#
# This cell looks at the machine that you work on and says what will be slow. `mlcourse doctor` in a terminal prints the
# same.

# %%
from mlcourse.machine import report

print(report())

# %% [markdown]
# ## Exercises
#
# Each lecture ends with an exercise in a notebook of its own. Write your answer, run the check below it as often as you
# like: it tells you what is not right yet, shows the smallest input on which it went wrong, and gives a hint. It never
# shows the solution.
#
# ## Where to go now
#
# | lecture | you will |
# |---|---|
# | [02 Convolution](02_convolution.ipynb) | lay kernels on images, see what they do to a head, write the loops and watch them run |
# | [03 Backpropagation through a convolution](03_backpropagation.ipynb) | step a gradient through a convolution by hand, check it, use it to learn a kernel |
# | [04 Layers](04_layers.ipynb) | pool, activate and normalise, build stacks, carry a network's weights from Keras to torch |
# | [05 Losses](05_losses.ipynb) | see which loss hears a small lesion, paint masks, watch a network learn |
# | [09 From pixels to pixels: UNet](09_unet.ipynb) | make small maps large again, train two networks side by side, switch skips off |
#
# More lectures are being written.
