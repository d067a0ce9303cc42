# imports: numpy, matplotlib, scipy, torch, mlcourse

# %% [markdown]
# # 02 Convolution
#
# Nearly every network for medical images is built from one operation: lay a small table of numbers on the image,
# multiply what lies on each other, add up, move on. In this lecture you do it by hand, see what it does to a head,
# write it yourself and watch your own code run.
#
# Before each scene shows anything you are asked what you expect. *Predictions* are yours alone. *Questions* have one
# right answer; a wrong one is met with what it got wrong, and nobody counts the tries. All of it is kept beside the
# notebook.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
import scipy.signal

import mlcourse
from mlcourse import check, ops, walkthroughs
from mlcourse.datasets import mni152_slice
from mlcourse.phantoms import brain
from mlcourse.widgets import Explorer, MatrixEditor, Player, Prediction, Quiz

# %% [markdown]
# ## 1. One placement
#
# An image of three rows and three columns, and a kernel of the same size:
#
# $$x = \begin{pmatrix} 3 & 0 & 1 \\ 1 & 5 & 8 \\ 2 & 7 & 2 \end{pmatrix} \qquad
#   w = \begin{pmatrix} 1 & 0 & -1 \\ 1 & 0 & -1 \\ 1 & 0 & -1 \end{pmatrix}$$
#
# Multiply each number of the image with the number of the kernel that lies on it. Add up the nine products.

# %%
x = np.reshape([3.0, 0, 1, 1, 5, 8, 2, 7, 2], (1, 1, 3, 3))  # (N, C, H, W)
w = np.reshape([1.0, 0, -1] * 3, (1, 1, 3, 3))  # (C_out, C_in, kH, kW)

# %% folded=true
Quiz.about(
    check.conv2d,
    (x, w),
    lambda y: y[0, 0, 0, 0],
    "Which number comes out?",
    explains="The products are 3, 0, -1; 1, 0, -8; 2, 0, -2. Their sum is -5.",
    hints=["The middle column of the kernel is 0, so the middle column of the image does not count."],
    key="one placement",
)

# %%
Player(walkthroughs.conv2d, MatrixEditor(x, label="x"), MatrixEditor(w, label="w"), key="one placement, stepped")

# %% [markdown]
# The kernel takes the sum of the left column and subtracts that of the right one: 6 − 11. It asks *is it brighter on
# the left than on the right?* and the answer −5 says: no, darker. Where both sides are alike it says 0. Such a kernel
# finds vertical edges.
#
# **Try.** Change one number of `x` so that the output becomes 0. There are six ways.
#
# ## 2. What's in a name
#
# In mathematics, a convolution turns the kernel by half a turn first: its rows run upwards and its columns to the left.
# What you have just done, without the turn, is called a **cross-correlation**. Networks call it a convolution all the
# same. Half a turn makes rows (1, 0, −1) into rows (−1, 0, 1).

# %% folded=true
Prediction(
    "What comes out for the same image if the kernel is turned first? And for which kernels does the turn not matter?"
)

# %%
print("as networks do it:    ", scipy.signal.correlate2d(x[0, 0], w[0, 0], mode="valid").item())
print("as mathematics does it:", scipy.signal.convolve2d(x[0, 0], w[0, 0], mode="valid").item())

# %% [markdown]
# For this kernel the sign changes: −5 becomes 5. For a kernel that looks the same after half a turn, such as a blur,
# nothing changes. And where the kernel is *learnt* it makes no difference either: the network learns the turned one.
# But weights carried from one program to another may have to be turned; and you will meet the turned kernel again in
# [lecture 03](03_backpropagation.ipynb), where the gradient of the image needs it.
#
# ## 3. Sliding
#
# On a larger image the kernel lies in many places, and each gives one output. Here it is 2 × 3 on an image of 4 × 5:
# nothing is square, so that rows and columns cannot be mixed up unnoticed.

# %%
wide = np.array([[3.0, 0, 1, 4, 2], [1, 5, 8, 0, 3], [2, 7, 2, 6, 1], [4, 1, 0, 5, 9]])

