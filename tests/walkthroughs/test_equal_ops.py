"""The naive loops give what the operations give, name by name, and the lessons what the operations give together."""

import numpy as np
import pytest
from geometries import SMALL, UNGROUPED
from stories import STORIES, final, finished, stories, trace_of, unpadded
from story import RESULTS, Story

from mlcourse import ops, walkthroughs

SHARED = sorted(set(ops.__all__) & set(walkthroughs.__all__))
TOLD = stories(*SHARED)
BACKWARD = stories("conv2d_backward")


def as_tuple(result):
    return result if isinstance(result, tuple) else (result,)


def assert_close(actual, expected, tolerance=1e-12):
    """Relative to the largest value; positions of pixels are whole numbers, all else is float64."""
    expected = np.asarray(expected)
    assert np.shape(actual) == expected.shape
    assert np.asarray(actual).dtype == (np.int64 if expected.dtype == np.int64 else np.float64)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * np.abs(expected).max(initial=1.0))


def by_ops(story):
    arguments, options = story.given()
    return getattr(ops, story.name)(*arguments, **options)


def test_every_name_in_both_rooms_is_compared():
    assert {"conv2d", "conv2d_backward", "mse_loss", "mse_loss_backward"} <= set(SHARED)
    assert {"max_pool2d", "avg_pool2d", "relu", "sigmoid", "tanh", "batch_norm2d"} <= set(SHARED)
    assert {"upsample2d", "max_unpool2d", "conv_transpose2d", "skip_connection"} <= set(SHARED)
    told = {name for name in SHARED if not name.endswith("_backward")} - {
        "dice_score"
    }  # that of the loss is its negative
    assert {f"{name}_backward" for name in told} <= set(SHARED)
    assert {story.name for story in TOLD} == set(SHARED) == set(RESULTS)
    assert {story.name for story in STORIES} == set(walkthroughs.__all__)


@pytest.mark.parametrize("story", TOLD, ids=str)
def test_the_walkthrough_gives_what_the_operation_gives(story):
    told, truth = as_tuple(trace_of(story).result), as_tuple(by_ops(story))
    for actual, expected in zip(told, truth, strict=True):
        assert_close(actual, expected)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_the_inputs_stay_as_they_were(story):
    arguments, options = story.given()
    finished(getattr(walkthroughs, story.name)(*arguments, **options))
    for a, before in zip((*arguments, *options.values()), (*story.arguments, *story.options.values()), strict=True):
        np.testing.assert_array_equal(a, before)


@pytest.mark.parametrize("setting", [s for s in SMALL if s in UNGROUPED and np.prod(s.x_shape) < 100], ids=str)
def test_the_gradients_of_a_convolution_are_what_differences_measure(setting):
    def function(x, w, b):
        return finished(walkthroughs.conv2d(x, w, b, **setting.options))

    def backward(grad_output, x, w, b):
        return finished(walkthroughs.conv2d_backward(grad_output, x, w, b, **setting.options))

    report = ops.gradcheck(function, backward, *setting.arrays()[1:], rng=1)
    assert report, str(report)
    assert set(report.numeric) == {"x", "w", "b"}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_gradient_of_the_squared_error_is_what_differences_measure(reduction):
    prediction, target = np.random.default_rng(0).normal(size=(2, 3, 2))

    def function(prediction):
        return np.asarray(finished(walkthroughs.mse_loss(prediction, target, reduction=reduction)))

    def backward(above, prediction):
        return finished(walkthroughs.mse_loss_backward(above, prediction, target, reduction=reduction))

    report = ops.gradcheck(function, backward, prediction)
    assert report, str(report)


def times_to_be_written(story, name, shape):
    """Once; what is only handed back, never; what is routed to winners, at the start and whenever a pixel won."""
    times = np.ones(shape)
    if story.name in ("max_pool2d_backward", "max_unpool2d"):
        indices = story.arguments[1]
        if story.name == "max_pool2d_backward":
            _, x, kernel_size = story.arguments
            _, indices = ops.max_pool2d(x, kernel_size, **story.options)
        images, channels, *_ = np.indices(indices.shape)
        np.add.at(times, (images, channels, *np.divmod(indices, shape[3])), 1)
    if name.startswith("running_") and not (story.options["training"] and story.arguments[0].size):
        times[...] = 0
    return times


