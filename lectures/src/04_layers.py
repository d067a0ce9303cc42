# imports: numpy, matplotlib, scipy, torch, keras, mlcourse

# %% [markdown]
# # 04 Layers
#
# A network is a stack. Each layer takes the maps of the layer before and makes new ones: with filters, with an
# activation function, with pooling. In this lecture you look at each of these layers alone, then you build stacks and
# see what they cost and what they see. At the end you build the same stack in two libraries and make them agree.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import scipy.signal

from mlcourse import check, ops, walkthroughs
from mlcourse.ops import Activation, Conv, Dense, Flatten, MaxPool, Stack
from mlcourse.phantoms import brain
from mlcourse.widgets import MatrixEditor, Player, Prediction, Quiz, StackBuilder

# %% [markdown]
# ## 1. Several filters on one image
#
# One filter makes one map. A layer has many filters, and each of them looks for something else. Here are three:
# vertical edges, and horizontal edges in both directions. The image is bright in its upper left corner.

# %% folded=true
Prediction("Which of the three maps will have the largest number, and where?")

# %%
corner = MatrixEditor([[[[9, 9, 9, 0, 0], [9, 9, 9, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]]], label="x")
vertical, falling = [[1, 0, -1]] * 3, [[1] * 3, [0] * 3, [-1] * 3]
rising = [[-1] * 3, [0] * 3, [1] * 3]
filters = np.array([[vertical], [falling], [rising]], dtype=float)  # (3, 1, 3, 3)
Player(walkthroughs.conv2d, corner, MatrixEditor(filters, label="w"), key="three filters")

# %% [markdown]
# The second filter finds the edge below the bright corner, where brightness falls on the way down. The third finds the
# same edge with the opposite sign: its map is the second one times −1. So as it stands the third filter says nothing
# new.
#
# That changes with the next layer.
#
# ## 2. Activation functions
#
# After the filters every number goes through a function of its own. **ReLU** lets positive numbers pass and makes the
# others 0. Now the second and third map differ: one keeps edges where brightness falls, the other where it rises.

# %%
head, tissues = brain(1, rng=np.random.default_rng(4))
maps = ops.conv2d(head.astype(float), filters, padding=1)
fig, axes = plt.subplots(2, 3, figsize=(9, 6.2), layout="constrained")
for row, values, when in zip(axes, (maps[0], ops.relu(maps)[0]), ("", ", after ReLU"), strict=True):
    for axis, picture, name in zip(row, values, ("vertical", "falling", "rising"), strict=True):
        axis.imshow(picture, cmap="gray", vmin=-2, vmax=2)
        axis.set(title=name + when)
        axis.set_axis_off()

# %% [markdown]
# The older functions are soft steps. The **sigmoid** goes from 0 to 1, the **tanh** from −1 to 1. What matters for
# learning is their slope: on the way back, the gradient is multiplied by it in each layer.

# %% folded=true
Quiz.ask(
    "How steep is the sigmoid at most?",
    0.25,
    wrong=[
        (1, "That is tanh, or ReLU.", "Its slope is s (1 - s), where s is its value. At 0 the value is 1/2."),
        (0.5, "That is its value at 0, not its slope.", "Its slope is s (1 - s), where s is its value."),
    ],
    hints=["Its slope is s (1 - s), where s is its value. Where is that largest?"],
    explains="s (1 - s) is largest where s is 1/2, at x = 0: 1/4.",
    key="sigmoid",
)

# %%
numbers = MatrixEditor([[-4, -1, -0.5], [0, 0.5, 3]], label="x", step=0.5)
Player(walkthroughs.sigmoid_backward, np.ones((2, 3)), numbers, key="sigmoid, stepped")

# %%
x = np.linspace(-5, 5, 401)
functions = {"sigmoid": ops.sigmoid, "tanh": ops.tanh, "ReLU": ops.relu}
slopes = {"sigmoid": ops.sigmoid_backward, "tanh": ops.tanh_backward, "ReLU": ops.relu_backward}
fig, (values, gradients) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for name, style in zip(functions, ("-", "--", ":"), strict=True):
    values.plot(x, functions[name](x), style, label=name)
    gradients.plot(x, slopes[name](np.ones_like(x), x), style, label=name)
values.set(title="Three activation functions", xlabel="x", ylim=(-1.5, 3))
gradients.set(title="and what they leave of a gradient", xlabel="x")
values.legend()
plt.show()

# %% [markdown]
# Stack ten sigmoids. Even if each of them stands where it is steepest, how much of a gradient gets through?

# %%
print(f"ten sigmoids leave at most 0.25 ** 10 = {0.25**10:.1e} of it")
at = np.zeros(1)
for _ in range(10):
    at = np.concatenate([ops.sigmoid(at[:1]), at])  # the last value in front
gradient = np.ones(1)
for before in at[1:]:
    gradient = ops.sigmoid_backward(gradient, np.array([before]))
print(f"ten on top of each other, from x = 0: {gradient[0]:.1e}")

# %% [markdown]
# One part in a million. The first layers of such a network hardly learn. ReLU has slope 1 where it lets numbers pass,
# so that nothing is lost on the way; where it does not, it has slope 0, and a unit that never passes anything never
# learns.
#
# ## 3. Why there must be an activation
#
# Without an activation function between them, two convolutions are no more than one.

# %% folded=true
Prediction(
    "Two kernels of 3 x 3, one after the other, without padding. How large is the one kernel that does the same?"
)

# %%
rng = np.random.default_rng(0)
image, first, second = rng.normal(size=(1, 1, 12, 15)), rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 1, 3, 3))
one = scipy.signal.convolve2d(first[0, 0], second[0, 0])[None, None]
print("the one kernel has shape", one.shape[2:])
two_layers, one_layer = ops.conv2d(ops.conv2d(image, first), second), ops.conv2d(image, one)
print(f"largest difference without padding: {np.abs(two_layers - one_layer).max():.1e}")

