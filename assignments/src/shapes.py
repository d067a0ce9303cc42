# imports: numpy, mlcourse

# %% [markdown]
# # Exercise: sizes, parameters, and weights from Keras
#
# You can say much about a network before it has run once: how large its maps are, how many numbers it learns, how much
# of the image a unit sees. Write three functions that tell. The fourth one takes the weights of a model made with Keras
# and puts them in the order that torch wants.
#
# **10 points**: 2 for the size of an output, 3 for the count of parameters, 2 for the receptive field, 3 for the
# weights.
#
# Write your answers where it says `YOUR CODE HERE`. The cell after each tells you at once what is right and what is not
# yet, as often as you like. The grey cells with points are what counts; they try your functions on a few more inputs.

# %% role="given" name="imports"
import numpy as np

from mlcourse import check
from mlcourse.ops import BatchNorm, Conv, Dense, Flatten, MaxPool

# %% [markdown]
# ## 1. The size of an output
#
# Put a kernel of 3x3 on an image of 7x7, and move it by 2 pixels at a time. It lies on rows 0 to 2, then on 2 to 4,
# then on 4 to 6: three times. The same goes for the columns, so the output has 3x3 numbers.
#
# | argument | a pair (vertical, horizontal) |
# |---|---|
# | `size` | rows and columns of the image |
# | `kernel` | rows and columns of the kernel |
# | `stride` | pixels from one placement to the next |
# | `padding` | rows of zeros put above and below, columns of zeros put left and right |
# | `dilation` | pixels from one weight to the next; 1 where they lie side by side |
#
# Return two whole numbers, the rows and the columns of the output. Only placements that lie wholly on the padded image
# count; pixels that are left over at the end are not used. In the inputs there is always room for at least one.
#
# A way to begin: take one direction by itself, draw a row of pixels on paper, and move a pencil along.


