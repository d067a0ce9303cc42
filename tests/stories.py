"""Calls of every walkthrough with random numbers, for all tests of traces and walkthroughs.

A new walkthrough needs its calls here; a test says so.
"""

import numpy as np
from geometries import SMALL, UNGROUPED
from stories_of_upsampling import UPSAMPLING
from story import Story, trace_of

from mlcourse import ops
from mlcourse.trace import Step


def finished(walkthrough):
    """Run a walkthrough to its end without recording it."""
    while True:
        try:
            next(walkthrough)
        except StopIteration as end:
            return end.value


def final(story):
    """The grids after the last step."""
    trace = trace_of(story)
    return trace.at(len(trace.steps) - 1)


def unpadded(a, story):
    """The image in the padded one, by the padding of the setting."""
    setting = next(s for s in UNGROUPED if story.what.removesuffix("-bias") == s.name)
    (top, _), (left, _) = setting.sides
    rows, columns = setting.x_shape[2:]
    return a[:, :, top : top + rows, left : left + columns]


def _convolutions():
    for setting in UNGROUPED:
        grad_output, x, w, b = setting.arrays()
        for what, bias in ((f"{setting}-bias", b), (str(setting), None)):
            yield Story("conv2d", what, (x, w, bias), setting.options)
            yield Story("conv2d_backward", what, (grad_output, x, w, bias), setting.options)


def _losses():
    rng = np.random.default_rng(0)
    for shape in ((1,), (5,), (2, 3), ()):
        for reduction in ("mean", "sum", "none"):
            prediction, target, many = (np.asarray(rng.normal(size=shape)) for _ in range(3))
            above = many if reduction == "none" else float(rng.normal())
            what, options = f"{reduction}-{'x'.join(map(str, shape)) or 'number'}", {"reduction": reduction}
            for name in ("mse_loss", "l1_loss"):
                yield Story(name, what, (prediction, target), options)
                yield Story(f"{name}_backward", what, (above, prediction, target), options)
    yield Story("l1_loss_backward", "corner", (1.0, np.array([1, 2.0]), np.array([1, 0])), {})
    yield Story("mse_loss_backward", "last", (1.0, np.array([1.3]), np.array([5.0])), {})


def _lessons():
    for setting in UNGROUPED:
        if setting not in SMALL or not setting.x_shape[0]:
            continue  # no image, no loss
        _, x, w, b = setting.arrays()
        images = np.random.default_rng(1).normal(size=len(x))
        last = tuple(n - 1 for n in w.shape)
        for what, bias, more in (
            ("one_target", None, {"target": 5.0}),
            ("bias", b, {"target": images}),
            ("only", b, {"target": images, "only": last}),
        ):
            yield Story("training_step", f"{setting}-{what}", (x, w, bias), {"rate": 0.001, **more, **setting.options})
        for what, bias, target in (("one_target", None, 5.0), ("bias", b, images)):
            more = {"target": target, "rate": 0.001, "steps": 3}
            yield Story("descent", f"{setting}-{what}", (x, w, bias), more | setting.options)


def _pools():
    """Overlapping, apart, padded unequally; with numbers that are all different, and with ties of negative ones."""
    rng = np.random.default_rng(2)
    for what, shape, kernel_size, options in (
        ("plain", (1, 1, 4, 6), 2, {}),
        ("no_image", (0, 2, 4, 5), (2, 3), {"padding": (1, 0)}),
        ("one_pixel_in_padding", (2, 1, 1, 1), (2, 3), {"padding": (1, 1), "stride": 1}),
        ("as_large_as_the_image", (2, 2, 3, 5), (3, 5), {}),
        ("stride_past_the_window", (1, 2, 8, 6), (2, 1), {"stride": (4, 3)}),
        ("overlapping", (1, 2, 4, 6), (3, 2), {"stride": (2, 1)}),
        ("one_window_wide", (1, 1, 2, 5), (1, 3), {"stride": (3, 1)}),
        ("same", (2, 1, 3, 5), (2, 3), {"stride": (1, 2), "padding": "same"}),
        ("sides", (2, 2, 4, 5), (4, 3), {"stride": (1, 2), "padding": ((0, 2), (1, 0))}),
        ("padded", (1, 3, 5, 3), (3, 4), {"stride": (2, 3), "padding": (1, 2)}),
    ):
        for numbers, x in (("different", rng.normal(size=shape)), ("ties", rng.integers(-3, 0, shape) * 1.0)):
            grad_output = rng.normal(size=ops.avg_pool2d(x, kernel_size, **options).shape)
            yield Story("max_pool2d", f"{what}-{numbers}", (x, kernel_size), options)
            yield Story("max_pool2d_backward", f"{what}-{numbers}", (grad_output, x, kernel_size), options)
        for counting in (True, False):
            name, more = f"{what}-{'zeros_count' if counting else 'zeros_do_not'}", {"count_include_pad": counting}
            yield Story("avg_pool2d", name, (x, kernel_size), options | more)
            yield Story("avg_pool2d_backward", name, (grad_output, x, kernel_size), options | more)