# %% [markdown]
# (Two kernels are joined by a convolution in the sense of mathematics, with the turn: see [lecture
# 02](02_convolution.ipynb).)
#
# With padding it is not quite so. The second layer then sees a rim of zeros where the one large kernel would have seen
# what the first layer makes of the image's rim. Below, white marks where both differ.

# %%
two_layers = ops.conv2d(ops.conv2d(image, first, padding="same"), second, padding="same")
different = np.abs(two_layers - ops.conv2d(image, one, padding="same"))[0, 0]
print(f"largest difference inside: {different[1:-1, 1:-1].max():.1e}, on the rim of one pixel: {different.max():.1f}")
fig, axis = plt.subplots(figsize=(4.5, 3.6), layout="constrained")
axis.imshow(different, cmap="gray")
axis.set(title="Two layers with padding: not one, on the rim")
plt.show()

# %% [markdown]
# With ReLU in between, no single kernel does the same: it would have to give f(−x) = −f(x), as every kernel does, and
# ReLU does not.

# %%
with_relu = ops.conv2d(ops.relu(ops.conv2d(image, first)), second)
turned = ops.conv2d(ops.relu(ops.conv2d(-image, first)), second)
print(f"f(-x) + f(x) without ReLU: {np.abs(ops.conv2d(-image, one) + one_layer).max():.1e}")
print(f"f(-x) + f(x) with ReLU:    {np.abs(turned + with_relu).max():.1f}")

# %% [markdown]
# ## 4. Pooling
#
# Max pooling keeps the largest number of every window and forgets the rest. With windows of 2 × 2 side by side, a map
# shrinks to half its rows and half its columns. There is nothing to learn in it.

# %%
pooled = MatrixEditor([[[[1, 3, 2, 0], [4, 2, 1, 5], [0, 1, 7, 7], [2, 2, 6, 3]]]], label="x")

# %% folded=true
Quiz.ask(
    "A window holds [[7, 7], [6, 3]], and its output gets a gradient of 1. How much of it goes to the right 7?",
    0,
    wrong=[
        (
            1,
            "Only one of the two can have it.",
            "Where two are equal, the first is taken, in the order in which one reads.",
        ),
        (0.5, "It is not shared.", "Where two are equal, the first is taken, in the order in which one reads."),
        (0.25, "That is how a mean pools.", "A maximum depends on one number only."),
    ],
    explains="The output was taken from the first 7, so the first 7 gets all of it.",
    key="ties",
)

# %%
Player(walkthroughs.max_pool2d, pooled, 2, key="pooling")

# %% [markdown]
# On the way back the gradient goes to the number that was the largest, and to no other. If that one had been a little
# larger, the output would have been; the others could change without anyone noticing.

# %%
Player(walkthroughs.max_pool2d_backward, np.array([[[[1.0, 2], [3, 4]]]]), pooled, 2, key="pooling, backward")

# %% [markdown]
# **Try.** Make two windows' largest numbers change places. Does the gradient follow?
#
# ## 5. Stride instead
#
# A convolution with a stride of 2 makes maps smaller as well, and it has weights to learn. From 7 × 7 pixels a 3 × 3
# kernel makes

# %%
seven, kernel = np.zeros((1, 1, 7, 7)), np.zeros((1, 1, 3, 3))
for stride in (1, 2):
    print(f"stride {stride}: {ops.conv2d(seven, kernel, stride=stride).shape[2:]}")

