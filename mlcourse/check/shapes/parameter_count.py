"""How many numbers training changes in a stack of layers."""

from mlcourse.diagnosis import Exercise
from mlcourse.ops import BatchNorm, Conv, Dense, Flatten, MaxPool, Stack


def right(layers, image):
    """Weights and biases of all layers, for an image (channels, rows, columns)."""
    return Stack(layers, image=image).parameter_count


parameter_count = Exercise(right, answers=("parameters",), name="parameter_count")

KERNELS, WINDOWS = [(1, 3), (3, 1)], [(2, 3), (3, 2)]


def _conv(rng, filters, bias):
    """Every setting written out as a pair, so that students need not ask what form one has."""
    stride, padding = [(1, 2), (2, 1)][rng.integers(2)], [(1, 0), (0, 1)][rng.integers(2)]
    return Conv(
        int(filters), KERNELS[rng.integers(2)], stride=stride, padding=padding, dilation=(1, 1), bias=bool(bias)
    )


def _pool(rng):
    window = WINDOWS[rng.integers(2)]
    return MaxPool(window, stride=window, padding=(0, 0))


def _image(rng):
    """Large enough that three rows and columns are left after a convolution and a pooling."""
    rows, columns = rng.permutation(range(20, 30))[:2].tolist()
    return int(rng.integers(2, 4)), rows, columns


@parameter_count.part
def maps(rng):
    """Convolutions with bias and without, batch normalisation, pooling."""
    filters, bias = rng.permutation([4, 5, 7]), rng.permutation([True, False])
    first, second = (_conv(rng, *drawn) for drawn in zip(filters[:2], bias, strict=True))
    return ([first, BatchNorm(), _pool(rng), second], _image(rng)), {}


@parameter_count.part
def dense(rng):
    """Dense layers after the maps: how many numbers come in depends on all that is before."""
    units, bias = rng.permutation([8, 9, 10]).tolist(), rng.permutation([True, True, False]).tolist()
    before = [_conv(rng, rng.choice([4, 5, 7]), bias[0]), _pool(rng), Flatten()]
    return ([*before, Dense(units[0], bias=bias[1]), Dense(units[1], bias=bias[2])], _image(rng)), {}


@parameter_count.misconception
def bias_forgotten(layers, image):
    """Your count is without the biases.

    Unless it says `bias=False`, a layer adds a number to each map or unit it makes. Are these numbers learnt too?
    """
    biases = sum(getattr(layer, "filters", 0) or layer.units for layer in layers if getattr(layer, "bias", False))
    return right(layers, image) - biases


@parameter_count.misconception
def bias_always(layers, image):
    """Your count has a bias for every convolution and dense layer, also where `bias=False`.

    A layer may go without. Where does it say so?
    """
    without = sum(getattr(layer, "filters", 0) or layer.units for layer in layers if not getattr(layer, "bias", True))
    return right(layers, image) + without


@parameter_count.misconception
def bias_for_each_weight(layers, image):
    """Your count has a bias for every weight.

    A filter multiplies and adds up, and only then comes the bias. How many of them does one filter need?
    """
    total = right(layers, image)
    for number, layer in enumerate(layers):
        if getattr(layer, "bias", False):
            alone = right(layers[: number + 1], image) - right(layers[:number], image)
            total += alone - 2 * (getattr(layer, "filters", 0) or layer.units)
    return total


@parameter_count.misconception
def channels_ignored(layers, image):
    """Your filters have one slice each, whatever number of maps comes in.

    A filter looks at all maps at once, and has weights of its own for each. How deep is it?
    """
    total, channels = right(layers, image), image[0]
    for layer in layers:
        if hasattr(layer, "filters"):
            rows, columns = layer.kernel_size
            total -= (channels - 1) * rows * columns * layer.filters
            channels = layer.filters
    return total


@parameter_count.misconception
def channels_of_the_image(layers, image):
    """Your filters are as deep as the image in every convolution, also in the later ones.

    A later convolution does not see the image. How many maps does the one before it hand on?
    """
    total, channels = right(layers, image), image[0]
    for layer in layers:
        if hasattr(layer, "filters"):
            rows, columns = layer.kernel_size
            total -= (channels - image[0]) * rows * columns * layer.filters
            channels = layer.filters
    return total


@parameter_count.misconception
def pooling_counted(layers, image):
    """Your count gives pooling a weight for every pixel of its window.

    Pooling takes the largest number of a window. Is there anything that training could change?
    """
    windows = [layer.kernel_size for layer in layers if type(layer).__name__ == "MaxPool"]
    return right(layers, image) + sum(rows * columns for rows, columns in windows)


@parameter_count.misconception
def normalisation_forgotten(layers, image):
    """Your count leaves batch normalisation out.

    After it has brought a map to mean 0 and spread 1, it stretches and shifts the map. By how much is learnt: how many
    numbers are that for one map?
    """
    return right([layer for layer in layers if type(layer).__name__ != "BatchNorm"], image)


@parameter_count.misconception
def running_statistics_counted(layers, image):
    """Your count has the running mean and variance of batch normalisation in it.

    These two are kept from batch to batch, not learnt. Which numbers does training change?
    """
    normalised = right(layers, image) - right([layer for layer in layers if type(layer).__name__ != "BatchNorm"], image)
    return right(layers, image) + normalised


@parameter_count.misconception
def flattened_one_map(layers, image):
    """Your first dense layer looks at a single map.

    Flatten puts all maps one after the other. How many numbers is that?
    """
    total = right(layers, image)
    for number, layer in enumerate(layers):
        if hasattr(layer, "units") and not hasattr(layers[number - 1], "units"):
            alone = right(layers[: number + 1], image) - right(layers[:number], image)
            weights = alone - layer.units * layer.bias
            maps = [before.filters for before in layers[:number] if hasattr(before, "filters")][-1]
            total -= weights - weights // maps
    return total


@parameter_count.misconception
def flattened_before_pooling(layers, image):
    """Your first dense layer meets maps that no pooling has made smaller.

    Pooling has no weights, yet the layer after it notices. How large are the maps that go into Flatten?
    """
    return right([layer for layer in layers if type(layer).__name__ != "MaxPool"], image)