@pytest.mark.parametrize("story", TOLD, ids=str)
def test_every_cell_of_a_result_is_written_as_often_as_it_is_made_and_named(story):
    """The gradient of the bias is told where there is a bias; a result without cells has nothing to tell."""
    trace, grids = trace_of(story), final(story)
    for name, result in zip(RESULTS[story.name], as_tuple(trace.result), strict=True):
        if np.size(result) == 0 or (name == "grad_b" and story.arguments[3] is None):
            assert name not in grids
            continue
        if story.name == "conv_transpose2d":
            continue  # its stamps overlap and are cut; they are counted in a test of their own
        expected = times_to_be_written(story, name, np.shape(grids.get(name, result)))
        times = np.zeros(expected.shape)
        for step in trace.steps:
            np.add.at(times.reshape(-1), step.wrote.get(name, []), 1)
        np.testing.assert_array_equal(times, expected)
        if expected.any():
            convolved = story.name == "conv2d_backward" and name == "grad_x"
            np.testing.assert_array_equal(unpadded(grids[name], story) if convolved else grids[name], result)


@pytest.mark.parametrize("first", [np.nan, -np.inf, np.inf, -1.0])
@pytest.mark.parametrize("second", [np.nan, -np.inf, 0.0])
def test_maximum_pooling_of_what_is_no_number(first, second):
    """NaN wins, minus infinity loses, but not against the padding: all as in the operation."""
    x, rng = np.full((1, 2, 4, 5), first), np.random.default_rng(0)
    x[rng.random(x.shape) < 0.3] = second
    options = {"kernel_size": (2, 3), "stride": (1, 2), "padding": (1, 1)}
    told, truth = trace_of(Story("max_pool2d", "", (x,), options)).result, ops.max_pool2d(x, **options)
    for actual, expected in zip(told, truth, strict=True):
        np.testing.assert_array_equal(actual, expected)
    grad_output = rng.normal(size=truth[0].shape)
    told = finished(walkthroughs.max_pool2d_backward(grad_output, x, **options))
    assert_close(told, ops.max_pool2d_backward(grad_output, x, **options))


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_activations_of_very_large_numbers_and_of_none(name):
    x = np.array([-1e300, -1000, -40, -0.0, 0, 40, 1000, 1e300, np.inf, -np.inf, np.nan])
    told, truth = finished(getattr(walkthroughs, name)(x)), getattr(ops, name)(x)
    np.testing.assert_allclose(told, truth, rtol=1e-15)
    backward, grad_output = f"{name}_backward", np.linspace(-3, 4, len(x))
    told = finished(getattr(walkthroughs, backward)(grad_output, x))
    np.testing.assert_allclose(told, getattr(ops, backward)(grad_output, x), rtol=1e-15)


def test_a_batch_without_spread_of_its_own_is_refused_in_the_words_of_the_operation():
    x, ones = np.ones((1, 2, 1, 1)), np.ones(2)
    with pytest.raises(ValueError, match="one value for each channel; expected at least two in training"):
        finished(walkthroughs.batch_norm2d(x, ones, ones, ones, ones, training=True))
    with pytest.raises(ValueError, match="momentum is 2"):
        finished(walkthroughs.batch_norm2d_backward(x, x, ones, ones, ones, ones, training=False, momentum=2))


@pytest.mark.parametrize("story", BACKWARD, ids=str)
def test_what_was_measured_stands_beside_the_gradient_and_agrees(story):
    grids = final(story)
    for gradient, measured in (("grad_w", "measured_w"), ("grad_x", "measured_x")):
        if gradient in grids:
            assert_close(grids[measured], grids[gradient], 1e-6)
    for step in trace_of(story).steps:
        for gradient, measured in (("grad_w", "measured_w"), ("grad_x", "measured_x")):
            if gradient in step.wrote:
                assert step.read[measured].tolist() == step.wrote[gradient].tolist()


def test_what_is_measured_is_the_loss_that_was_given():
    """Not the gradient once more: with a loss that does not belong to it, the measured numbers differ."""
    grad_output, x, w, b = next(s for s in UNGROUPED if s.name == "sides").arrays()
    options = {"padding": ((0, 2), (3, 1)), "stride": (1, 2)}
    other = Story("conv2d_backward", "other", (grad_output, x, w, b), options | {"loss": lambda y: (y**3).sum()})
    y = ops.conv2d(x, w, b, **options)
    grids = final(other)
    grad_x, grad_w, _ = ops.conv2d_backward(3 * y**2, x, w, b, **options)
    assert_close(grids["measured_w"], grad_w, 1e-6)
    assert_close(grids["measured_x"][:, :, :4, 3:9], grad_x, 1e-6)
    assert_close(trace_of(other).result[1], ops.conv2d_backward(grad_output, x, w, b, **options)[1])