# %% [markdown]
# ## 6. "Some translation invariance"
#
# One often reads that pooling makes a network insensitive to small shifts. Let us measure it. Twenty synthetic heads go
# through the three filters of scene 1 and ReLU, and are then made smaller, or not. Then all heads are shifted to the
# right by one pixel. How much does the output change, as a share of its own length?

# %% folded=true
Prediction("Rank them: no pooling; a stride of 2; max pooling with windows of 2, 4 and 8 pixels. Which changes most?")


# %%
def features(x, stride=1):
    return ops.relu(ops.conv2d(x, filters, padding=1, stride=stride))


ways = {"as it is": features, "stride 2": lambda x: features(x, stride=2)}
for size in (2, 4, 8):
    ways[f"max pool {size}"] = lambda x, size=size: ops.max_pool2d(features(x), size)[0]
    ways[f"mean pool {size}"] = lambda x, size=size: ops.avg_pool2d(features(x), size)

# %% seconds=30
heads = brain(20, rng=np.random.default_rng(0))[0].astype(float)
shifted = np.roll(heads, 1, axis=3)
changes = {}
for name, way in ways.items():
    here, there = way(heads), way(shifted)
    squares = ((here - there) ** 2).sum(axis=(1, 2, 3)) / (here**2).sum(axis=(1, 2, 3))
    changes[name] = np.sqrt(squares)  # one for each head
    print(
        f"{name:12} changes by {changes[name].mean():.0%}, from {changes[name].min():.0%} to {changes[name].max():.0%}"
    )

# %%
fig, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.barh(list(changes), [100 * change.mean() for change in changes.values()], color="tab:blue")
axis.invert_yaxis()
axis.set(title="A shift by one pixel changes the output by so much", xlabel="per cent")
plt.show()

# %% [markdown]
# A shift of one pixel changes the edge maps a great deal. A stride does not help at all: it leaves pixels out, and
# after the shift others. Pooling helps, more with larger windows, and the mean about as much as the maximum. So *some*
# invariance is right, and *invariant* is wrong. Only a window over the whole map would not notice the shift at all; but
# then it does not know where anything is.
#
# ## 7. Stacks
#
# A classic beginning: an image of 32 × 32 with one channel; X filters of 3 × 3; pooling; Y filters of 3 × 3. Shapes are
# written here as (rows, columns, maps):
#
# $$32 \times 32 \times 1 \;\rightarrow\; 32 \times 32 \times X \;\rightarrow\; 16 \times 16 \times X \;\rightarrow\; 16 \times 16 \times Y$$
#
# How large is a filter of the second convolution? It must look at all the X maps that come in, so it is 3 × 3 × X. (On
# a slide you may read 3 × 3 × 3. That holds for X = 3 only.)

# %% folded=true
Quiz.ask(
    "Let X be 3 and Y be 5. How many parameters has the second convolution, biases included?",
    140,
    wrong=[
        (50, "These filters span one map each.", "Each of the five filters spans all three maps."),
        (135, "The biases are missing.", "One bias a filter."),
        (150, "A filter has one bias, not one for each map.", "5 filters, each with 3 x 3 x 3 weights and one bias."),
        (30, "That is the first convolution.", "What comes into the second one is three maps."),
    ],
    explains="5 filters x (3 maps x 9 weights + 1 bias) = 140.",
    key="second convolution",
)

# %% folded=true
Quiz.ask(
    "How many rows of the image does one unit of the last maps depend on?",
    8,
    wrong=[
        (
            3,
            "So many rows of the maps before it.",
            "Each of these stands for a window of two, and each pixel of that has seen three.",
        ),
        (
            6,
            "Three windows of two rows: so many rows of the first maps.",
            "The first convolution looks one row further on each side.",
        ),
        (5, "So it would be without pooling.", "After pooling, neighbours are two pixels apart."),
        (7, "One more.", "Three windows of two rows each, and one row more on each side."),
    ],
    explains="3 rows of pooled maps are 6 rows of the first maps, and those have seen 1 more on each side: 8.",
    key="receptive field",
)

# %% [markdown]
# Now build. Add, remove, move and edit layers. Click on a unit of a map to see which pixels it depends on: its
# **receptive field**.

# %%
small_head = brain(1, size=32, rng=np.random.default_rng(4))[0][0, 0]
layers = [Conv(3, 3, padding="same"), Activation("relu"), MaxPool(2), Conv(5, 3, padding="same")]
StackBuilder(layers, image=small_head, key="stack")