# %% role="solution" name="output_size"
def output_size(size, kernel, *, stride, padding, dilation=(1, 1)):
    ### BEGIN SOLUTION
    placements = []
    for axis in (0, 1):
        padded = size[axis] + 2 * padding[axis]
        covered = dilation[axis] * (kernel[axis] - 1) + 1
        placements.append((padded - covered) // stride[axis] + 1)
    rows, columns = placements
    return rows, columns
    ### END SOLUTION


# %% [markdown]
# Try it. Run this cell as often as you like.

# %%
check.output_size(output_size)

# %% [markdown]
# **Stride and padding**, unequal in the two directions.

# %% role="test" name="output_size_strided" points=1
check.output_size(output_size, part="strided").require()
### BEGIN HIDDEN TESTS
check.output_size(output_size, part="strided", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Dilation** as well.

# %% role="test" name="output_size_dilated" points=1
check.output_size(output_size, part="dilated").require()
### BEGIN HIDDEN TESTS
check.output_size(output_size, part="dilated", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 2. How many numbers are learnt
#
# A stack of layers is a list here. These are the layers, with what you can ask each of them for:
#
# | layer | what it does | settings |
# |---|---|---|
# | `Conv(4, (2, 3), ...)` | 4 filters make 4 maps; each filter looks at all maps that come in | `filters`, `kernel_size`, `stride`, `padding`, `dilation`, `bias` |
# | `MaxPool((2, 3), ...)` | keeps the largest number of each window, map by map | `kernel_size`, `stride`, `padding` |
# | `BatchNorm()` | brings each map to mean 0 and spread 1, then stretches and shifts it by two numbers of its own, which are learnt | none that matters here |
# | `Flatten()` | writes all maps of an image in one row of numbers | none |
# | `Dense(10, ...)` | 10 units; each of them meets every number of the row | `units`, `bias` |
#
# `layer.kernel_size`, `layer.stride`, `layer.padding` and `layer.dilation` are pairs (vertical, horizontal) in all
# inputs. `layer.bias` is True where nothing else is written: the layer then adds one number to each map or unit that
# it makes. To find out what a layer is, ask `isinstance(layer, Conv)`.
#
# Count the weights and biases of the whole stack: the numbers that training changes. Batch normalisation also keeps a
# running mean and a running variance of each map; these are not learnt, and do not count.
#
# An example: `Conv(24, (10, 10))`, in Keras `Conv2D(24, 10)`, on an image with one channel. Each of its 24 filters has
# 10 times 10 weights and a bias, which makes 24 times 101, or 2,424 parameters. On an image with two channels it would
# be 24 times 201.
#
# `image` is (channels, rows, columns). The filters of the first layer are as deep as the image has channels. In the
# second part there are dense layers, and for them you need to know how large the maps have become. Your `output_size`
# may help.
#
# Where your count differs, look at the same layers in a cell of your own: `from mlcourse.ops import Stack`, and then
# `Stack([...], image=(...))`, shows a table with every layer by itself. Which one do you count otherwise? Please write
# the function itself without it: calls of `mlcourse.ops` are not counted there.


# %% role="solution" name="parameter_count"
def parameter_count(layers, image):
    ### BEGIN SOLUTION
    channels, *size = image
    parameters = 0
    for layer in layers:
        if isinstance(layer, Conv):
            weights = channels * layer.kernel_size[0] * layer.kernel_size[1]
            parameters += layer.filters * (weights + layer.bias)
            channels = layer.filters
            size = output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding)
        elif isinstance(layer, MaxPool):
            size = output_size(size, layer.kernel_size, stride=layer.stride, padding=layer.padding)
        elif isinstance(layer, BatchNorm):
            parameters += 2 * channels
        elif isinstance(layer, Flatten):
            features = channels * size[0] * size[1]
        elif isinstance(layer, Dense):
            parameters += layer.units * (features + layer.bias)
            features = layer.units
    return parameters
    ### END SOLUTION


# %%
check.parameter_count(parameter_count)

# %% [markdown]
# **Maps**: convolutions with bias and without, batch normalisation, pooling.

# %% role="test" name="parameter_count_maps" points=2
check.parameter_count(parameter_count, part="maps").require()
### BEGIN HIDDEN TESTS
check.parameter_count(parameter_count, part="maps", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Dense layers** after the maps.

# %% role="test" name="parameter_count_dense" points=1
check.parameter_count(parameter_count, part="dense").require()
### BEGIN HIDDEN TESTS
check.parameter_count(parameter_count, part="dense", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 3. How much of the image a unit sees
#
# A unit behind one convolution of 3x3 sees 3x3 pixels. Put a second convolution of 3x3 behind it: its units meet 3x3
# units of the first one, each of which sees 3x3 pixels, shifted by one. Together that is 5x5 pixels of the image. If
# the first convolution has a stride of 2, the three lie 2 pixels apart and see 7x7 pixels together.
#
# `layers` holds convolutions and poolings. Return how many rows and how many columns of the image one unit of the last
# layer sees, from the first to the last; pixels in between that a dilation passes over count as well. Think of an image
# without edges, so padding does not matter.
#
# A way to begin: draw a stack of two layers on paper, in one direction only, and mark what the last unit sees. Then go
# from layer to layer and keep two numbers: how much is seen, and how far apart neighbours are in the image.


# %% role="solution" name="receptive_field"
def receptive_field(layers):
    ### BEGIN SOLUTION
    seen, apart = [1, 1], [1, 1]
    for layer in layers:
        for axis in (0, 1):
            dilation = layer.dilation[axis] if isinstance(layer, Conv) else 1
            seen[axis] += dilation * (layer.kernel_size[axis] - 1) * apart[axis]
            apart[axis] *= layer.stride[axis]
    rows, columns = seen
    return rows, columns
    ### END SOLUTION


# %%
check.receptive_field(receptive_field)

# %% [markdown]
# **Strides**: convolutions and pooling, each with a stride of its own.

# %% role="test" name="receptive_field_strided" points=1
check.receptive_field(receptive_field, part="strided").require()
### BEGIN HIDDEN TESTS
check.receptive_field(receptive_field, part="strided", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Dilation** as well.

# %% role="test" name="receptive_field_dilated" points=1
check.receptive_field(receptive_field, part="dilated").require()
### BEGIN HIDDEN TESTS
check.receptive_field(receptive_field, part="dilated", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# ## 4. From Keras to torch
#
# Someone hands you the weights of a Keras model: `Conv2D`, `MaxPooling2D`, `Flatten`, `Dense`. (In Keras,
# `model.get_weights()` gives them one after the other.) You want to go on in torch. The numbers are the same in both,
# but not the order in which they are kept, since Keras puts the channels last and torch puts them first:
#
# | | Keras | torch |
# |---|---|---|
# | images and maps | (images, rows, columns, channels) | (images, channels, rows, columns) |
# | weights of a convolution | (kernel rows, kernel columns, channels, filters) | (filters, channels, kernel rows, kernel columns) |
# | weights of a dense layer | (numbers in, units) | (units, numbers in) |
# | biases | (filters,) or (units,) | the same |
# | Flatten writes | pixel after pixel; at each pixel, channel after channel | map after map; in each map, row after row |
#
# The last line matters to the dense layer behind Flatten. Each of its weights was learnt for one number of the row, and
# has to meet the same number again in a row that torch writes in another order.
#
# | argument | shape | |
# |---|---|---|
# | `conv_kernel`, `conv_bias` | as in the table | of the convolution, from Keras |
# | `dense_kernel`, `dense_bias` | as in the table | of the dense layer, from Keras |
# | `maps` | (rows, columns, channels) | size of what goes into Flatten |
#
# Return `conv_w, conv_b, dense_w, dense_b`, as torch keeps them. You need neither Keras nor torch, only NumPy: all
# arrays come and go as NumPy arrays of dtype float32.
#
# Ways to begin: `a.transpose(...)` moves whole axes, `a.reshape(...)` keeps the numbers in their order and only cuts
# them up anew. Take maps of 2x3 pixels and 2 channels, give their entries numbers as Keras flattens them, 0 to 11,
# and write down in which order torch would flatten the same entries.


# %% role="solution" name="keras_to_torch"
def keras_to_torch(conv_kernel, conv_bias, dense_kernel, dense_bias, maps):
    ### BEGIN SOLUTION
    rows, columns, channels = maps
    units = dense_kernel.shape[1]
    conv_w = conv_kernel.transpose(3, 2, 0, 1)
    by_pixel = dense_kernel.reshape(rows, columns, channels, units)
    by_map = by_pixel.transpose(3, 2, 0, 1)
    dense_w = by_map.reshape(units, channels * rows * columns)
    return conv_w, conv_bias, dense_w, dense_bias
    ### END SOLUTION


# %%
check.keras_to_torch(keras_to_torch)

# %% [markdown]
# **One pixel**: maps of one pixel go into Flatten, so both libraries write the row in the same order.

# %% role="test" name="keras_to_torch_one_pixel" points=1
check.keras_to_torch(keras_to_torch, part="one_pixel").require()
### BEGIN HIDDEN TESTS
check.keras_to_torch(keras_to_torch, part="one_pixel", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# **Flattened**: maps of several rows and columns.

# %% role="test" name="keras_to_torch_flattened" points=2
check.keras_to_torch(keras_to_torch, part="flattened").require()
### BEGIN HIDDEN TESTS
check.keras_to_torch(keras_to_torch, part="flattened", hidden=True).require()
### END HIDDEN TESTS

# %% [markdown]
# Done? Save the notebook. Kernel, Restart Kernel and Run All Cells shows whether it also works from the top.