# %% folded=true
Quiz.mark(
    "The kernel has 2 rows and 3 columns. Click the pixels of x that output (1, 2) sees. Counting starts at 0.",
    wide,
    np.s_[1:3, 2:5],
    wrong=[
        (np.s_[1:4, 2:4], "These are 3 rows and 2 columns.", "A shape names the rows first."),
        (
            np.s_[2:4, 1:4],
            "This is what output (2, 1) sees.",
            "The first index says how far down, the second how far right.",
        ),
        (
            np.s_[0:2, 1:4],
            "This is what output (0, 1) sees.",
            "Output (0, 0) sees the corner, from row 0 and column 0 on.",
        ),
        (
            (1, 2),
            "That is one pixel, where the kernel begins.",
            "The kernel covers 2 rows and 3 columns from there on.",
        ),
    ],
    explains="Output (i, j) sees the rows from i on and the columns from j on, as many as the kernel has.",
    key="what an output sees",
)

# %% folded=true
Prediction("How many rows and columns will the output have?")

# %%
sliding = MatrixEditor(wide[None, None], label="x")
edges = MatrixEditor([[[[1, 0, -1], [2, 0, -2]]]], label="w")
Player(walkthroughs.conv2d, sliding, edges, key="sliding")

# %% [markdown]
# The kernel fits 3 times from top to bottom and 3 times from left to right. In general an image of $n$ pixels and a
# kernel of $k$ leave $n - k + 1$ places: **the output is smaller by $k - 1$**, along each axis for itself. As a
# formula, with rows and columns counted from 0:
#
# $$y_{ij} = \sum_{p,q} x_{i+p,\,j+q}\; w_{pq}$$
#
# **Try.** Change the 9 in the corner. How many outputs follow? And for the 2 in the middle? Why is that not the same?
#
# ## 4. The rim: padding
#
# A network of many layers would lose a bit of the image in each. So one lays a rim of zeros around it first: padding.
# With one row above and below and one column left and right, a 3 × 3 kernel gives as many outputs as there are pixels.
# But the zeros are invented. What do they do?

# %% folded=true
Quiz.ask(
    "An image is 1 everywhere, the kernel holds nine times 1/9. With a padding of 1, what is the output in the corner?",
    4 / 9,
    wrong=[
        (
            1,
            "So it is in the middle, where all nine pixels are 1.",
            "How many of the nine lie on the image, in the corner?",
        ),
        (6 / 9, "So it is at a side.", "In the corner zeros lie on two sides."),
        (1 / 9, "One pixel would do that.", "How many of the nine lie on the image, in the corner?"),
    ],
    explains="Four of the nine pixels lie on the image, five on the zeros: 4/9 = 0.444. The rim comes out too dark.",
    key="the corner",
)

# %%
ones = MatrixEditor(np.ones((1, 1, 4, 5)), label="x")
Player(walkthroughs.conv2d, ones, np.full((1, 1, 3, 3), 1 / 9), padding=1, key="padding")

# %% [markdown]
# The image has no edge, yet the output falls from 1 to 6/9 at the sides and to 4/9 in the corners. Networks learn to
# live with it, and some learn from it where the rim is. Bear it in mind when a network marks something at the border of
# a scan.
#
# ## 5. Stride
#
# The kernel need not visit every place. With a **stride** of 2 it moves by two pixels, and the output has half as many
# rows and columns, roughly.

# %% folded=true
Quiz.ask(
    "An image of 7 x 7 pixels, a kernel of 3 x 3, a stride of 2, no padding: how many rows has the output?",
    3,
    wrong=[
        (
            5,
            "So many it would have with a stride of 1.",
            "Where does the kernel start? At row 0, then at row 2, then ...",
        ),
        (2.5, "The half of 5 is no number of rows.", "Where does the kernel start? At row 0, then at row 2, then ..."),
        (2, "One place is missing.", "The first place counts too: (7 - 3) / 2 steps, and the place it started from."),
        (4, "At row 6 the kernel would stick out.", "It needs three rows from where it starts."),
    ],
    explains="It starts at rows 0, 2 and 4: (7 - 3) / 2 + 1 = 3.",
    key="stride",
)


# %% [markdown]
# Turn the sliders below. The picture shows the image, each pixel as bright as the number of placements in which it is
# used. Where it is black, nothing of that pixel reaches the output.


# %%
def placements(size, kernel, padding, stride):
    image, weights = np.ones((1, 1, size, size)), np.ones((1, 1, kernel, kernel))
    y = ops.conv2d(image, weights, padding=padding, stride=stride)
    used, _, _ = ops.conv2d_backward(np.ones_like(y), image, weights, padding=padding, stride=stride)
    return {"used": used[0, 0], "rows and columns of the output": y.shape[2], "corner is used": used[0, 0, 0, 0]}


Explorer(
    placements, size=(3, 16, 1, 7), kernel=(1, 7, 1, 3), padding=(0, 3, 1, 0), stride=(1, 4, 1, 1), key="placements"
)