# %% [markdown]
# **Try.** How many layers of 3 × 3 without pooling does it take until a unit sees 17 rows? How many with a pooling
# after every convolution? What happens if you go on pooling? Which layer has the most parameters, and which takes the
# most multiplications?
#
# ## 8. Batch normalisation
#
# The maps of a deep network may become very large or very small on the way. **Batch normalisation** brings each channel
# back: subtract the mean over the whole batch, divide by the standard deviation, then multiply and add two numbers that
# are learnt (S. Ioffe, C. Szegedy, ICML 2015).

# %% folded=true
Prediction(
    "Two images of one row go in: 1, 3 and 5, 7. What comes out for the 7? And if its image were alone in the batch?"
)

# %%
batch = MatrixEditor(np.reshape([1.0, 3, 5, 7], (2, 1, 1, 2)), label="x")
weight, bias = MatrixEditor([1.0], label="weight", step=0.5), MatrixEditor([0.0], label="bias", step=0.5)
Player(walkthroughs.batch_norm2d, batch, weight, bias, np.zeros(1), np.ones(1), training=True, key="batch norm")

# %% [markdown]
# **Try.** Change the 1 to 9. All four outputs change, those of the other image too. While it trains, *what a network
# says about one patient depends on who else is in the batch*. For use in the clinic the running mean and variance stand
# in, which were collected during training; forgetting to switch is a well-known mistake.
#
# ## 9. The same in a library: Keras
#
# Keras writes networks much as we have spoken of them. It runs on several libraries; here on torch. Code from older
# lectures and slides often no longer works, and it is worth seeing how it fails.

# %% seconds=40
os.environ["KERAS_BACKEND"] = "torch"  # must be there before the first import
try:
    import keras

    print("Keras", keras.__version__, "on", keras.backend.backend())
except ModuleNotFoundError:
    keras = None
    print("Keras is not installed: pip install 'mlcourse[keras]'. Until then the cells below do nothing.")

# %% [markdown]
# A convolution of 24 filters of 10 × 10. Before you run the cell:

# %% folded=true
Quiz.ask(
    "How many parameters has Conv2D(24, 10) on an image with one channel?",
    2424,
    wrong=[
        (240, "24 times 10 weights: but 10 is both the height and the width.", "A filter has 10 x 10 weights."),
        (2400, "The biases are missing.", "One bias a filter."),
        (264, "10 is both the height and the width of a filter.", "A filter has 10 x 10 weights, and one bias."),
    ],
    explains="24 filters x (100 weights + 1 bias) = 2424.",
    key="24 filters",
)


# %%
def attempt(what, build):
    try:
        print(f"{what}: {type(build()).__name__} made")
    except Exception as error:
        print(f"{what}: {type(error).__name__}: {error}")


if keras:
    attempt("Conv2D(24, 10, stride=1)", lambda: keras.layers.Conv2D(24, 10, stride=1))
    attempt("Conv2D(24, 10, strides=1)", lambda: keras.layers.Conv2D(24, 10, strides=1))
    attempt("Adam(lr=1e-4)", lambda: keras.optimizers.Adam(lr=1e-4))
    attempt("Adam(learning_rate=1e-4)", lambda: keras.optimizers.Adam(learning_rate=1e-4))

# %% [markdown]
# `stride` has never been the name. `lr` once was. From version 2.11 on it was accepted with no more than a warning in
# the log, *and ignored*: such code trained at the default rate 1e-3, ten times what it says (Keras issues 17338 and
# 19025; TensorFlow issue 58831). Since Keras 3 it is an error. Errors are the kinder of the two.
#
# Here is a whole network, as it is written today:

# %% seconds=20
if keras:
    model = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            keras.layers.Conv2D(24, 10, strides=1, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Conv2D(5, 3, padding="same"),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-4), loss="mse")
    print(
        *[f"{layer.name}: {layer.output.shape}, {layer.count_params()} parameters" for layer in model.layers], sep="\n"
    )

# %% [markdown]
# `None` is the number of images, which may be any. Shapes are (rows, columns, maps) here: Keras puts the channels last,
# torch and this course put them first. The same stack in `mlcourse`, with the same numbers of parameters:

# %%
convolutions = Conv(24, 10, padding="same"), Conv(5, 3, padding="same")
stack = Stack(
    [convolutions[0], Activation("relu"), MaxPool(2), convolutions[1], Flatten(), Dense(10)], image=(1, 32, 32)
)
stack

# %% [markdown]
# ## 10. Carry the weights across
#
# A network that was trained in one library is to run in another. The numbers are the same; their order is not. A kernel
# of Keras has shape (kH, kW, C_in, C_out), one of torch (C_out, C_in, kH, kW). A dense layer is transposed as well.