def test_numbers_of_less_precision_are_told_and_measured_as_well():
    grad_output, x, w, _ = (a.astype("float32") for a in UNGROUPED[0].arrays())
    story = Story("conv2d_backward", "float32", (grad_output, x, w), {})
    assert_close(final(story)["measured_x"], ops.conv2d_backward(grad_output, x, w)[0], 1e-6)


# The lessons are compositions of the operations.


def forward_and_backward(x, w, b, target, options):
    prediction = ops.conv2d(x, w, b, **options).sum(axis=(1, 2, 3))
    loss, grad_prediction = ops.mse_loss(prediction, target), ops.mse_loss_backward(1.0, prediction, target)
    shape = ops.conv2d(x, w, b, **options).shape
    grad_output = np.broadcast_to(grad_prediction[:, None, None, None], shape)
    return prediction, loss, *ops.conv2d_backward(grad_output, x, w, b, **options)[1:]


def taken_apart(story):
    (x, w, b), options = story.given()
    target, rate = options.pop("target") * np.ones(len(x)), options.pop("rate")
    only, steps = options.pop("only", None), options.pop("steps", None)
    return x, w, b, target, rate, only, steps, options


@pytest.mark.parametrize("story", stories("training_step"), ids=str)
def test_a_training_step_is_made_of_operations(story):
    x, w, b, target, rate, only, _, options = taken_apart(story)
    before, loss_before, grad_w, grad_b = forward_and_backward(x, w, b, target, options)
    if only is None:
        w, b = w - rate * grad_w, None if b is None else b - rate * grad_b
    else:
        w[only] -= rate * grad_w[only]  # and the bias stays
    prediction, loss, *_ = forward_and_backward(x, w, b, target, options)
    trace = trace_of(story)
    for actual, expected in zip(trace.result, (w, prediction, loss), strict=True):
        assert_close(actual, expected)
    grids = final(story)
    for name, expected in (("w", w), ("prediction", prediction), ("loss", loss), ("grad_w", grad_w)):
        assert_close(grids[name], expected)
    if b is not None:
        assert_close(grids["b"], b)
    at_first = trace.at(next(i for i, step in enumerate(trace.steps) if "loss" in step.wrote))
    assert_close(at_first["prediction"], before)
    assert_close(at_first["loss"], loss_before)


@pytest.mark.parametrize("story", stories("training_step"), ids=str)
def test_a_training_step_updates_each_weight_once(story):
    _, w, _, _, rate, only, *_ = taken_apart(story)
    trace = trace_of(story)
    updates = [step for step in trace.steps if "w" in step.wrote]
    expected = range(w.size) if only is None else [int(np.ravel_multi_index(only, w.shape))]
    assert [position for step in updates for position in step.wrote["w"]] == list(expected)
    for step in updates:
        assert step.read["grad_w"].tolist() == step.wrote["w"].tolist()


@pytest.mark.parametrize("story", stories("training_step"), ids=str)
def test_in_a_training_step_the_measured_gradient_is_that_of_the_loss(story):
    grids = final(story)
    assert_close(grids["measured_w"], grids["grad_w"], 1e-6)
    assert_close(grids["measured_x"], grids["grad_x"], 1e-6)


def test_a_weight_that_is_not_there_cannot_learn():
    (x, w, b), options = stories("training_step")[0].given()
    with pytest.raises(IndexError):
        finished(walkthroughs.training_step(x, w, b, **options | {"only": (0, 0, 0, 9)}))


@pytest.mark.parametrize("story", stories("descent"), ids=str)
def test_a_descent_is_a_loop_of_operations(story):
    x, w, b, target, rate, _, steps, options = taken_apart(story)
    predictions, losses = [], []
    for _ in range(steps + 1):
        prediction, loss, grad_w, grad_b = forward_and_backward(x, w, b, target, options)
        predictions.append(prediction)
        losses.append(loss)
        w, b = w - rate * grad_w, None if b is None else b - rate * grad_b
    trace = trace_of(story)
    for actual, expected in zip(trace.result, (np.transpose(predictions), losses), strict=True):
        assert_close(actual, expected)
    assert len(trace.steps) == 2 * steps + 1
    written = np.concatenate([step.wrote["loss"] for step in trace.steps if "loss" in step.wrote])
    assert written.tolist() == list(range(steps + 1))
    for name, expected in (("prediction", np.transpose(predictions)), ("loss", losses)):
        assert_close(final(story)[name], expected)
