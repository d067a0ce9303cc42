"""Of the exercise `unet`: the way down and up again, with a skip at each size."""

from dataclasses import dataclass

from mlcourse.diagnosis import Exercise


def right(x, down, pool, bottom, up, head):
    """What each level saw is kept before pooling, and used in the reverse order."""
    seen = []
    for block in down:
        x = block(x)
        seen.append(x)
        x = pool(x)
    x = bottom(x)
    for level in up:
        x = level(x, seen.pop())
    return head(x)


unet_forward = Exercise(right, answers=("logits",), name="unet_forward")


@dataclass(frozen=True)
class Linear:
    """Stands for a block of convolutions, which can be worked out by hand."""

    times: int
    plus: int

    def __call__(self, x):
        """The same for each pixel."""
        return self.times * x + self.plus

    def __repr__(self):
        return f"(x -> {self.times} * x + {self.plus})"


@dataclass(frozen=True)
class Halve:
    """Stands for pooling: the sum of each 2 x 2 block, which no block before or after it can be exchanged with."""

    def __call__(self, x):
        """Half the rows and columns, rounded down."""
        x = x[:, :, : x.shape[2] // 2 * 2, : x.shape[3] // 2 * 2]
        return sum(x[:, :, p::2, q::2] for p in (0, 1) for q in (0, 1))

    def __repr__(self):
        return "(x -> the sum of each 2 x 2 block)"


@dataclass(frozen=True)
class Level:
    """Stands for a level on the way up. It takes maps of any sizes, so that a wrong skip can be told by its numbers."""

    times: int

    def __call__(self, below, skipped):
        """A map as large as ``skipped``."""
        sizes = zip(below.shape[2:], skipped.shape[2:], strict=True)
        rows, columns = ([i * n // m for i in range(m)] for n, m in sizes)
        return self.times * below[:, :, rows][:, :, :, columns] + skipped

    def __repr__(self):
        return f"(below, skipped -> {self.times} * below enlarged + skipped)"


def _draw(rng, images, depth, size):
    """Whole numbers, and functions of which no two are the same."""
    import torch

    from mlcourse.machine import device

    x = torch.asarray(rng.integers(-3, 4, (images, 1, *size)), dtype=torch.float32, device=device())
    blocks = [
        Linear(int(a), int(b)) for a, b in zip(rng.permutation([2, 3, 4, 5]), rng.permutation(4) + 1, strict=True)
    ]
    up = [Level(int(times)) for times in rng.permutation([2, 3, 5])]
    *down, bottom, head = blocks[: depth + 2]
    return x, down, Halve(), bottom, up[:depth], head


@unet_forward.part
def one_level(rng):
    """One image, which is halved once."""
    return _draw(rng, 1, 1, [(2, 4), (4, 2), (4, 6)][rng.integers(3)]), {}


@unet_forward.part
def two_levels(rng):
    """Several images, which are halved twice; some sizes are odd."""
    return _draw(rng, 2, 2, [(4, 5), (5, 7), (8, 4)][rng.integers(3)]), {}


@unet_forward.misconception
def skip_left_empty(x, down, pool, bottom, up, head):
    """Each level on your way up gets a skip of zeros.

    Then the fine detail is lost in the pooling, as in a network without skips. What did that level see on the way down?
    """
    return right(
        x, down, pool, bottom, [lambda below, skipped, level=level: level(below, 0 * skipped) for level in up], head
    )


@unet_forward.misconception
def below_as_its_own_skip(x, down, pool, bottom, up, head):
    """Each level on your way up gets the same map twice, as `below` and as its skip.

    The second is to tell it something that the first does not know. Where did you last have a map of the larger size?
    """
    return right(x, down, pool, bottom, [lambda below, skipped, level=level: level(below, below) for level in up], head)


@unet_forward.misconception
def first_skip_first(x, down, pool, bottom, up, head):
    """Your skips come in the order in which they were kept: the largest map goes to the lowest level.

    The way up begins with the small maps. Which of the kept maps has the size that comes next?
    """
    seen = []
    for block in down:
        x = block(x)
        seen.append(x)
        x = pool(x)
    x = bottom(x)
    for level, skipped in zip(up, seen, strict=True):
        x = level(x, skipped)
    return head(x)


@unet_forward.misconception
def last_skip_for_all(x, down, pool, bottom, up, head):
    """Every level on your way up gets the skip that was kept last.

    A map that has been used is of no use to the level above. Does your list of kept maps get shorter?
    """
    seen = x
    for block in down:
        seen = block(x)
        x = pool(seen)
    x = bottom(x)
    for level in up:
        x = level(x, seen)
    return head(x)


@unet_forward.misconception
def kept_after_pooling(x, down, pool, bottom, up, head):
    """You keep each map after it was pooled.

    Pooling is what loses the detail. When is it still there?
    """
    seen = []
    for block in down:
        x = pool(block(x))
        seen.append(x)
    x = bottom(x)
    for level in up:
        x = level(x, seen.pop())
    return head(x)


@unet_forward.misconception
def kept_before_the_block(x, down, pool, bottom, up, head):
    """You keep what goes into a block, where you should keep what comes out of it.

    The first skip would then be the image itself. What has a block found out that its input does not say?
    """
    seen = []
    for block in down:
        seen.append(x)
        x = pool(block(x))
    x = bottom(x)
    for level in up:
        x = level(x, seen.pop())
    return head(x)


@unet_forward.misconception
def pooled_before_the_block(x, down, pool, bottom, up, head):
    """You pool before the first block has looked at the image.

    The upmost level works at full size. What is the first thing that happens to `x`?
    """
    seen = []
    for block in down:
        x = block(pool(x))
        seen.append(x)
    x = bottom(x)
    for level in up:
        x = level(x, seen.pop())
    return head(x)


@unet_forward.misconception
def never_pooled(x, down, pool, bottom, up, head):
    """All your maps have the size of the image.

    Then no pixel of the bottom has seen more than its own surroundings. Which argument have you not used?
    """
    return right(x, down, lambda x: x, bottom, up, head)


@unet_forward.misconception
def bottom_left_out(x, down, pool, bottom, up, head):
    """Your way up begins without the block at the bottom.

    After the last pooling there is one more block. Which argument have you not used?
    """
    return right(x, down, pool, lambda x: x, up, head)


@unet_forward.misconception
def head_left_out(x, down, pool, bottom, up, head):
    """Your answer is the last map of features.

    A mask has one channel, and the features have several. Which argument turns the ones into the other?
    """
    return right(x, down, pool, bottom, up, lambda x: x)


@unet_forward.misconception
def levels_from_the_top(x, down, pool, bottom, up, head):
    """You use the levels of `up` from the last to the first.

    They come in the order in which they are met on the way up. Which of the two lists has to be turned round?
    """
    return right(x, down, pool, bottom, up[::-1], head)