# %% [markdown]
# For an image of $n$ pixels, a padding $p$, a kernel $k$ and a stride $s$, the number of places is
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# The brackets mean: round down. What is left over at the end is not used at all.
#
# **Try.** Find a setting where a column on the right stays black though there is no padding. Then one where single rows
# inside the image are black. Would you use it on a scan in which a lesion is three pixels wide?
#
# ## 6. Channels and filters
#
# A colour image has three numbers a pixel. A patient who was seen by MR and by CT has two images that show the same
# place. Such layers of one image are its **channels**. A kernel has one slice for each channel; the products of all
# slices are added into *one* number. For several outputs a pixel one takes several kernels, then called **filters**.

# %% folded=true
Quiz.ask(
    "Four filters of 3 x 3 on an image with two channels, each with a bias: how many numbers are to be learnt?",
    76,
    wrong=[
        (72, "These are the weights.", "A bias is one more number a filter."),
        (40, "This counts one slice a filter.", "Each filter has a slice for every channel."),
        (36, "This counts one slice a filter, and no bias.", "Each filter has a slice for every channel."),
        (80, "A filter has one bias, not one a channel.", "All slices of a filter add up to one number."),
    ],
    explains="4 filters x 2 channels x 9 weights = 72, and 4 biases.",
    key="count the weights",
)

# %%
two_channels = MatrixEditor(np.arange(18.0).reshape(1, 2, 3, 3) % 7, label="x")
filters = MatrixEditor([[[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[[1, -1], [1, -1]], [[0, 0], [0, 0]]]], label="w")
Player(walkthroughs.conv2d, two_channels, filters, np.array([0.0, 10.0]), key="channels")

# %% [markdown]
# Even a kernel of 1 × 1 can be useful: it mixes the channels of each pixel. Here is one synthetic patient as MR and CT
# show it. Nothing in it was measured: `mlcourse.phantoms` draws heads whose anatomy varies, so that every pixel's
# tissue is known. MR shows bone dark, CT shows it bright.

# %% folded=true
Prediction("The weights are -1 for MR and +1 for CT. Which tissue will be the brightest?")

# %%
mr, _ = brain(1, rng=np.random.default_rng(2), modality="mr")
ct, tissues = brain(1, rng=np.random.default_rng(2), modality="ct")
difference = ops.conv2d(np.concatenate([mr, ct], axis=1), np.reshape(np.float32([-1, 1]), (1, 2, 1, 1)))
fig, axes = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained")
titles = "A synthetic patient: MR", "CT of the same patient", "CT minus MR: bone stands out"
for axis, picture, title in zip(axes, (mr[0, 0], ct[0, 0], difference[0, 0]), titles, strict=True):
    axis.imshow(picture, cmap="gray")
    axis.set(title=title)
    axis.set_axis_off()

# %% [markdown]
# ## 7. Kernels that everybody knows
#
# Five kernels of 3 × 3 have names:

# %%
kernels = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "blur": [[1 / 9] * 3] * 3,
    "vertical edges": [[1, 0, -1]] * 3,
    "horizontal edges": [[1] * 3, [0] * 3, [-1] * 3],
}
kernels = {name: np.reshape(rows, (1, 1, 3, 3)).astype(float) for name, rows in kernels.items()}
for name, kernel in kernels.items():
    print(f"{name:17} sum of the weights {kernel.sum():.4g}")

# %% folded=true
Quiz.choose(
    "Which of them change the grey of a region that is the same everywhere?",
    ["Blur and sharpen", "The two edge kernels", "All but the identity", "None of them"],
    "The two edge kernels",
    wrong=[
        (
            "Blur and sharpen",
            "Both have weights whose sum is 1.",
            "Where all pixels are v, the output is v times the sum.",
        ),
        ("All but the identity", "Not all.", "Where all pixels are v, the output is v times the sum of the weights."),
        ("None of them", "Some do.", "Where all pixels are v, the output is v times the sum of the weights."),
    ],
    explains="Where all pixels are v, the output is v times the sum of the weights: v if it is 1, and 0 if it is 0.",
    key="flat",
)

# %% [markdown]
# Two images to try them on: the synthetic patient above, and the MNI152 average brain, made of MR images of 152 healthy
# adults, aligned and averaged (V. Fonov et al., NeuroImage 54, 2011).

# %% folded=true
Prediction(
    "Sharpen: where will the patient's image change most, and what becomes of its noise? And the average brain's?"
)