# %% folded=true
Prediction("After both are put right, will all outputs agree? The last layer is a dense layer behind Flatten.")


# %%
def carried(dense):
    """Return the weights of the Keras model as `Stack` wants them, with the given weights for the dense layer."""
    first, first_bias, second, second_bias, _, dense_bias = model.get_weights()
    at = dict.fromkeys(range(7), ())
    at[1] = ("w", first.transpose(3, 2, 0, 1)), ("b", first_bias)
    at[4] = ("w", second.transpose(3, 2, 0, 1)), ("b", second_bias)
    at[6] = ("w", dense), ("b", dense_bias)
    return [{name: np.ascontiguousarray(values) for name, values in at[number]} for number in at]


# %% seconds=20
if keras:
    batch_last = np.random.default_rng(1).normal(size=(2, 32, 32, 1)).astype("float32")
    batch_first = np.ascontiguousarray(batch_last.transpose(0, 3, 1, 2))
    expected, dense = model.predict(batch_last, verbose=0), model.get_weights()[4]  # (1280, 10)
    found = stack.forward(batch_first, carried(dense.T))[-1]
    print(f"dense layer transposed: largest difference {np.abs(found - expected).max():.2f}")

# %% [markdown]
# They do not agree, though every shape fits and nothing complains. `Flatten` is to blame. Keras flattens rows, columns,
# maps; torch flattens maps, rows, columns. So the dense layer's inputs are in another order:

# %%
if keras:
    in_order = dense.reshape(16, 16, 5, 10).transpose(3, 2, 0, 1).reshape(10, 1280)  # rows, columns, maps, units
    found = stack.forward(batch_first, carried(in_order))[-1]
    print(f"in torch's order: largest difference {np.abs(found - expected).max():.1e}")

# %% [markdown]
# And in torch itself:

# %% seconds=20
import torch

if keras:
    first, first_bias, second, second_bias, _, dense_bias = model.get_weights()
    net = torch.nn.Sequential(
        torch.nn.ZeroPad2d((4, 5, 4, 5)),  # an even kernel: one row more below, one column more on the right
        torch.nn.Conv2d(1, 24, 10),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(24, 5, 3, padding="same"),
        torch.nn.Flatten(),
        torch.nn.Linear(1280, 10),
    )
    ours = [values for arrays in carried(in_order) for values in arrays.values()]
    with torch.no_grad():
        for parameter, values in zip(net.parameters(), ours, strict=True):
            parameter.copy_(torch.from_numpy(values))
        by_torch = net(torch.from_numpy(batch_first)).numpy()
    print(f"torch and Keras: largest difference {np.abs(by_torch - expected).max():.1e}")
    print(f"torch and mlcourse: largest difference {np.abs(by_torch - found).max():.1e}")

# %% [markdown]
# There is a second trap. Both libraries know a padding of one pixel for a 3 × 3 kernel, and Keras calls it `"same"`.
# With a stride of 2 it is not the same.

# %%
if keras:
    layer = keras.layers.Conv2D(3, 3, strides=2, padding="same")
    by_keras = keras.ops.convert_to_numpy(layer(batch_last)).transpose(0, 3, 1, 2)
    w = np.ascontiguousarray(layer.get_weights()[0].transpose(3, 2, 0, 1))
    for padding in (1, "same"):
        difference = np.abs(ops.conv2d(batch_first, w, stride=2, padding=padding) - by_keras).max()
        print(f"padding {padding!r}: largest difference {difference:.1e}")

# %% [markdown]
# On 32 pixels with a stride of 2, `"same"` of Keras needs only one row of zeros in all and puts it *below*; a padding
# of 1 puts one above as well, so that all placements lie one pixel higher. `mlcourse.ops` follows Keras here; torch
# refuses `"same"` with a stride.
#
# ## What goes wrong
#
# - **Shapes that fit by accident.** Flatten then Dense in another order: no error, wrong numbers. Compare outputs, not
#   shapes.
# - **`"same"` with a stride**, or with an even kernel: ask where the zeros are.
# - **A filter thought of as 3 × 3** when it is 3 × 3 × X: the count of parameters tells.
# - **Two linear layers in a row**: one would do.
# - **Batch normalisation left in training** when patients are to be judged.
# - **Old code** whose options are ignored. Read warnings; check that what you set is set.
#
# ## Your turn
#
# Write max pooling, forward and backward: [exercise max_pool](../assignments/release/max_pool/max_pool.ipynb). Then
# count shapes, parameters and receptive fields, and carry weights from Keras to torch: [exercise
# shapes](../assignments/release/shapes/shapes.ipynb).
