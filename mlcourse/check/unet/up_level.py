"""Of the exercise `unet`: one level on the way up, which makes larger, joins with the skip and convolves."""

from dataclasses import dataclass

import numpy as np

from mlcourse import ops
from mlcourse.diagnosis import Exercise


def right(below, skipped, convolve):
    """Row i of the larger map is row floor(i h / H) of the smaller one; columns alike."""
    height, width = below.shape[2:]
    rows, columns = ([i * n // m for i in range(m)] for n, m in zip((height, width), skipped.shape[2:], strict=True))
    return convolve(ops.skip_connection(below[:, :, rows][:, :, :, columns], skipped))


up_level = Exercise(right, answers=("features",), name="up_level")


@dataclass(frozen=True)
class Weighted:
    """Stands for a convolution: a sum of the channels, the first twice, the second three times, and so on.

    It takes any number of channels, where a real one would refuse: so that what was joined can be told from the sum.
    """

    def __call__(self, x):
        """A single channel."""
        return sum((c + 2) * x[:, c : c + 1] for c in range(x.shape[1]))

    def __repr__(self):
        return "2 * first channel + 3 * second channel + ..."


def _draw(rng, images, channels, odd):
    """Two maps in which no two numbers are the same, the lower one half as large, rounded down where ``odd`` says."""
    import torch

    from mlcourse.machine import device

    size = np.array([(2, 3), (3, 2)][rng.integers(2)])
    shapes = (images, channels[0], *size), (images, channels[1], *(2 * size + odd))
    numbers = rng.permutation(sum(np.prod(shape) for shape in shapes)) - 20.0
    below, skipped = np.split(numbers, [np.prod(shapes[0])])
    maps = (a.reshape(shape) for a, shape in zip((below, skipped), shapes, strict=True))
    return *(torch.asarray(a, dtype=torch.float32, device=device()) for a in maps), Weighted()


@up_level.part
def even(rng):
    """One image and one channel; the skip has twice as many rows and columns."""
    return _draw(rng, 1, (1, 1), (0, 0)), {}


@up_level.part
def odd(rng):
    """One image and one channel; the skip has an odd number of rows, of columns, or of both."""
    return _draw(rng, 1, (1, 1), [(0, 1), (1, 0), (1, 1)][rng.integers(3)]), {}


@up_level.part
def channels(rng):
    """Several images, and several channels, of which there are not as many in both maps; any size."""
    few, more = rng.permutation([1, 2, 3])[:2]
    return _draw(rng, 2, (few, more), rng.integers(0, 2, 2)), {}


@up_level.misconception
def skip_forgotten(below, skipped, convolve):
    """What you convolve has nothing of the skip in it.

    The map from below knows what is there, and has forgotten where. Who on the same level still knows it?
    """
    return right(below, skipped, lambda both: convolve(both[:, skipped.shape[1] :]))


@up_level.misconception
def below_forgotten(below, skipped, convolve):
    """What you convolve is the skip alone.

    All that was learnt further down comes up through `below`. Where does it enter?
    """
    return convolve(skipped)


@up_level.misconception
def below_first(below, skipped, convolve):
    """You join the two maps in the other order.

    Each weight of a convolution belongs to one channel, so that the order matters. Which map is to come first?
    """
    first = skipped.shape[1]
    order = [*range(first, first + below.shape[1]), *range(first)]
    return right(below, skipped, lambda both: convolve(both[:, order]))


@up_level.misconception
def added_not_joined(below, skipped, convolve):
    """You add the two maps up, as a residual network does.

    A sum cannot be taken apart again. What has a UNet's convolution twice as much of, so that it can weigh both?
    """
    first, common = skipped.shape[1], min(skipped.shape[1], below.shape[1])
    return right(below, skipped, lambda both: convolve(both[:, :common] + both[:, first : first + common]))


@up_level.misconception
def joined_after_convolving(below, skipped, convolve):
    """You convolve the map from below alone, and join the skip to the result.

    Then nothing on this level has looked at both maps together. In which order do the two steps come?
    """
    return right(convolve(below), skipped, lambda both: both)


@up_level.misconception
def not_convolved(below, skipped, convolve):
    """You return the joined maps as they are.

    They lie on each other, and nobody has mixed them yet. Which argument has not been used?
    """
    return right(below, skipped, lambda both: both)


@up_level.misconception
def skip_cropped(below, skipped, convolve):
    """You cut the skip down to the size of what came from below.

    The mask would then lack the last row or column of the image. Which of the two maps has to follow the other?
    """
    return right(below, skipped[:, :, : 2 * below.shape[2], : 2 * below.shape[3]], convolve)


@up_level.misconception
def padded_with_zeros(below, skipped, convolve):
    """You fill the odd row or column of the larger map with zeros.

    Along that edge the network would look at a black strip in every image. Which pixel from below lies nearest to it?
    """
    (height, width), first = below.shape[2:], skipped.shape[1]

    def with_zeros(both):
        made = right(below, skipped[:, :, : 2 * height, : 2 * width], lambda smaller: smaller)
        both = both * 1
        both[:, first:] = 0
        both[:, first:, : 2 * height, : 2 * width] = made[:, first:]
        return convolve(both)

    return right(below, skipped, with_zeros)


@up_level.misconception
def last_row_once_more(below, skipped, convolve):
    """You make every pixel two, and repeat the last row or column once more where the size is odd.

    That is a fair way to fill it, but not the one asked for here: all rows are to be spread evenly, by the formula in the
    text. For 5 rows from 2, which of them should come three times?
    """
    height, width = below.shape[2:]
    rows = [min(i // 2, height - 1) for i in range(skipped.shape[2])]
    columns = [min(j // 2, width - 1) for j in range(skipped.shape[3])]
    return right(below[:, :, rows][:, :, :, columns], skipped, convolve)


@up_level.misconception
def zeros_between(below, skipped, convolve):
    """You put each pixel from below into a corner of its block and leave the rest 0.

    Each pixel stands for a whole block of the image. What do you know about the other pixels of the block?
    """
    first = skipped.shape[1]

    def sparse(both):
        both = both * 1
        for corner in ((1, 0), (0, 1), (1, 1)):
            both[:, first:, corner[0] :: 2, corner[1] :: 2] = 0
        return convolve(both)

    return right(below, skipped, sparse)


@up_level.misconception
def tiled(below, skipped, convolve):
    """You lay whole copies of the small map side by side, as tiles.

    In torch, `repeat` repeats the whole and not each pixel. Where should the first pixel and its copy lie?
    """
    rows = [i % below.shape[2] for i in range(skipped.shape[2])]
    columns = [j % below.shape[3] for j in range(skipped.shape[3])]
    return right(below[:, :, rows][:, :, :, columns], skipped, convolve)


@up_level.misconception
def mixed_between_pixels(below, skipped, convolve):
    """You mix neighbouring pixels (bilinear), where each is to be copied (nearest).

    Both are in use. For 4 columns from the 2 numbers 0 and 8, which four numbers does each way give?
    """
    (height, width), (rows, columns), first = below.shape[2:], skipped.shape[2:], skipped.shape[1]

    def mixed(both):
        both = both * 1
        for i, j in np.ndindex(rows, columns):
            down = min(max((i + 0.5) * height / rows - 0.5, 0), height - 1)
            across = min(max((j + 0.5) * width / columns - 0.5, 0), width - 1)
            both[:, first:, i, j] = sum(
                (1 - abs(down - m)) * (1 - abs(across - n)) * below[:, :, m, n]
                for m, n in np.ndindex(height, width)
                if abs(down - m) < 1 and abs(across - n) < 1
            )
        return convolve(both)

    return right(below, skipped, mixed)