# %%
heads = {"synthetic MR": mr[0, 0], "synthetic CT": ct[0, 0], "average of 152 adults": mni152_slice(at=20)}


def filtered(image, kernel, times):
    x = y = heads[image].astype(float)
    for _ in range(times):
        y = ops.conv2d(y[None, None], kernels[kernel], padding=1)[0, 0]
    middle = len(x) // 2
    return {"x": x, "y": y, f"row {middle} of x": x[middle], f"row {middle} of y": y[middle]}


Explorer(
    filtered, image=list(heads), kernel=list(kernels), times=(1, 8, 1, 1), axes=("column", "brightness"), key="kernels"
)

# %% [markdown]
# The identity changes nothing, even eight times. Blur makes edges soft and noise small. Sharpen subtracts the
# neighbours: edges overshoot on both sides, and noise grows. The edge kernels leave flat regions at zero, here a middle
# grey, and mark borders white or black, depending on which side is brighter.
#
# **Try.** Blur the synthetic CT: after how many times do grey and white matter come apart best? When do the ventricles'
# edges suffer?
#
# How much noise is let through can be computed. If the noise of the pixels is independent, its standard deviation is
# multiplied by the square root of the sum of the *squared* weights.

# %% folded=true
Quiz.ask(
    "By which factor does the mean over nine pixels multiply the standard deviation of independent noise?",
    1 / 3,
    wrong=[
        (1 / 9, "So it would be for the variance.", "Nine squares of 1/9 make 1/9. Now take the root."),
        (
            1,
            "The sum of the weights is 1, which keeps the mean. Noise of changing sign partly cancels.",
            "Square first.",
        ),
        (3, "A mean makes noise smaller.", "Nine squares of 1/9 make 1/9. Now take the root."),
    ],
    explains="The root of 9 / 81 is 1/3.",
    key="noise",
)

# %%
noise = np.random.default_rng(0).normal(size=(1, 1, 300, 400))
for name, kernel in kernels.items():
    print(f"{name:17} computed {np.sqrt((kernel**2).sum()):.3f}, measured {ops.conv2d(noise, kernel).std():.3f}")

# %% [markdown]
# Sharpening more than quintuples the noise. That is why it is of little help on noisy scans, and why edge kernels in
# practice blur a little at the same time, as the three rows of ours do.
#
# ## 8. A kernel of your own
#
# Edit the nine weights and see what they do. A kernel may also be resized, with the buttons below it.
#
# **Try.** Make one that moves the image to the left by one pixel. One that marks diagonal edges. One that finds bright
# dots. One whose output is black everywhere.

# %%
own = MatrixEditor([[0, -1, 0], [-1, 4, -1], [0, -1, 0]], label="kernel", step=0.5, resizable=True)


def with_own(image, kernel):
    y = ops.conv2d(heads[image][None, None].astype(float), kernel[None, None], padding="same")[0, 0]
    return {"x": heads[image], "y": y, "sum of the weights": kernel.sum()}


Explorer(with_own, image=list(heads), kernel=own, key="own kernel")

# %% [markdown]
# ## 9. Write it yourself
#
# Now in Python, for one image and one kernel with two axes each. The loops are yours. `y` is already there, with the
# right shape and full of zeros.


# %%
def convolve(x, w):
    kh, kw = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    # Write two loops here, over the rows i and the columns j of y,
    # and put into y[i, j] what the kernel gives when it lies on x from row i and column j on.
    return y


image, kernel = wide, np.array([[1.0, 0, -1], [2, 0, -2]])
expected = ops.conv2d(image[None, None], kernel[None, None])[0, 0]
print("right" if np.allclose(convolve(image, kernel), expected) else f"not yet; it should be\n{expected}")

# %% [markdown]
# Watch it run. `mlcourse.watch` steps through *your* code, line by line, in the same Player. What a line reads is blue,
# what it writes is orange, and the comment above a line is read out.

# %%
mlcourse.watch(convolve, image, kernel)


# %% [markdown]
# Here is one way to write it. Compare.


# %%
def in_two_loops(x, w):
    kh, kw = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            # The pixels under the kernel, times its weights, added up.
            y[i, j] = (x[i : i + kh, j : j + kw] * w).sum()
    return y


mlcourse.watch(in_two_loops, MatrixEditor(wide, label="x"), MatrixEditor(kernel, label="w"), key="in two loops")


# %% [markdown]
# And here is one with a mistake, such as everybody makes. It was tested on one kernel, and passed:


# %%
def mixed_up(x, w):
    y = np.zeros((x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1))
    for i, j in np.ndindex(y.shape):
        for p, q in np.ndindex(w.shape):
            # Weight (p, q) times the pixel that lies under it.
            y[i, j] += w[p, q] * x[i + q, j + p]
    return y


tested = np.array([[1.0, 2], [2, -1]])
print("passes:", np.allclose(mixed_up(wide, tested), ops.conv2d(wide[None, None], tested[None, None])[0, 0]))

# %% folded=true
Prediction("What is wrong in it, and why did the test not show it? Step through it below before you write.")

# %%
watched = MatrixEditor([[1, 2], [0, -1]], label="w")
mlcourse.watch(mixed_up, wide, watched, key="mixed up")

# %% [markdown]
# Look at the second product of the first output. The weight is the 2 in row 0 and column 1. The pixel that it is
# multiplied with stands in row *1* and column *0*. Rows and columns are exchanged: `x[i + q, j + p]` should be
# `x[i + p, j + q]`. With the kernel that was tested it made no difference, since that kernel is the same when it is
# mirrored along its diagonal.
#
# **Test with numbers that are all different, and with nothing square.**
#
# ## 10. The library
#
# torch gives the same numbers as your loops, and is much faster.

# %% seconds=20
import torch

head = mni152_slice(at=20)
vertical = kernels["vertical edges"][0, 0]
began = time.perf_counter()
slow = in_two_loops(head, vertical)
loops = time.perf_counter() - began

x_torch, w_torch = torch.tensor(head)[None, None], torch.tensor(vertical)[None, None]
torch.nn.functional.conv2d(x_torch, w_torch)  # the first call prepares, so it is not timed
began = time.perf_counter()
fast = torch.nn.functional.conv2d(x_torch, w_torch)
library = time.perf_counter() - began
print("the same numbers:", np.allclose(slow, fast[0, 0].numpy()))
print(f"two loops {1000 * loops:.0f} ms, torch {1000 * library:.2f} ms: {loops / library:.0f} times faster")

# %% [markdown]
# `mlcourse.ops.conv2d`, which this lecture uses, stands in between: NumPy, without a loop over pixels, short enough to
# be read.
#
# ## What goes wrong
#
# - **Rows for columns.** Height and width, $p$ and $q$, exchanged: seen above. It shows only where nothing is square or
#   symmetric.
# - **The kernel turned**, or not turned where it should be, as when weights come from another program: the sign
#   changes, or edges are marked on the wrong side.
# - **One place forgotten**: $n - k$ instead of $n - k + 1$. The last row and column are missing.
# - **Channels kept apart** instead of added up.
# - **An even kernel.** A kernel of 2 × 2 has no middle. If the output is to have as many pixels as the image, the
#   padding cannot be the same on both sides, and everything moves by half a pixel. Once that is nothing. But layers are
#   stacked.

# %% folded=true
Prediction("A mean over 2 x 2 pixels is applied ten times, each with padding 'same'. What happens to the head?")

# %%
moved = head[None, None]
for _ in range(10):
    moved = ops.conv2d(moved, np.full((1, 1, 2, 2), 0.25), padding="same")
rows, columns = np.arange(head.shape[0])[:, None], np.arange(head.shape[1])
for name, picture in {"before": head, "after": moved[0, 0]}.items():
    row, column = (rows * picture).sum() / picture.sum(), (columns * picture).sum() / picture.sum()
    print(f"{name:7} centre of brightness at row {row:.2f}, column {column:.2f}")
fig, axes = plt.subplots(1, 2, figsize=(6.5, 3.8), layout="constrained")
for axis, picture, title in zip(axes, (head, moved[0, 0]), ("Before", "After: moved by five pixels"), strict=True):
    axis.imshow(picture, cmap="gray")
    axis.axhline(len(head) / 2, color="tab:orange", linewidth=0.8)
    axis.set(title=title)
    axis.set_axis_off()
plt.show()

# %% [markdown]
# Ten times half a pixel is five: up and to the left. The voxels of this brain are 2 mm wide, so that the head is off by
# a centimetre along each axis. A segmentation made this way would lie beside the organ. That is the reason why kernels
# in networks are nearly always odd: 3, 5, 7.
#
# ## Your turn
#
# Write the convolution with stride, padding, dilation and channels: [exercise
# conv2d](../assignments/release/conv2d/conv2d.ipynb). After that [lecture 03](03_backpropagation.ipynb) asks how a
# network finds such kernels by itself.