def _activations():
    rng = np.random.default_rng(3)
    for shape in ((2, 3, 2, 3), (1, 1, 2, 3), (2, 3), (5,), (), (0, 3)):
        x, grad_output = np.asarray(2 * rng.normal(size=shape)), np.asarray(rng.normal(size=shape))
        x[np.abs(x) < 0.5] = 0  # the corner
        for name in ("relu", "sigmoid", "tanh"):
            what = "x".join(map(str, shape)) or "number"
            yield Story(name, what, (x,), {})
            yield Story(f"{name}_backward", what, (grad_output, x), {})


def _normalizations():
    rng = np.random.default_rng(4)
    for what, shape, more in (
        ("plain", (2, 1, 1, 2), {}),
        ("many", (2, 3, 2, 3), {}),
        ("one_image", (1, 2, 3, 2), {"momentum": 0.25}),
        ("settings", (3, 2, 1, 2), {"momentum": 1.0, "eps": 0.5}),
        ("no_image", (0, 2, 2, 3), {}),
    ):
        x, grad_output = rng.normal(1, 2, shape), rng.normal(size=shape)
        weight, bias, running_mean, spread = rng.normal(size=(4, shape[1]))
        given = x, weight, bias, running_mean, spread**2
        for name, training in (("training", True), ("evaluation", False)):
            options = {"training": training, **more}
            yield Story("batch_norm2d", f"{what}-{name}", given, options)
            yield Story("batch_norm2d_backward", f"{what}-{name}", (grad_output, *given), options)
    constant = np.full((2, 1, 1, 2), 3.0), *np.array([[2.0], [1], [0], [1]])
    yield Story("batch_norm2d", "constant", constant, {"training": True})


def _probabilities():
    """Hard masks of several kinds, soft ones, probabilities of 0, 1 and one half, logits that round to these."""
    rng = np.random.default_rng(5)
    edges = np.tile([0, 1, 0.5, 1e-50, 1e-13, 1 - 1e-8, 0.994, 0.02], 5)
    targets = np.repeat([0.0, 1, 0.5, 1e-13, 0.3], 8)
    odd_logits = np.tile([-1000.0, 1000, 0, -40, 40, 720, 5, -4], 5)
    for shape in ((), (1,), (5,), (2, 3), (1, 1, 2, 3), (2, 3, 1, 2)):
        p, logits, soft = (np.asarray(a) for a in (rng.random(shape), 2 * rng.normal(size=shape), rng.random(shape)))
        many, hard = np.asarray(rng.normal(size=shape)), np.asarray(soft < 0.5)
        mixed = np.where(rng.random(shape) < 0.5, hard, soft)
        what = "x".join(map(str, shape)) or "number"
        for kind, reduction, target, gamma, alpha in (
            ("whole", "mean", hard.astype(int), 2, None),
            ("bool", "sum", hard, 0.5, 0.25),
            ("mixed", "none", mixed, 0, None),
            ("soft", "mean", soft, 1.5, 0.75),
            ("float", "none", hard * 1.0, 2.0, 0.0),
            ("weighed", "mean", hard * 1.0, 0, 1),
        ):
            above = many if reduction == "none" else float(rng.normal())
            given, options = f"{what}-{kind}-{reduction}", {"reduction": reduction}
            yield from _there_and_back("binary_cross_entropy", given, above, p, target, options)
            yield from _there_and_back("binary_cross_entropy_with_logits", given, above, logits, target, options)
            options = options | {"gamma": gamma, "alpha": alpha}
            yield from _there_and_back("focal_loss", given, above, logits, target, options)
    yield from _there_and_back("binary_cross_entropy", "edges", 1.0, edges, targets, {})
    yield from _there_and_back("binary_cross_entropy_with_logits", "edges", 1.0, odd_logits, targets, {})
    for gamma in (0, 0.5, 1, 2, 20):
        yield from _there_and_back("focal_loss", f"edges-{gamma}", 1.0, odd_logits, targets, {"gamma": gamma})


def _overlaps():
    """Masks that are alike, that do not meet, that are empty; soft ones; counted together or not."""
    rng = np.random.default_rng(6)
    for shape in ((2, 3, 2, 3), (1, 1, 2, 2), (2, 1, 1, 3), (1, 2, 3), (2, 1, 2, 1, 2)):
        soft, p = rng.random((2, *shape))
        hard = soft < 0.5
        for kind, prediction, target in (("soft", p, soft), ("hard", p, hard), ("masks", (p < 0.5) * 1.0, hard * 1)):
            for batch, reduction, smooth in ((0, "mean", 1.0), (1, "none", 0.5), (0, "none", 0), (1, "sum", 0.0)):
                scores = shape[1:2] if batch else shape[:2]
                above = rng.normal(size=scores) if reduction == "none" else float(rng.normal())
                what = f"{'x'.join(map(str, shape))}-{kind}-{reduction}{'-batch' if batch else ''}"
                options = {"smooth": smooth, "batch": bool(batch), "reduction": reduction}
                yield Story("dice_score", what, (prediction, target), options)
                yield from _there_and_back("dice_loss", what, above, prediction, target, options)
    a, b, none = np.reshape([[1.0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]], (3, 1, 1, 1, 4))
    for what, prediction, target in (
        ("equal", a, a),
        ("apart", a, b),
        ("empty", none, none),
        ("nothing_found", none, b),
    ):
        for smooth in (0, 1):
            yield Story("dice_score", f"{what}-{smooth}", (prediction, target), {"smooth": smooth})
            yield from _there_and_back("dice_loss", f"{what}-{smooth}", 1.0, prediction, target, {"smooth": smooth})


def _there_and_back(name, what, above, prediction, target, options):
    yield Story(name, what, (prediction, target), options)
    yield Story(f"{name}_backward", what, (above, prediction, target), options)


STORIES = (*_convolutions(), *_losses(), *_lessons(), *_pools(), *_activations(), *_normalizations())
STORIES += (*_probabilities(), *_overlaps(), *UPSAMPLING)


def stories(*names):
    """Those of the named walkthroughs."""
    return [story for story in STORIES if story.name in names]


def one(name):
    """The story of that full name."""
    return next(story for story in STORIES if str(story) == name)


# Long and short ones, with and without padding, several images, filters and channels, a bias; every name once.
CHOSEN = [one(f"conv2d-{what}-bias") for what in ("plain", "sides", "drawn_0")]
CHOSEN += [one(f"conv2d_backward-{what}") for what in ("one_pixel_in_zeros", "drawn_6-bias", "drawn_8")]
CHOSEN += [one(f"training_step-{what}") for what in ("plain-one_target", "one_pixel_in_zeros-bias", "drawn_5-only")]
CHOSEN += stories("mse_loss", "mse_loss_backward")
CHOSEN += [one("descent-drawn_14-bias"), one("descent-plain-one_target")]
CHOSEN += [one(f"max_pool2d{name}-{what}-ties") for name in ("", "_backward") for what in ("overlapping", "sides")]
CHOSEN += [one(f"avg_pool2d{name}-sides-zeros_do_not") for name in ("", "_backward")]
CHOSEN += stories("relu", "relu_backward", "sigmoid", "sigmoid_backward", "tanh", "tanh_backward")
CHOSEN += stories("batch_norm2d", "batch_norm2d_backward", "l1_loss", "l1_loss_backward")
CHOSEN += [story for story in UPSAMPLING if story.what.startswith(("plain", "many"))]
CHOSEN += [
    story
    for story in stories(*{story.name for story in STORIES} - {story.name for story in CHOSEN})
    if story.what.startswith(("edges", "2x3-", "2x1x1x3", "empty"))
]


def random_walkthrough(rng, depth=0, y=None):
    """Writes, replaces and hands on arrays of any kind, with NaN and infinities, as chance will have it."""
    y = random_array(rng) if y is None else y
    z, n = random_array(rng), float(rng.normal())
    for _ in range(int(rng.integers(2, 8))):
        turn = rng.integers(6)
        if turn == 0:
            y[index := rng.random(y.shape) < 0.3] = rng.choice([rng.normal(), np.nan, np.inf, -0.0])
            yield Step("some of y", read={"z": ...}, wrote={"y": index})
        elif turn == 1:
            z = random_array(rng)
            yield Step("another z", read={"z": np.s_[:1]})
        elif turn == 2:
            n = float(rng.choice([n, rng.normal(), np.nan]))
            yield Step("a number", **{str(rng.choice(["read", "wrote"])): {"n": ()}})
        elif turn == 3:
            y[...], z[...] = rng.normal(size=y.shape), rng.normal()
            yield Step("all of both", wrote={"y": ..., "z": ...})
        elif turn == 4 and depth < 3:
            yield from random_walkthrough(rng, depth + 1, y if rng.random() < 0.5 else None)
        else:
            row = int(rng.integers(len(z)))
            z[row] = z[row] * 2
            yield Step("a row of z", read={"n": (), "y": np.s_[0:0]}, wrote={"z": row})
    return y


def random_array(rng):
    a = rng.normal(size=rng.integers(1, 5, size=rng.integers(1, 4)))
    return np.array(
        a.T if rng.random() < 0.5 else a, dtype=rng.choice(["float64", "float32"]), order=rng.choice(["C", "F"])
    )


def assert_same_moments(trace, copies):
    """`trace.at` gives every grid as it stands in the copies, a dict of arrays for each step."""
    assert len(trace.steps) == len(copies)
    for moment, expected in enumerate(copies):
        grids = trace.at(moment)
        assert grids.keys() == expected.keys()
        for name, grid in grids.items():
            assert grid.shape == expected[name].shape
            np.testing.assert_array_equal(grid, expected[name], err_msg=f"{name} after step {moment}")
